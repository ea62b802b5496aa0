package budget

import (
	"crypto/rand"
	"errors"
	"fmt"
	"sync"

	"github.com/cbspec/cbspec/targets"
)

// Reservation holds the backups that one request may make.
type Reservation struct {
	ledger *Ledger
	ids    []string
	once   sync.Once
	err    error
}

// Reserve reserves n backups and writes them to the disk before it returns. Its error wraps
// targets.ErrBudget if fewer than n are left.
func (l *Ledger) Reserve(n int) (*Reservation, error) {
	r := &Reservation{ledger: l}
	err := l.edit(func(lines []string) ([]string, error) {
		spent, err := l.spent(lines)
		if err != nil {
			return nil, err
		}
		if spent+n > l.limit {
			return nil, fmt.Errorf("%w: %d of today's %d backups are made or reserved", targets.ErrBudget, spent, l.limit)
		}
		var more []string
		for range n {
			id := rand.Text()
			r.ids = append(r.ids, id)
			more = append(more, entry{l.now(), reserved, id}.String())
		}
		return more, nil
	})
	if errors.Is(err, targets.ErrBudget) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("ledger of backups %s: %w", l.lines.path, err)
	}
	return r, nil
}

// Places returns how many backups are reserved.
func (r *Reservation) Places() int { return len(r.ids) }

// Settle ends the reservation: so many of its backups were made, or may have been, and the others
// certainly were not. Only the first settlement of a reservation counts. One that cannot be written
// counts in full.
func (r *Reservation) Settle(made int) error {
	r.once.Do(func() {
		l := r.ledger
		r.err = l.edit(func([]string) ([]string, error) {
			var more []string
			for i, id := range r.ids {
				what := used
				if i >= made {
					what = returned
				}
				more = append(more, entry{l.now(), what, id}.String())
			}
			return more, nil
		})
		if r.err != nil {
			r.err = fmt.Errorf("ledger of backups %s: %w", l.lines.path, r.err)
		}
	})
	return r.err
}
