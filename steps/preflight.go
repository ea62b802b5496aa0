package steps

import (
	"context"
	"errors"
	"fmt"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/precondition"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// Preflight makes a few calls that every API refuses, and says in words what was answered. An error
// names a precondition of a run that does not hold, or wraps targets.ErrUnreachable.
func Preflight(ctx context.Context, t targets.Target) ([]string, error) {
	edition, err := oracle.EditionOf(oracle.Original)
	if err != nil {
		return nil, err
	}
	g, ctx, err := precondition.NewGuard(ctx, runner.Config{Target: t, Edition: edition})
	if err != nil {
		return nil, err
	}
	said, err := g.Ask(runner.Unwatched(ctx))
	if errors.Is(err, runner.ErrLost) {
		err = unreachable(err)
	}
	return said, err
}

// unreachable returns the error for a target that gave no answer, with what to do about it.
func unreachable(err error) error {
	return fmt.Errorf("%w: %w: is the server up, and are host and port of the endpoint right?", targets.ErrUnreachable, err)
}
