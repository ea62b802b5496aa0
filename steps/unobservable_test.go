package steps_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/simulator"
)

// A rule about something that the target does not show of its backups is inconclusive.
func TestNoRulePassesOnWhatIsUnobservable(t *testing.T) {
	rules := []string{"CB-DBNAME-1", "CB-DBNAME-2", "CB-STRATEGY-3", "CB-STRATEGY-6", "CB-TYPE-2", "CB-METHOD-7"}
	for _, c := range []struct {
		name         string
		variations   []string
		inconclusive []string
	}{
		{"everything is shown", nil, nil},
		{"databases are not shown", []string{"no-databases-shown"}, rules[:4]},
		{"types are not shown", []string{"no-type-shown"}, []string{"CB-TYPE-2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := run(t, brief(t, steps.Options{Target: serve(t, simulator.Options{Variations: c.variations}), Rules: rules}))
			for _, id := range rules {
				rule := ruleOf(t, r, id)
				if slices.Contains(c.inconclusive, id) {
					require.Equal(t, reports.Inconclusive, rule.Verdict, id)
					require.Contains(t, rule.Reason, "does not show")
				} else {
					require.Equal(t, reports.Passed, rule.Verdict, "%s: %s", id, rule.Reason)
				}
			}
		})
	}
}
