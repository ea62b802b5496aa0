package reports_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
)

// fails is a must rule with these failures.
func fails(id string, fs ...reports.Failure) reports.Rule {
	return reports.Rule{ID: id, Level: reports.Must, Verdict: reports.Failed, Failures: fs}
}

// failure is a failure that so many cases show.
func failure(sentence string, count int) reports.Failure {
	return reports.Failure{Law: sentence, Kind: reports.KindWronglyAccepted, Count: count, Tries: 3, Reproduced: 2, Case: oneInstance(call())}
}

// at refers to the n-th failure of a rule.
func at(rule string, n int) reports.FailureRef { return reports.FailureRef{Rule: rule, Index: n} }

func TestFindingTellsACauseOnce(t *testing.T) {
	r := &reports.Report{Rules: []reports.Rule{
		fails("A", failure("a0", 1), failure("a1", 2)), fails("B", failure("b0", 4)), fails("C", failure("c0", 8)),
	}}
	reports.SetFindings(r, []reports.Group{
		{Main: at("B", 0), Others: []reports.FailureRef{at("A", 0), at("A", 1)}},
		{Main: at("C", 0)},
	})
	require.Len(t, r.Findings, 2)
	f := r.Findings[0]
	require.Equal(t, []string{"F1", "B", reports.Must, reports.KindWronglyAccepted, "b0"}, []string{f.ID, f.Rule, f.Level, f.Kind, f.Sentence})
	require.Equal(t, 7, f.Cases, "the cases of every failure")
	require.Equal(t, []int{2, 3}, []int{f.Reproduced, f.Tries}, "of the cause alone")
	require.Equal(t, []string{"A"}, f.AlsoFails, "each rule once")
	require.Equal(t, "replays/F1.json", f.Replay)
	require.Equal(t, reports.Fingerprint("B", r.Rules[1].Failures[0]), f.Fingerprint)
	require.Equal(t, "F2", r.Findings[1].ID)
	require.Empty(t, r.Findings[1].AlsoFails)
	for rule, want := range [][]string{{"F1", "F1"}, {"F1"}, {"F2"}} {
		for i, id := range want {
			require.Equal(t, id, r.Rules[rule].Failures[i].Finding)
		}
	}
	require.Same(t, &r.Rules[1].Failures[0], r.FailureOf(f), "and no other failure of the finding")
}

func TestFindingDoesNotListItsOwnRule(t *testing.T) {
	r := &reports.Report{Rules: []reports.Rule{fails("A", failure("a0", 1), failure("a1", 2))}}
	reports.SetFindings(r, []reports.Group{{Main: at("A", 1), Others: []reports.FailureRef{at("A", 0)}}})
	require.Empty(t, r.Findings[0].AlsoFails)
	require.Equal(t, "a1", r.Findings[0].Sentence)
	require.Equal(t, 3, r.Findings[0].Cases)
}

func TestFindingOfAFailureThatOnlyPointsAtOthers(t *testing.T) {
	summary := reports.Failure{Law: "see B and C", See: []string{"C", "A"}}
	r := &reports.Report{Rules: []reports.Rule{
		fails("A", failure("a0", 1)), fails("B", failure("b0", 1)), fails("C", failure("c0", 1)), fails("S", summary),
	}}
	reports.SetFindings(r, []reports.Group{{Main: at("B", 0), Others: []reports.FailureRef{at("A", 0)}}, {Main: at("C", 0)}})
	require.Equal(t, "F1", r.Rules[3].Failures[0].Finding, "the first finding of the rules that it points at")
	require.Equal(t, []string{"A", "S"}, r.Findings[0].AlsoFails)
	require.Equal(t, []string{"S"}, r.Findings[1].AlsoFails)
	require.Equal(t, 2, r.Findings[0].Cases, "a summary has no cases")
}

func TestFindingsOfFailuresThatTheReportLacks(t *testing.T) {
	r := &reports.Report{Findings: []reports.Finding{{ID: "F9"}}, Rules: []reports.Rule{fails("A", failure("a0", 1)), {ID: "B", Verdict: reports.Skipped}}}
	reports.SetFindings(r, []reports.Group{
		{Main: at("B", 0), Others: []reports.FailureRef{at("A", 0)}}, {Main: at("A", 0), Others: []reports.FailureRef{at("B", 0), at("Z", 0)}},
	})
	require.Len(t, r.Findings, 1, "those of before are gone")
	require.Equal(t, "F1", r.Findings[0].ID)
	require.Equal(t, 1, r.Findings[0].Cases)
	require.Empty(t, r.Findings[0].AlsoFails)
	reports.SetFindings(r, nil)
	require.Empty(t, r.Findings)
}
