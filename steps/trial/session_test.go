package trial_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/trial"
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
	brief, end := context.WithCancel(t.Context())
	session, run, err := trial.NewSession(t.Context(), dropping{end}, edition)
	require.NoError(t, err)
	_, err = session.Send(brief, trial.Nonsense())
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, run.Err())
	_, err = session.Send(run, trial.Nonsense())
	require.ErrorIs(t, err, trial.ErrLost)
	require.ErrorIs(t, context.Cause(run), trial.ErrLost)
}
