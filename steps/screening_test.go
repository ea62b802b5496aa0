package steps_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/simulator"
)

// What any call shows is seen before the rules are looked at one by one, and is laid to the same rule as there.
func TestOpeningSeesWhatAnyCallShows(t *testing.T) {
	for fault, rule := range map[string]string{
		"method-any": "CB-METHOD-3", "status-ignored": "CB-PRE-2", "quota-off-by-one-more": "CB-QUOTA-2", "quota-shared": "CB-QUOTA-3", "no-requestid-logical": "CB-RESPONSE-1",
		"mariadb-logical-refused": "CB-METHOD-2",
	} {
		t.Run(fault, func(t *testing.T) {
			ctx, enough := context.WithCancel(context.Background())
			defer enough()
			phase := ""
			var seen []steps.Event
			_, err := steps.Run(ctx, steps.Options{Target: serve(t, simulator.Options{Faults: []string{fault}}), OnEvent: func(e steps.Event) {
				switch {
				case e.Kind == "phase" && phase != "":
					enough() // the opening is over
				case e.Kind == "phase":
					phase = e.Phase
				case e.Kind == "failure" && e.Rule == rule:
					seen = append(seen, e)
				}
			}})
			require.ErrorIs(t, err, context.Canceled)
			require.Equal(t, "opening", phase)
			require.NotEmpty(t, seen)
			require.LessOrEqual(t, seen[0].SeenRequests, seen[0].Requests, "it was seen before its law was found")
			require.LessOrEqual(t, seen[0].SeenSeconds, seen[0].Seconds)
		})
	}
}

// Where only a part is selected nothing else is sent.
func TestNoOpeningOfAPart(t *testing.T) {
	_, err := steps.Run(context.Background(), steps.Options{Target: serve(t, simulator.Options{}), Rules: []string{"CB-METHOD-1"}, OnEvent: func(e steps.Event) {
		require.NotEqual(t, "opening", e.Phase)
	}})
	require.NoError(t, err)
}
