package simulator

import (
	"sync"
	"time"
)

// nonces remembers which nonces were used. It keeps two generations, so that it stays bounded and none is forgotten
// before its time, or before many others have come.
type nonces struct {
	mu        sync.Mutex
	now, old  map[string]struct{}
	turnsOver time.Time
}

// How long a generation is filled. A timestamp is taken from 31 minutes back to 15 ahead; a nonce outlives both.
const (
	nonceGeneration = 46 * time.Minute
	nonceMost       = 1 << 20
)

// use records the nonce and says whether it is fresh.
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
