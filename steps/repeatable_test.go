package steps_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/simulator"
)

// Two runs with the same seed give the same report, but for times and ids, whatever the server
// does. Only races may differ: which call comes first is up to the server.
func TestSameSeedGivesTheSameReport(t *testing.T) {
	all := []string{"examples", "combinations", "random", "sequences", "wire"}
	for _, c := range []struct {
		name   string
		faults []string
		phases []string // where CBSPEC_SEEDS does not ask for all
	}{
		{"no fault", nil, []string{"examples", "random", "wire"}},
		{"refuses one combination", []string{"postgresql-logical-db-refused"}, all},
		{"miscounts the quota", []string{"quota-off-by-one-more"}, []string{"combinations", "random"}},
		{"accepts any BackupMethod", []string{"method-any"}, []string{"combinations", "random", "sequences"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && !slices.Contains(c.faults, "postgresql-logical-db-refused") {
				t.Skip("-short tries one fault")
			}
			t.Parallel()
			phases := c.phases
			if moreSeeds(t) > 0 {
				phases = all
			}
			var texts []string
			for range 2 {
				target := serve(t, simulator.Options{Faults: c.faults})
				texts = append(texts, timeless(t, run(t, brief(t, steps.Options{Target: target, Seed: 7, Phases: phases}))))
			}
			require.Equal(t, texts[0], texts[1])
		})
	}
}

// timeless returns a report as text, without what differs from run to run: times, addresses, how
// often the run looked at something that takes time, and races.
func timeless(t *testing.T, r *reports.Report) string {
	t.Helper()
	r.Started, r.DurationSeconds, r.Throughput, r.Latency, r.Requests, r.Backups = "", 0, 0, reports.Latency{}, 0, 0
	for i := range r.Phases {
		r.Phases[i].Seconds, r.Phases[i].Requests = 0, 0
	}
	r.Rules = slices.DeleteFunc(r.Rules, func(rule reports.Rule) bool { return rule.Area == "races" })
	for i := range r.Rules {
		for j := range r.Rules[i].Scenarios {
			r.Rules[i].Scenarios[j].Seconds = 0
		}
		for j := range r.Rules[i].Failures {
			f := &r.Rules[i].Failures[j]
			f.Curl, f.RequestID, f.Date, f.Raw = "", "", "", ""
		}
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Curl, f.RequestID, f.Date, f.Raw = "", "", "", ""
	}
	text, err := json.MarshalIndent(r, "", " ")
	require.NoError(t, err)
	return string(text)
}
