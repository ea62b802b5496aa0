package steps_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/simulator"
)

// A server without a fault passes every rule, with every seed, in both editions.
func TestServerWithoutFaultPassesWithEverySeed(t *testing.T) {
	for _, edition := range []string{oracle.Original, oracle.Current} {
		t.Run(edition, func(t *testing.T) {
			if testing.Short() && edition == oracle.Current {
				t.Skip("-short tries one edition")
			}
			t.Parallel()
			target := serve(t, simulator.Options{Edition: edition})
			for _, seed := range seeds(t, 1) {
				seed += 999 // seeds that no other test tries
				t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
					o := steps.Options{Target: target, Edition: edition, Seed: seed}
					requireConformant(t, run(t, brief(t, o)))
				})
			}
		})
	}
}

// requireConformant requires that every rule passes that is not a may rule.
func requireConformant(t *testing.T, r *reports.Report) {
	t.Helper()
	for _, rule := range r.Rules {
		require.NotEqual(t, reports.Failed, rule.Verdict, "%s: %+v", rule.ID, rule.Failures)
		if rule.Level != reports.May {
			require.NotEqual(t, reports.Inconclusive, rule.Verdict, "%s: %s", rule.ID, rule.Reason)
		}
	}
	require.Equal(t, reports.Conformant, r.Verdict)
}
