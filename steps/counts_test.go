package steps

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// refusedBy is the event of a call that these rules refuse and that was refused with a Code.
func refusedBy(code string, rules ...string) runner.Event {
	e := runner.Event{Decision: targets.Refused, Answer: targets.Answer{Outcome: targets.Refused, Code: code}}
	for _, r := range rules {
		e.Expect.Refuse = append(e.Expect.Refuse, oracle.Reason{Rule: r, Level: oracle.Must})
	}
	return e
}

// resultOf is a result with these events.
func resultOf(events ...runner.Event) testcase.Result {
	return testcase.Result{History: runner.History{Events: events}}
}

func TestCoverageCountsTheRulesByWhichCallsAreRefused(t *testing.T) {
	c := newCoverage()
	c.note(resultOf(refusedBy("Bad", ruleA), refusedBy("Bad", ruleA, ruleB)))
	accepted := refusedBy("", ruleB)
	accepted.Decision = targets.Accepted
	c.note(resultOf(accepted))
	require.Equal(t, []reports.Count{{Name: ruleA, Count: 2}, {Name: ruleB, Count: 1}}, c.report().Refusals, "a call that is accepted is not refused by a rule")
}

func TestCoverageKnowsTheUsualCodeOfARule(t *testing.T) {
	c := newCoverage()
	require.Empty(t, c.CodeOf(ruleA))
	c.note(resultOf(refusedBy("Zeta", ruleA), refusedBy("Zeta", ruleA), refusedBy("Alpha", ruleA)))
	require.Equal(t, "Zeta", c.CodeOf(ruleA), "the most common Code")
	c.note(resultOf(refusedBy("Alpha", ruleA)))
	require.Equal(t, "Alpha", c.CodeOf(ruleA), "the first by the alphabet, of those that are as common")
	c.note(resultOf(refusedBy("Both", ruleA, ruleB), refusedBy("Both", ruleA, ruleB), refusedBy("Both", ruleA, ruleB)))
	require.Equal(t, "Alpha", c.CodeOf(ruleA), "a Code of two faults says nothing about either")
	require.Empty(t, c.CodeOf(ruleB))
}

func TestCoverageCountsWhichStepsFollowWhich(t *testing.T) {
	c := newCoverage()
	var r testcase.Result
	for _, do := range []string{targets.StepCall, targets.StepComplete, targets.StepCall, targets.StepComplete} {
		r.Case.Case.Steps = append(r.Case.Case.Steps, targets.Step{Do: do})
	}
	c.note(r)
	require.Equal(t, []reports.Count{{Name: "call, then complete", Count: 2}, {Name: "complete, then call", Count: 1}}, c.report().Transitions)
}

func TestCoverageCountsClassesAndTheirCombinations(t *testing.T) {
	edition, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	model := generators.NewModel(edition, generators.FullModelScope())
	vectors, err := model.Vectors(nil)
	require.NoError(t, err)
	c := newCoverage()
	c.Want(model, 2)
	c.Want(generators.NewModel(edition, generators.FullModelScope()), 5)
	for i := range 20 {
		v := generators.DrawNth(vectors, 1, "coverage", i)
		c.note(testcase.Result{Case: testcase.Case{Model: model, Vector: &v}})
	}
	r := c.report()
	total := 0
	for _, n := range r.Classes {
		total += n.Count
	}
	require.Equal(t, 20*len(model.Factors), total, "one class of each factor for each case")
	require.Len(t, r.Tuples, 2, "only the first model is counted, up to its strength")
	for i, tuples := range r.Tuples {
		require.Equal(t, i+1, tuples.Strength)
		require.Len(t, tuples.Growth, 10, "the growth, in tenths of the cases")
		require.IsNonDecreasing(t, tuples.Growth)
		require.Equal(t, tuples.Reached, tuples.Growth[9])
		require.LessOrEqual(t, tuples.Reached, tuples.Possible)
		require.Positive(t, tuples.Reached)
	}
}

func TestCoverageOfAnotherModelCountsItsClassesOnly(t *testing.T) {
	edition, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	scope := generators.FullModelScope()
	wanted, other := generators.NewModel(edition, scope), generators.NewModel(edition, scope)
	c := newCoverage()
	c.Want(wanted, 1)
	v := other.BaselineVector()
	c.note(testcase.Result{Case: testcase.Case{Model: other, Vector: &v}})
	require.Zero(t, c.report().Tuples[0].Reached)
	require.Len(t, c.report().Classes, len(other.Factors))
}

func TestCoverageOfNothingHasEmptyLists(t *testing.T) {
	r := newCoverage().report()
	require.NotNil(t, r.Classes)
	require.Empty(t, r.Classes)
	require.Empty(t, r.Tuples)
}

func TestObservationsInWords(t *testing.T) {
	type note struct{ rule, group, seen string }
	for _, c := range []struct {
		name  string
		notes []note
		want  []reports.Behaviour
	}{
		{"nothing was observed", nil, []reports.Behaviour{}},
		{"one behaviour", []note{{"CB-A-1", "", "refused"}, {"CB-A-1", "", "refused"}}, []reports.Behaviour{{ID: "CB-A-1", Observed: "refused"}}},
		{"now this and now that", []note{{"CB-A-1", "", "refused"}, {"CB-A-1", "", "accepted"}}, []reports.Behaviour{{ID: "CB-A-1", Observed: "accepted or refused"}}},
		{
			"a behaviour for each group", []note{{"CB-A-1", "empty", "refused"}, {"CB-A-1", "another letter case", "accepted"}},
			[]reports.Behaviour{{ID: "CB-A-1", Observed: "another letter case: accepted; empty: refused"}},
		},
		{
			"groups that are treated alike are not told apart", []note{{"CB-A-1", "empty", "refused"}, {"CB-A-1", "another letter case", "refused"}},
			[]reports.Behaviour{{ID: "CB-A-1", Observed: "refused"}},
		},
		{
			"which of two faults comes first is told of each pair", []note{{"CB-COMBO-2", "CB-A-1 and CB-B-1", "CB-A-1 first"}},
			[]reports.Behaviour{{ID: "CB-COMBO-2", Observed: "CB-A-1 and CB-B-1: CB-A-1 first"}},
		},
		{
			"rules in the order of their ids", []note{{"CB-B-1", "", "accepted"}, {"CB-A-1", "", "refused"}},
			[]reports.Behaviour{{ID: "CB-A-1", Observed: "refused"}, {ID: "CB-B-1", Observed: "accepted"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var o observations
			for _, n := range c.notes {
				o.Note(n.rule, n.group, n.seen)
			}
			require.Equal(t, c.want, o.report())
		})
	}
}

func TestAnObservationSaysWhatItDependsOn(t *testing.T) {
	when := func(engine, method string) []reports.Condition {
		return []reports.Condition{{Factor: "BackupMethod", Classes: []string{method}}, {Factor: "engine", Classes: []string{engine}}}
	}
	type seen struct{ what, engine, method string }
	for want, notes := range map[string][]seen{
		"accepted when the engine is MySQL or PostgreSQL, refused when the engine is MariaDB": {
			{"accepted", "MySQL", "Logical"}, {"accepted", "MySQL", "Physical"}, {"accepted", "PostgreSQL", "Logical"},
			{"accepted", "PostgreSQL", "Logical"}, {"refused", "MariaDB", "Logical"}, {"refused", "MariaDB", "Physical"},
		},
		"accepted or refused": {{"accepted", "MySQL", "a"}, {"refused", "MySQL", "a"}, {"refused", "MariaDB", "b"}, {"accepted", "MariaDB", "b"}},
		"refused or vanished": {{"refused", "MySQL", "a"}, {"vanished", "MariaDB", "b"}}, // once each may be by chance
	} {
		var o observations
		for _, n := range notes {
			o.Note("CB-A-1", "", n.what, when(n.engine, n.method)...)
		}
		require.Equal(t, []reports.Behaviour{{ID: "CB-A-1", Observed: want}}, o.report())
	}
}

// What was observed does not depend on the order of the cases, which run side by side.
func TestObservationsDoNotDependOnTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SampledFrom([]string{"", "a", "b", "c"})
		notes := rapid.SliceOfN(rapid.SliceOfN(texts, 3, 3), 0, 12).Draw(t, "notes")
		var one, other observations
		for _, n := range notes {
			one.Note(n[0], n[1], n[2])
		}
		for _, n := range rapid.Permutation(notes).Draw(t, "other order") {
			other.Note(n[0], n[1], n[2])
		}
		require.Equal(t, one.report(), other.report())
	})
}
