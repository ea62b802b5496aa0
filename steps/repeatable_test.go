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
	for _, c := range []struct {
		name   string
		faults []string
		slow   []string // rules that call a whole day long, and search for why the quota differs
	}{
		{"no fault", nil, nil},
		{"refuses one combination", []string{"postgresql-logical-db-refused"}, nil},
		{"miscounts the quota", []string{"quota-off-by-one-more"}, []string{"CB-QUOTA-[3-7]", "CB-SEQ-1"}},
		{"accepts any BackupMethod", []string{"method-any"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && !slices.Contains(c.faults, "postgresql-logical-db-refused") {
				t.Skip("-short tries one fault")
			}
			t.Parallel()
			var texts []string
			for range 2 {
				o := steps.Options{
					Target: serve(t, simulator.Options{Faults: c.faults}), Seed: 7,
					Phases: []string{"examples", "combinations", "random", "sequences", "wire"},
				}
				if moreSeeds(t) == 0 {
					o.Skip = c.slow
				}
				texts = append(texts, timeless(t, run(t, brief(t, o))))
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
			r.Rules[i].Failures[j].Curl, r.Rules[i].Failures[j].RequestID = "", ""
		}
	}
	for i := range r.Findings {
		r.Findings[i].Curl, r.Findings[i].RequestID = "", ""
	}
	text, err := json.MarshalIndent(r, "", " ")
	require.NoError(t, err)
	return string(text)
}
