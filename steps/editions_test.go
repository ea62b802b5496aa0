package steps_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/simulator"
)

// A server of one edition that is judged by the other fails in what differs between them, and in nothing else. The rules that say that all cases are as
// documented fail with them.
func TestServerOfTheOtherEdition(t *testing.T) {
	for _, c := range []struct {
		server, judged string
		surely         []string // rules that differ, and that any run finds
		perhaps        []string // rules that show the same differences in further ways
	}{
		{"current", "original",
			[]string{"CB-QUOTA-2", "CB-METHOD-3", "CB-METHOD-6", "CB-TYPE-3", "CB-COMBO-1"},
			[]string{"CB-TYPE-2", "CB-TYPE-4", "CB-COMBO-3", "CB-SEQ-1", "CB-RACE-1"}},
		{"original", "current",
			[]string{"CB-QUOTA-1", "CB-DBNAME-7", "CB-RETENTION-2", "CB-RESPONSE-12", "CB-COMBO-1"},
			[]string{"CB-QUOTA-3", "CB-QUOTA-4", "CB-QUOTA-5", "CB-STRATEGY-2", "CB-STRATEGY-8", "CB-DBNAME-1", "CB-DBNAME-4", "CB-COMBO-3", "CB-SEQ-1", "CB-RACE-1"}},
	} {
		t.Run(c.server+" judged as "+c.judged, func(t *testing.T) {
			if testing.Short() && c.judged == "current" {
				t.Skip("the other way round stands for both")
			}
			r, err := steps.Run(context.Background(), brief(steps.Options{Target: serve(t, simulator.Options{Edition: c.server}), Edition: c.judged}))
			require.NoError(t, err)
			var failed []string
			for _, rule := range r.Rules {
				if rule.Verdict == reports.Failed {
					failed = append(failed, rule.ID)
					require.Contains(t, append(c.perhaps, c.surely...), rule.ID, "%v", lawsOf(r, rule.ID))
				}
			}
			require.Subset(t, failed, c.surely)
		})
	}
}

func TestEditionIsFoundOut(t *testing.T) {
	for _, edition := range []string{"original", "current"} {
		found, evidence, err := steps.DetectEdition(context.Background(), serve(t, simulator.Options{Edition: edition}))
		require.NoError(t, err)
		require.Equal(t, edition, found, evidence)
		require.NotEmpty(t, evidence)
	}
}
