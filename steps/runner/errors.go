package runner

import (
	"context"
	"errors"
	"fmt"

	"github.com/cbspec/cbspec/targets"
)

// ErrLost reports that the target stopped answering for good during the run.
var ErrLost = errors.New("the target stopped answering")

// ErrSetup reports that a condition could not be brought about or looked at although the target
// says that it can. The fixture is at fault, not the rule.
var ErrSetup = errors.New("setup error")

// EndsRun reports whether err ends the whole run, and not just the test case that it came from. A
// spent budget does: nothing that is worth an instance could be sent any more.
func EndsRun(err error) bool {
	return err != nil && !errors.Is(err, targets.ErrUnmet) && !errors.Is(err, ErrSetup)
}

// setup wraps an error of preparing a case with what could not be done, unless the error is one
// that already says more.
func setup(ctx context.Context, what string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, targets.ErrUnmet), errors.Is(err, targets.ErrBudget):
		return err
	default:
		return fmt.Errorf("%w: %s: %w", ErrSetup, what, err)
	}
}
