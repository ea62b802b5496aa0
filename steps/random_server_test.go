package steps_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/simulator"
)

// A server with a random wrong state machine, or one that reads values in a random lenient way,
// fails a rule. One in twenty may pass: some machines go wrong only after so many events of so many
// kinds that no call of a run meets them there.
func TestRandomFaultIsFoundInAServer(t *testing.T) {
	if testing.Short() {
		t.Skip("the selftest tries faults with -short")
	}
	n := max(2, min(150*moreSeeds(t), 5000))
	var missed atomic.Int64
	t.Run("servers", func(t *testing.T) {
		for i := range n {
			seed := uint64(i + 1)
			f := simulator.RandomFault(seed)
			edition := []string{oracle.Original, oracle.Current}[i/2%2]
			t.Run(f.Name, func(t *testing.T) {
				t.Parallel()
				target := serve(t, simulator.Options{Edition: edition, Faults: []string{f.Name}})
				o := steps.Options{Target: target, Edition: edition, Seed: seed, Rules: f.Rules}
				if firstFailure(t, o) == "" {
					missed.Add(1)
					t.Logf("%s, %s edition: no rule fails. %s", f.Name, edition, f.Description)
				}
			})
		}
	})
	require.LessOrEqual(t, missed.Load(), int64(n/20))
}

// firstFailure judges a target until a rule fails, and returns that rule. It is empty if none does.
func firstFailure(t *testing.T, o steps.Options) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	failed := ""
	o.OnEvent = func(e steps.Event) {
		if e.Kind == "failure" && failed == "" {
			failed = e.Rule
			stop()
		}
	}
	_, err := steps.Run(ctx, o)
	if failed == "" {
		require.NoError(t, err)
	}
	return failed
}
