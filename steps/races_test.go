package steps_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/simulator"
)

// A gap between check and act is found with every seed, reduced to the least race that shows it, and its replay finds it again: with CBSPEC_SEEDS=30 on as many
// seeds; on a few otherwise.
func TestRaceIsReduced(t *testing.T) {
	seeds := uint64(2)
	if testing.Short() {
		seeds = 1
	}
	if n, err := strconv.ParseUint(os.Getenv("CBSPEC_SEEDS"), 10, 32); err == nil {
		seeds = n
	}
	for _, c := range []struct{ fault, rule, law string }{
		{"race-1ms", "CB-RACE-1", "answered in no possible order when 2 calls are made at once"},
		{"race-running-1ms", "CB-RACE-1", "answered in no possible order when 2 calls are made at once"},
		{"race-quota-1ms", "CB-RACE-1", "answered in no possible order when 2 calls are made at once (MySQL, Running, 1 databases, 9 backups today, last backup completed)"},
		{"busy-elsewhere-lost", "CB-RACE-2", "what it said is not what it did when 2 calls are made at once on 2 instances, and not alone"},
	} {
		t.Run(c.fault, func(t *testing.T) {
			if testing.Short() && c.fault != "race-quota-1ms" {
				t.Skip("one gap stands for all")
			}
			for seed := uint64(1); seed <= seeds; seed++ {
				pages := map[string]int{}
				target := serve(t, simulator.Options{Faults: []string{c.fault}})
				r, err := steps.Run(context.Background(), steps.Options{
					Target: target, Phases: []string{"races"}, Rules: []string{c.rule}, Seed: seed, OnPicture: func(name string, page []byte) { pages[name] = len(page) },
				})
				require.NoError(t, err)
				rule := ruleOf(r, c.rule)
				require.Equal(t, reports.Failed, rule.Verdict, "seed %d", seed)
				f := rule.Failures[0]
				require.Equal(t, c.law, f.Law, "seed %d", seed)
				require.Len(t, f.Case.Steps, 2)
				require.Positive(t, f.Race.Illegal)
				require.Equal(t, []int{f.Race.Illegal, f.Race.Rounds}, []int{f.Reproduced, f.Tries})
				require.Positive(t, rule.Scenarios[0].Rounds)
				if c.rule == "CB-RACE-1" {
					require.Positive(t, pages[f.Picture])
				}
				kept := keep(t, r, c.rule, f)
				again, err := steps.Replay(context.Background(), target, kept, false)
				require.NoError(t, err)
				require.True(t, again.Reproduced, again.Answered)
				mended, err := steps.Replay(context.Background(), serve(t, simulator.Options{}), kept, false)
				require.NoError(t, err)
				require.False(t, mended.Reproduced, mended.Answered)
			}
		})
	}
}

// What one call after another shows too is no race.
func TestWhatIsNoRaceIsLaidToOtherRules(t *testing.T) {
	for _, c := range []struct{ fault, rule string }{{"quota-off-by-one-more", "CB-QUOTA-2"}, {"running-ignored", "CB-PRE-3"}} {
		r, err := steps.Run(context.Background(), steps.Options{Target: serve(t, simulator.Options{Faults: []string{c.fault}}), Phases: []string{"races"}})
		require.NoError(t, err)
		require.NotEqual(t, reports.Failed, ruleOf(r, "CB-RACE-1").Verdict, c.fault)
		require.Equal(t, reports.Failed, ruleOf(r, c.rule).Verdict, c.fault)
	}
}

func ruleOf(r *reports.Report, id string) reports.Rule {
	for _, rule := range r.Rules {
		if rule.ID == id {
			return rule
		}
	}
	return reports.Rule{}
}

// keep writes a failure to a file and reads it, as a replay does.
func keep(t *testing.T, r *reports.Report, rule string, f reports.Failure) reports.Replay {
	t.Helper()
	text, err := json.Marshal(reports.ReplayOf(r, rule, f))
	require.NoError(t, err)
	var kept reports.Replay
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&kept))
	return kept
}
