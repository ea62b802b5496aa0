package reports_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
)

// shards are the n shards of a run, all with the same results.
func shards(n int) []*reports.Report {
	list := make([]*reports.Report, n)
	for i := range list {
		list[i] = samples.Mixed()
		list[i].Shard = fmt.Sprintf("%d/%d", i+1, n)
	}
	return list
}

func TestMergeRefusesReportsThatAreNotTheShardsOfOneRun(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func([]*reports.Report) []*reports.Report
		says   string
	}{
		{"none", func([]*reports.Report) []*reports.Report { return nil }, "there is no report"},
		{"a whole run", func(s []*reports.Report) []*reports.Report { s[1].Shard = ""; return s }, `report 2 has the shard ""`},
		{"no such shard", func(s []*reports.Report) []*reports.Report { s[1].Shard = "4/3"; return s }, `report 2 has the shard "4/3"`},
		{"shard 0", func(s []*reports.Report) []*reports.Report { s[1].Shard = "0/3"; return s }, `report 2 has the shard "0/3"`},
		{"another number of shards", func(s []*reports.Report) []*reports.Report { s[1].Shard = "2/4"; return s }, "one is shard 1/3 and another is shard 2/4"},
		{"one is missing", func(s []*reports.Report) []*reports.Report { return s[:2] }, "shard 3/3 is missing"},
		{"two are missing", func(s []*reports.Report) []*reports.Report { return s[1:2] }, "shard 1/3, 3/3 is missing"},
		{"one is given twice", func(s []*reports.Report) []*reports.Report { return append(s, s[1]) }, "shard 2/3 is given twice"},
		{"seed", func(s []*reports.Report) []*reports.Report { s[2].Seed = 8; return s }, "shards 1/3 and 3/3 differ in seed: 7 and 8"},
		{"edition", func(s []*reports.Report) []*reports.Report { s[2].Edition = "current"; return s }, "differ in edition: original and current"},
		{"target", func(s []*reports.Report) []*reports.Report { s[2].Target.Name = "other"; return s }, "differ in target: always-200 and other"},
		{"implementation", func(s []*reports.Report) []*reports.Report {
			s[2].Target.Implementation = &reports.Implementation{Version: "2"}
			return s
		}, "differ in implementation"},
		{"capabilities", func(s []*reports.Report) []*reports.Report { s[2].Target.Capabilities = nil; return s }, "differ in what the target can do"},
		{"tool", func(s []*reports.Report) []*reports.Report { s[2].Tool.Version = "2"; return s }, "differ in version of cbspec: 1.0.0 and 2"},
		{"strength", func(s []*reports.Report) []*reports.Report { s[2].Options.Strength = 2; return s }, "differ in strength: 3 and 2"},
		{"checks", func(s []*reports.Report) []*reports.Report { s[2].Options.Checks = 2; return s }, "differ in checks: 100 and 2"},
		{"phases", func(s []*reports.Report) []*reports.Report { s[2].Options.Phases = nil; return s }, "differ in phases"},
		{"rules", func(s []*reports.Report) []*reports.Report { s[2].Rules = s[2].Rules[1:]; return s }, "differ in the rules"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := reports.Merge(c.change(shards(3)))
			require.ErrorIs(t, err, reports.ErrMerge)
			require.ErrorContains(t, err, c.says)
			require.Nil(t, r)
		})
	}
}

func TestMergeAddsUpTheRuns(t *testing.T) {
	parts := shards(3)
	parts[1].Target.Endpoint = "http://127.0.0.1:8081/"
	parts[2].Complete, parts[2].CutShort = false, "the run was interrupted"
	parts[2].Started = "2026-03-01T10:00:00Z"
	whole, err := reports.Merge([]*reports.Report{parts[2], parts[0], parts[1]})
	require.NoError(t, err)
	require.Empty(t, whole.Shard)
	require.False(t, whole.Complete)
	require.Equal(t, "shard 3/3: the run was interrupted", whole.CutShort)
	require.Equal(t, "2026-03-01T10:00:00Z", whole.Started)
	require.Equal(t, 3*parts[0].Requests, whole.Requests)
	require.Equal(t, 3*parts[0].Phases[0].Cases, whole.Phases[0].Cases)
	require.Equal(t, parts[0].Coverage.Tuples, whole.Coverage.Tuples)
	require.Equal(t, 3*parts[0].Coverage.Refusals[0].Count, whole.Coverage.Refusals[0].Count)
	require.Equal(t, parts[0].Behaviours, whole.Behaviours)
	require.Contains(t, strings.Join(whole.Warnings, " "), "127.0.0.1:8081")
	require.Contains(t, strings.Join(whole.Warnings, " "), "coverage by strength")
	require.Equal(t, 1, whole.Totals.Waived, "a rule that is waived in each shard is waived in the whole")
	written := render(t, func(b *bytes.Buffer) error { return reports.WriteJSON(b, whole) })
	_, err = reports.Read(bytes.NewReader(written))
	require.NoError(t, err)
}

func TestMergeKeepsEachFailureOnce(t *testing.T) {
	parts := shards(2)
	race := slices.IndexFunc(parts[0].Rules, func(r reports.Rule) bool { return len(r.Failures) > 0 })
	other := parts[1].Rules[race].Failures[0]
	other.Law, other.Picture = "another law", "histories/x.html"
	parts[1].Rules[race].Failures = append(parts[1].Rules[race].Failures, other)
	whole, err := reports.Merge(parts)
	require.NoError(t, err)
	id, failures := whole.Rules[race].ID, whole.Rules[race].Failures
	require.Len(t, failures, 2)
	require.Equal(t, 2*parts[0].Rules[race].Failures[0].Count, failures[0].Count)
	require.Equal(t, "replays/"+id+"-2.json", failures[1].Replay)
	require.Equal(t, "shard-2-of-2/histories/x.html", failures[1].Picture)
	require.Equal(t, "histories/x.html", parts[1].Rules[race].Failures[1].Picture, "Merge does not change the shards")
}

func TestMergeListsWhatAnyShardObserved(t *testing.T) {
	parts := shards(2)
	for i, observed := range []string{"empty: refused; lower case: refused", "empty: accepted; lower case: refused"} {
		parts[i].Behaviours = []reports.Behaviour{{ID: "CB-METHOD-8", Observed: observed}}
	}
	whole, err := reports.Merge(parts)
	require.NoError(t, err)
	require.Equal(t, []reports.Behaviour{{ID: "CB-METHOD-8", Observed: "empty: accepted; empty: refused; lower case: refused"}}, whole.Behaviours)
}

func TestMergeListsTheOrderOfFaultsThatAnyShardObserved(t *testing.T) {
	a, b := reports.Precedence{First: "A", Then: "B"}, reports.Precedence{First: "B", Then: "C"}
	parts := shards(3)
	for i, order := range [][]reports.Precedence{nil, {b}, {a, b}} {
		parts[i].Behaviours = []reports.Behaviour{{ID: "CB-COMBO-2", Subject: "the fault", Observed: "x", Order: order}}
	}
	whole, err := reports.Merge(parts)
	require.NoError(t, err)
	require.ElementsMatch(t, []reports.Precedence{a, b}, whole.Behaviours[0].Order)
	require.Equal(t, "the fault: the first of A, B, C", whole.Behaviours[0].Sentence())
	require.Equal(t, []reports.Precedence{b}, parts[1].Behaviours[0].Order, "Merge does not change the shards")
}

// judged gives a rule and its scenarios the verdicts that a run with these cases gives them.
func judged(cases [][]string, failures []reports.Failure) reports.Rule {
	rule := reports.Rule{ID: "A", Level: reports.Must, Verdict: reports.Passed, Failures: failures}
	var reasons []string
	for i, outcomes := range cases {
		s := reports.Scenario{Name: string(rune('a' + i)), Verdict: reports.Passed}
		for _, o := range outcomes {
			if o != reports.Inconclusive {
				s.Cases++
			}
		}
		switch {
		case slices.Contains(outcomes, reports.Failed): // by this rule, if it has failures, or else by others
			s.Verdict = reports.Failed
			rule.Verdict = reports.Inconclusive
		case s.Cases == 0:
			s.Verdict, s.Reason = reports.Inconclusive, "no case could be tried"
			reasons = []string{s.Reason}
			rule.Verdict = reports.Inconclusive
		}
		rule.Scenarios, rule.Cases = append(rule.Scenarios, s), rule.Cases+s.Cases
	}
	if len(failures) > 0 {
		rule.Verdict = reports.Failed
	}
	if slices.ContainsFunc(rule.Scenarios, func(s reports.Scenario) bool { return s.Verdict == reports.Failed }) && rule.Verdict == reports.Inconclusive {
		reasons = []string{"its cases fail by other rules"}
	}
	if rule.Verdict != reports.Passed {
		rule.Reason = strings.Join(reasons, "; ")
	}
	return rule
}

// withFailure adds a failure to a list, or to the count of the same failure in it.
func withFailure(list []reports.Failure, f reports.Failure) []reports.Failure {
	for i := range list {
		if list[i].Law == f.Law {
			list[i].Count += f.Count
			return list
		}
	}
	return append(list, f)
}

func TestMergingTheShardsOfARunGivesTheRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 4).Draw(t, "shards")
		run := func(shard string, rule reports.Rule) *reports.Report {
			return samples.Finish(&reports.Report{Schema: reports.Schema, Complete: true, Shard: shard, Requests: rule.Cases, Rules: []reports.Rule{rule}})
		}
		var all [][]string
		var failures []reports.Failure
		split := make([][][]string, n)
		splitFailures := make([][]reports.Failure, n)
		for i := range rapid.IntRange(1, 3).Draw(t, "scenarios") {
			all = append(all, rapid.SliceOfN(rapid.SampledFrom([]string{reports.Passed, reports.Inconclusive, reports.Failed}), 0, 6).Draw(t, "cases"))
			for s := range n {
				split[s] = append(split[s], nil)
			}
			for j, o := range all[i] {
				s := (i + j) % n
				split[s][i] = append(split[s][i], o)
				if o == reports.Failed && rapid.Bool().Draw(t, "by this rule") {
					f := reports.Failure{Law: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "law"), Count: 1}
					failures = withFailure(failures, f)
					splitFailures[s] = withFailure(splitFailures[s], f)
				}
			}
		}
		want := run("", judged(all, failures))
		var parts []*reports.Report
		for s := range n {
			parts = append(parts, run(fmt.Sprintf("%d/%d", s+1, n), judged(split[s], splitFailures[s])))
		}
		got, err := reports.Merge(rapid.Permutation(parts).Draw(t, "order"))
		require.NoError(t, err)
		require.Equal(t, want.Verdict, got.Verdict)
		require.Equal(t, want.Totals, got.Totals)
		require.Equal(t, want.Requests, got.Requests)
		require.Equal(t, want.Rules[0].Verdict, got.Rules[0].Verdict)
		require.Equal(t, want.Rules[0].Reason, got.Rules[0].Reason)
		require.Equal(t, want.Rules[0].Scenarios, got.Rules[0].Scenarios)
		require.ElementsMatch(t, want.Rules[0].Failures, got.Rules[0].Failures)
	})
}

func TestMergeIsInconclusiveWhereAShardIs(t *testing.T) {
	parts := shards(2)
	i := slices.IndexFunc(parts[0].Rules, func(r reports.Rule) bool { return r.Verdict == reports.Passed })
	parts[1].Rules[i].Verdict, parts[1].Rules[i].Reason, parts[1].Rules[i].Scenarios = reports.Inconclusive, "--max-time is over", nil
	whole, err := reports.Merge(parts)
	require.NoError(t, err)
	require.Equal(t, reports.Inconclusive, whole.Rules[i].Verdict)
	require.Equal(t, "--max-time is over", whole.Rules[i].Reason)
}
