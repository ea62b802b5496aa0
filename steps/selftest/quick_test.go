package selftest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps"
)

// A run with --quick (steps/command/effort.go) detects most faults. Every thirtieth one is tried.
func TestQuickRunFindsMostFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the suite on a thirtieth of the catalogue")
	}
	const every, least = 30, 0.6
	tried, detected := 0, 0
	var missed []string
	for i, s := range catalogue("original") {
		if s.outcome.Kind != Fault || i%every != 0 {
			continue
		}
		tried++
		if quickDetects(t, s) {
			detected++
		} else {
			missed = append(missed, s.outcome.Name)
		}
	}
	require.GreaterOrEqual(t, float64(detected), least*float64(tried), "%d of %d faults; it misses %v", detected, tried, missed)
	t.Logf("%d of %d faults; it misses %v", detected, tried, missed)
}

func quickDetects(t *testing.T, s subject) bool {
	t.Helper()
	target, stop, err := s.start(t.Context(), "original")
	require.NoError(t, err)
	defer stop()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	found := false
	_, err = steps.Run(ctx, steps.Options{
		Target: target, Seed: 1, Checks: 1, Strength: 1, Phases: []string{"examples"},
		OnEvent: func(e steps.Event) {
			if e.Kind == "failure" {
				found = true
				cancel()
			}
		},
	})
	require.True(t, found || err == nil, "%s: %v", s.outcome.Name, err)
	return found
}
