package selftest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInterruptedSelftestKeepsWhatWasTriedToTheEnd(t *testing.T) {
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	m, err := Run(ctx, Options{Rules: []string{"CB-INSTANCE-2"}, Fast: true, Progress: func(done, total int, _ Outcome) {
		require.Less(t, done, total)
		interrupt()
	}})
	require.ErrorIs(t, err, context.Canceled)
	require.NotEmpty(t, m.Outcomes)
	for _, out := range m.Outcomes {
		require.True(t, out.OK(), "%+v", out)
	}
}

// A selftest that is not fast begins with a run without faults.
func TestSelftestInterruptedBeforeItsFirstOutcomeHasAMatrix(t *testing.T) {
	ctx, interrupt := context.WithCancel(context.Background())
	interrupt()
	m, err := Run(ctx, Options{Rules: []string{"CB-INSTANCE-2"}})
	require.ErrorIs(t, err, context.Canceled)
	require.NotNil(t, m, "the selftest was cut short: its options are not wrong")
	require.Empty(t, m.Outcomes)
}
