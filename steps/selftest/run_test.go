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
