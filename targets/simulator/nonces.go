package simulator

import (
	"sync"
	"time"
)

// nonces remembers used nonces. It keeps two generations: when the newer one is full or old, the
// older one is forgotten. So it stays bounded, and a nonce is remembered for at least one
// generation.
type nonces struct {
	mu        sync.Mutex
	now, old  map[string]struct{}
	turnsOver time.Time
}

const (
	// nonceGeneration is how long a generation grows: as long as a timestamp is let in, which is from
	// 15 minutes ahead to 31 minutes back.
	nonceGeneration = 46 * time.Minute
	// nonceMost is how many nonces a generation holds.
	nonceMost = 1 << 20
)

// use remembers a nonce and reports whether it is new.
func (n *nonces) use(nonce string, at time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.now == nil || at.After(n.turnsOver) || len(n.now) >= nonceMost {
		n.old, n.now, n.turnsOver = n.now, map[string]struct{}{}, at.Add(nonceGeneration)
	}
	if _, used := n.now[nonce]; used {
		return false
	}
	if _, used := n.old[nonce]; used {
		return false
	}
	n.now[nonce] = struct{}{}
	return true
}

// forget forgets every nonce.
func (n *nonces) forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.now, n.old = nil, nil
}
