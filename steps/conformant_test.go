package steps_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/simulator"
)

// A server without a fault passes with every seed: with CBSPEC_SEEDS=200 in both editions, which takes half an hour; a few stand for them otherwise.
func TestServerWithoutFaultPassesWithEverySeed(t *testing.T) {
	seeds := uint64(3)
	if testing.Short() {
		seeds = 1
	}
	if n, err := strconv.ParseUint(os.Getenv("CBSPEC_SEEDS"), 10, 32); err == nil {
		seeds = n
	}
	for _, edition := range []string{"original", "current"} {
		if testing.Short() && os.Getenv("CBSPEC_SEEDS") == "" && edition != "original" {
			continue // one edition stands for both
		}
		everySeedPasses(t, edition, seeds)
	}
}

func everySeedPasses(t *testing.T, edition string, seeds uint64) {
	t.Helper()
	target := serve(t, simulator.Options{Edition: edition})
	for seed := uint64(1000); seed < 1000+seeds; seed++ {
		t.Run(fmt.Sprintf("%s-%d", edition, seed), func(t *testing.T) {
			r, err := steps.Run(t.Context(), brief(steps.Options{Target: target, Edition: edition, Seed: seed}))
			require.NoError(t, err)
			requireConformant(t, r)
		})
	}
}

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

// Two runs with one seed give the same report but for times and ids, whatever the server is like.
func TestReportOfASeedIsTheSame(t *testing.T) {
	for _, faults := range [][]string{nil, {"postgresql-logical-db-refused"}, {"quota-off-by-one-more"}, {"method-any"}} {
		t.Run(fmt.Sprint(faults), func(t *testing.T) {
			if testing.Short() && !slices.Contains(faults, "postgresql-logical-db-refused") {
				t.Skip("one fault stands for all")
			}
			var reported []string
			for range 2 {
				// Without races: who comes first in one is for the server to say, and what a race shows of other rules is counted there.
				r, err := steps.Run(context.Background(), brief(steps.Options{
					Target: serve(t, simulator.Options{Faults: faults}), Seed: 7, Phases: []string{"examples", "combinations", "random", "sequences", "wire"},
				}))
				require.NoError(t, err)
				reported = append(reported, timeless(t, r))
			}
			require.Equal(t, reported[0], reported[1])
		})
	}
}

// timeless is a report as text, without what differs from run to run: times, how often something that takes time was looked at, and
// what comes of races.
func timeless(t *testing.T, r *reports.Report) string {
	t.Helper()
	r.Started, r.DurationSeconds, r.Throughput, r.Latency, r.Requests, r.Backups = "", 0, 0, reports.Latency{}, 0, 0
	for i := range r.Phases {
		r.Phases[i].Seconds, r.Phases[i].Requests = 0, 0
	}
	r.Rules = slices.DeleteFunc(r.Rules, func(rule reports.Rule) bool { return rule.Area == "races" }) // who comes first is for the server to say
	for i := range r.Rules {
		for j := range r.Rules[i].Scenarios {
			r.Rules[i].Scenarios[j].Seconds = 0
		}
		for j := range r.Rules[i].Failures {
			r.Rules[i].Failures[j].Curl = "" // it names the port
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", " ")
	require.NoError(t, e.Encode(r))
	return b.String()
}
