package steps_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/simulator"
)

// A run that is interrupted before its first rule still returns a report, which says so.
func TestRunInterruptedAtItsStart(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := steps.Run(ctx, steps.Options{
		Target: serve(t, simulator.Options{}), OnCall: func(targets.Call, targets.Answer) { cancel() },
	})
	require.ErrorIs(t, err, context.Canceled)
	require.NotNil(t, r)
	require.Equal(t, "the run was interrupted", r.CutShort)
	require.False(t, r.Complete)
	require.Equal(t, reports.NotApplicable, ruleOf(t, r, "CB-RETENTION-1").Verdict,
		"the rule is not of the edition, however far the run came")
}

// A rule that a run ends within does not pass by the cases that it came to.
func TestRunInterruptedWithinARule(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var calls atomic.Int64
	r, err := steps.Run(ctx, steps.Options{
		Target: serve(t, simulator.Options{}), Rules: []string{"CB-RACE-1"}, OnCall: func(targets.Call, targets.Answer) {
			if calls.Add(1) == 60 { // in the first of several scenarios, of 20 rounds of 6 calls
				cancel()
			}
		},
	})
	require.ErrorIs(t, err, context.Canceled)
	rule := ruleOf(t, r, "CB-RACE-1")
	require.Positive(t, rule.Cases)
	require.Equal(t, reports.Inconclusive, rule.Verdict)
	require.Equal(t, "the run was interrupted", rule.Reason)
}
