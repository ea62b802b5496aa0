package diagnose

import (
	"context"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// session is what a search needs of a [runner.Session].
type session interface {
	Run(context.Context, targets.Case) (runner.History, error)
	Race(context.Context, runner.Race) (runner.RaceHistory, error)
	Requests() int
}

// searcher finds minimal cases and failing conditions. It knows nothing of earlier failures.
type searcher struct {
	session     session
	edition     oracle.Edition
	model       *generators.Model
	seed        uint64
	concurrency int
	// plainCallAccepted reports whether the plainest call was accepted when the run began.
	plainCallAccepted func() bool
}

// reproduce sends the minimal case of a finding again, and returns how often it was sent and how
// often it failed in the same way. A case that does not fail every time is sent more often.
func (s *searcher) reproduce(ctx context.Context, f finding) (tries, failed int) {
	ctx = runner.Patient(ctx)
	for tries < reproductions || failed < tries && tries < unsteadyTries && !f.violation.Late() {
		again, err := s.fails(ctx, f.minimal, f.violation)
		if err != nil {
			break
		}
		tries++
		if again {
			failed++
		}
	}
	return tries, failed
}

// steady reports whether a case fails again every time, in the same way, as far as it can be run.
func (s *searcher) steady(ctx context.Context, c targets.Case, v judge.Violation) (bool, error) {
	for range reproductions {
		again, err := s.fails(ctx, c, v)
		switch {
		case runner.EndsRun(err):
			return false, err
		case err == nil && !again:
			return false, nil
		}
	}
	return true, nil
}
