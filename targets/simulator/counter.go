package simulator

import "sync"

// counter counts by name. Faults that keep state of their own use it.
type counter struct {
	mu sync.Mutex
	n  map[string]int
}

func newCounter() *counter { return &counter{n: map[string]int{}} }

func (c *counter) add(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n[name]++
	return c.n[name]
}

func (c *counter) set(name string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n[name] = n
}

func (c *counter) of(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n[name]
}
