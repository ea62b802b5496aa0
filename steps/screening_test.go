package steps_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/simulator"
)

// The screening finds what any call shows, before the rules are tried one by one, and attributes it
// to the same rule as they do.
func TestScreeningFindsWhatAnyCallShows(t *testing.T) {
	for _, c := range []struct{ fault, rule string }{
		{"method-any", "CB-METHOD-3"},
		{"status-ignored", "CB-PRE-2"},
		{"quota-off-by-one-more", "CB-QUOTA-2"},
		{"quota-shared", "CB-QUOTA-3"},
		{"no-requestid-logical", "CB-RESPONSE-1"},
		{"mariadb-logical-refused", "CB-METHOD-2"},
	} {
		t.Run(c.fault, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var phases []string
			var failures []steps.Event
			_, err := steps.Run(ctx, steps.Options{Target: faulty(t, c.fault), OnEvent: func(e steps.Event) {
				switch {
				case e.Kind == "phase":
					phases = append(phases, e.Phase)
					if e.Phase != "screening" {
						cancel()
					}
				case e.Kind == "failure" && e.Rule == c.rule:
					failures = append(failures, e)
				}
			}})
			require.ErrorIs(t, err, context.Canceled)
			require.Equal(t, []string{"screening", "examples"}, phases)
			require.NotEmpty(t, failures)
			require.LessOrEqual(t, failures[0].SeenRequests, failures[0].Requests, "the search for the cause comes later")
			require.LessOrEqual(t, failures[0].SeenSeconds, failures[0].Seconds)
		})
	}
}

// A run of selected rules has no screening, so that it sends nothing else.
func TestNoScreeningForSelectedRules(t *testing.T) {
	run(t, steps.Options{Target: serve(t, simulator.Options{}), Rules: []string{"CB-METHOD-1"}, OnEvent: func(e steps.Event) {
		require.NotEqual(t, "screening", e.Phase)
	}})
}
