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

// errReadOnly is why a call that may be accepted was not sent.
var errReadOnly = fmt.Errorf("%w: read-only: a call that may be accepted is not sent", targets.ErrUnmet)

// EndsRun reports whether err ends the whole run, and not just the test case that it came from.
func EndsRun(err error) bool {
	return err != nil && !errors.Is(err, targets.ErrUnmet) && !errors.Is(err, ErrSetup) && !errors.Is(err, targets.ErrBudget)
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
