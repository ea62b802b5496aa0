package diagnose

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/cbspec/cbspec/steps/judge"
)

// loadRounds is how often a number of calls at once is tried.
const loadRounds = 2

// load tries whether a case that did not fail by itself fails where it is sent several times at
// once, each time on instances of its own. It returns how many at once still succeed, or 0 if no
// number fails. A server that has too few connections or workers fails so.
func (s *searcher) load(ctx context.Context, f finding) int {
	if f.violation.Kind != judge.NoAnswer || f.violation.Late() {
		return 0
	}
	for few, many := 1, 2; many <= s.concurrency; few, many = many, 2*many {
		for range loadRounds {
			if s.failsAtOnce(ctx, f, many) {
				return few
			}
		}
	}
	return 0
}

// failsAtOnce sends the case of a finding so many times at once, and reports whether any of them
// fails.
func (s *searcher) failsAtOnce(ctx context.Context, f finding, many int) bool {
	var failed atomic.Bool
	var g errgroup.Group
	for range many {
		g.Go(func() error {
			again, err := s.fails(ctx, f.minimal, f.violation)
			if again {
				failed.Store(true)
			}
			return err
		})
	}
	return g.Wait() == nil && failed.Load()
}
