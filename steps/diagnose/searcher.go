package diagnose

import (
	"context"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
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
// often it failed in the same way.
func (s *searcher) reproduce(ctx context.Context, f finding) (tries, failed int) {
	for range reproductions {
		h, err := s.session.Run(ctx, f.minimal)
		if err != nil {
			break
		}
		tries++
		if _, again := s.again(h, f.violation); again {
			failed++
		}
	}
	return tries, failed
}
