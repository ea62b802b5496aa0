package diagnose

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// How often a number of calls at once is tried, and how many of these rounds have to fail. Where
// calls failed by chance alone, one of as many single calls would fail too, all but always.
const (
	loadRounds   = 20
	loadFailures = 4
	loadAlone    = 2 // single calls for each call of a round
)

// load finds out whether a call that got no valid answer, and then one, fails because others are
// sent at the same time. If so, it returns how many at once do not fail, and that call alone is the
// case; otherwise it returns 0. A server that has too few connections or workers fails so.
func (d *Diagnosis) load(ctx context.Context, c *targets.Case, v judge.Violation) int {
	alone := d.searcher.callAlone(*c, v.Step)
	if v.Late() || v.Kind != judge.NoAnswer && v.Kind != judge.Intermittent || alone.Vector == nil ||
		d.effort.loadSearches == loadSearchesMost {
		return 0
	}
	d.effort.loadSearches++
	v.Kind = judge.NoAnswer
	few := d.searcher.load(ctx, alone.Case, v)
	if few > 0 {
		*c = alone.Case
	}
	return few
}

// load sends a case several times at once, each time on instances of its own. It returns how many
// at once do not fail in the same way, or 0 if the case may fail by chance.
func (s *searcher) load(ctx context.Context, c targets.Case, v judge.Violation) int {
	if s.concurrency < 2 {
		return 0
	}
	rounds, failed := 0, 0
	for ; failed < loadFailures; rounds++ {
		if rounds == loadRounds {
			return 0
		}
		if s.failsAtOnce(ctx, c, v, s.concurrency) {
			failed++
		}
	}
	sends := rounds * s.concurrency
	if s.failsWithin(ctx, c, v, loadAlone*sends, 1) {
		return 0
	}
	few := s.concurrency / 2
	for few > 1 && s.failsWithin(ctx, c, v, sends, few) {
		few /= 2
	}
	return few
}

// failsWithin sends a case so many times, some at once, until it fails.
func (s *searcher) failsWithin(ctx context.Context, c targets.Case, v judge.Violation, times, atOnce int) bool {
	for ; times > 0; times -= atOnce {
		if s.failsAtOnce(ctx, c, v, atOnce) {
			return true
		}
	}
	return false
}

// failsAtOnce sends a case so many times at once, and reports whether any of them
// fails.
func (s *searcher) failsAtOnce(ctx context.Context, c targets.Case, v judge.Violation, many int) bool {
	var failed atomic.Bool
	var g errgroup.Group
	for range many {
		g.Go(func() error {
			again, err := s.fails(ctx, c, v)
			if again {
				failed.Store(true)
			}
			if runner.EndsRun(err) {
				return err
			}
			return nil // the others show enough
		})
	}
	return g.Wait() == nil && failed.Load()
}
