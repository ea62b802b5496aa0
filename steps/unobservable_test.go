package steps_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/simulator"
)

// What a target does not show of its backups, no rule on it passes by.
func TestNoRulePassesOnWhatIsNotShown(t *testing.T) {
	rules := []string{"CB-DBNAME-1", "CB-DBNAME-2", "CB-STRATEGY-3", "CB-STRATEGY-6", "CB-TYPE-2", "CB-METHOD-7"}
	hidden := map[string][]string{"no-databases-shown": rules[:4], "no-type-shown": rules[4:5], "": nil}
	for variation, unseen := range hidden {
		t.Run(variation, func(t *testing.T) {
			o := simulator.Options{}
			if variation != "" {
				o.Variations = []string{variation}
			}
			r, err := steps.Run(context.Background(), brief(steps.Options{Target: serve(t, o), Rules: rules}))
			require.NoError(t, err)
			for _, id := range rules {
				rule := ruleOf(r, id)
				want := reports.Passed
				for _, u := range unseen {
					if u == id {
						want = reports.Inconclusive
						require.Contains(t, rule.Reason, "does not show")
					}
				}
				require.Equal(t, want, rule.Verdict, "%s: %s", id, rule.Reason)
			}
		})
	}
}
