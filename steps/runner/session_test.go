package runner_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// dropping ends every connection, and does something before that.
type dropping struct{ before func() }

func (d dropping) Send(context.Context, targets.Call) (targets.Answer, error) {
	d.before()
	return targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenDropped}, nil
}

// A call whose own time is up says nothing of the target, and does not end the run.
func TestTimeOfOneCallIsUp(t *testing.T) {
	edition, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		brief, end := context.WithCancel(t.Context())
		session, run, err := runner.NewSession(t.Context(), runner.Config{Target: dropping{end}, Edition: edition})
		require.NoError(t, err)
		_, err = session.Send(brief, runner.Nonsense())
		require.ErrorIs(t, err, context.Canceled)
		require.NoError(t, run.Err())
		_, err = session.Send(run, runner.Nonsense())
		require.ErrorIs(t, err, runner.ErrLost)
		require.ErrorIs(t, context.Cause(run), runner.ErrLost)
	})
}
