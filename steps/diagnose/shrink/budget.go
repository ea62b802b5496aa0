package shrink

import (
	"errors"
	"sync/atomic"
)

// ErrBudget reports that a search has used up its budget.
var ErrBudget = errors.New("search budget used up")

// Budget bounds a search by a count of tries. It is safe for concurrent use.
type Budget struct {
	tries int64
	used  atomic.Int64
}

// NewBudget returns a budget of that many tries.
func NewBudget(tries int) *Budget { return &Budget{tries: int64(tries)} }

// Take takes one try, or returns [ErrBudget] where none is left.
func (b *Budget) Take() error {
	if b.used.Add(1) > b.tries {
		b.used.Add(-1)
		return ErrBudget
	}
	return nil
}

// Spend takes tries that were made otherwise.
func (b *Budget) Spend(tries int) { b.used.Add(int64(tries)) }

// Used returns how many tries were taken.
func (b *Budget) Used() int { return int(b.used.Load()) }

// Left returns how many tries are left.
func (b *Budget) Left() int { return int(max(b.tries-b.used.Load(), 0)) }
