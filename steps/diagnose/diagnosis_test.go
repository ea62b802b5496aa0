package diagnose

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose/shrink"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// Faults of a fake target.
var (
	logicalOfMariaDB answer = func(c fakeInstance, call targets.Call, a targets.Answer) targets.Answer {
		if c.Engine == targets.MariaDB && value(call, generators.Method) == "Logical" {
			return refused(a)
		}
		return a
	}
	anyMethodOfMySQL answer = func(c fakeInstance, call targets.Call, a targets.Answer) targets.Answer {
		if c.Engine == targets.MySQL && c.Status == targets.Running && value(call, generators.Method) == "Snapshot" {
			return accepted(a)
		}
		return a
	}
	everythingRefused answer = func(_ fakeInstance, _ targets.Call, a targets.Answer) targets.Answer { return refused(a) }
	errorOfFull       answer = func(_ fakeInstance, call targets.Call, a targets.Answer) targets.Answer {
		if value(call, generators.Type) == "FullBackup" {
			return failed500(a)
		}
		return a
	}
	hangsOnFull answer = func(_ fakeInstance, call targets.Call, a targets.Answer) targets.Answer {
		if value(call, generators.Type) == "FullBackup" {
			return late(a)
		}
		return a
	}
	// An error has the status of a success, unless the call is of another Action.
	errorWith200 answer = func(_ fakeInstance, call targets.Call, a targets.Answer) targets.Answer {
		if a.Outcome == targets.Refused && value(call, generators.Action) == "CreateBackup" {
			a.Outcome, a.Kind = targets.Broken, targets.BrokenDocument
			a.Problem = "an error document (" + value(call, generators.Method) + ")"
		}
		return a
	}
	noRequestID answer = func(_ fakeInstance, _ targets.Call, a targets.Answer) targets.Answer {
		if a.Outcome == targets.Refused {
			a.HostID = ""
		}
		return a
	}
)

func TestConditionAndRuleAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		answer  answer
		failing []string // classes
		rule    string
		want    failureView
	}{
		"wrongly refused": {
			logicalOfMariaDB, []string{"engine=MariaDB", "BackupMethod=Logical", "Format=XML", "databases=one"}, "CB-METHOD-2",
			failureView{"engine: MariaDB; BackupMethod: Logical", reports.KindWronglyRefused, true, 1},
		},
		"wrongly accepted": {
			anyMethodOfMySQL, []string{"BackupMethod=Snapshot", "BackupType=Auto"}, "CB-METHOD-3",
			failureView{"engine: MySQL; BackupMethod: Snapshot", reports.KindWronglyAccepted, true, 1},
		},
		"refused in every case": {
			everythingRefused, []string{"engine=SQLServer"}, "CB-PRE-1",
			failureView{"", reports.KindWronglyRefused, true, 1},
		},
		"a server error": {
			errorOfFull, []string{"BackupType=FullBackup", "engine=SQLServer"}, "CB-TYPE-2",
			failureView{"BackupType: FullBackup", reports.KindServerError, true, 1},
		},
		"every refusal": {
			noRequestID, []string{"BackupMethod=Snapshot"}, "CB-RESPONSE-6",
			failureView{"decision: refused", reports.KindWrongDocument, true, 1},
		},
		"every refusal, with a Code of its own": {
			errorWith200, []string{"status=Creating"}, "CB-METHOD-3",
			failureView{"decision: refused", reports.KindNoAnswer, true, 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, c.answer)
			b.explain("CB-COMBO-1", b.vector(c.failing...))
			rule, f := b.only()
			require.Equal(t, c.rule, rule)
			require.Equal(t, c.want, f)
			got := b.Failures(rule)[0]
			require.Equal(t, []int{3, 3}, []int{got.Reproduced, got.Tries})
			require.NotEmpty(t, got.Curl)
			require.Equal(t, []string{rule}, b.RulesFailedUnder("CB-COMBO-1")[:1])
			require.NotZero(t, b.told[0].Seen.Requests)
			require.Less(t, b.effort.tries, 500)
		})
	}
}

func TestWhatEveryRefusalExplains(t *testing.T) {
	b := newBench(t, func(on fakeInstance, call targets.Call, a targets.Answer) targets.Answer {
		if value(call, generators.Type) == "FullBackup" && a.Outcome == targets.Accepted {
			return failed500(a)
		}
		return errorWith200(on, call, a)
	})
	b.explain("CB-COMBO-1", b.vector("status=Creating"))
	b.explain("CB-COMBO-1", b.vector("BackupType=IncrementalBackup"))
	rule, f := b.only()
	require.Equal(t, "CB-METHOD-3", rule)
	require.Equal(t, 2, f.Count)
	b.explain("CB-COMBO-1", b.vector("BackupType=FullBackup"))
	require.Len(t, b.Failures("CB-TYPE-2"), 1, "a call that is to be accepted")
}

func TestTheGroupOfAnUnusualCallIsPartOfTheCondition(t *testing.T) {
	b := newBench(t, func(_ fakeInstance, call targets.Call, a targets.Answer) targets.Answer {
		if call.Encoding == targets.EncodingPlus {
			return refused(a)
		}
		return a
	})
	c := b.vector("engine=SQLServer")
	c.Mutation, c.Group = "spaces are sent as +", "spaces are sent as +"
	c.Build = func(p generators.Vector) targets.Case {
		built := b.model.Case(p)
		built.Steps[0].Call.Encoding = targets.EncodingPlus
		return built
	}
	c.Case = c.Build(*c.Vector)
	b.explain("CB-PUBLIC-5", c)
	rule, f := b.only()
	require.Equal(t, "CB-PUBLIC-5", rule)
	require.Equal(t, failureView{"spaces are sent as +", reports.KindWronglyRefused, true, 1}, f)
}

func TestWhatAKnownConditionExplainsIsCounted(t *testing.T) {
	b := newBench(t, logicalOfMariaDB)
	b.explain("CB-COMBO-1", b.vector("engine=MariaDB", "BackupMethod=Logical"))
	cost := b.target.calls
	b.explain("CB-METHOD-2", b.vector("engine=MariaDB", "BackupMethod=Logical", "backups today=1"))
	rule, f := b.only()
	require.Equal(t, "CB-METHOD-2", rule)
	require.Equal(t, 2, f.Count)
	require.Equal(t, cost+1, b.target.calls, "nothing is searched")
	require.Equal(t, []string{"CB-METHOD-2"}, b.RulesFailedUnder("CB-METHOD-2"))
}

func TestWhatNoKnownConditionExplainsIsSearched(t *testing.T) {
	b := newBench(t, func(c fakeInstance, call targets.Call, a targets.Answer) targets.Answer {
		if value(call, generators.Type) == "FullBackup" && c.Engine == targets.MySQL {
			return refused(a)
		}
		return logicalOfMariaDB(c, call, a)
	})
	b.explain("CB-COMBO-1", b.vector("engine=MariaDB", "BackupMethod=Logical"), b.vector("BackupType=FullBackup"))
	require.Len(t, b.told, 2)
	require.Equal(t, []string{"CB-METHOD-2", "CB-TYPE-2"}, []string{b.told[0].Rule, b.told[1].Rule})
}

func TestAShouldNeverExplainsAMust(t *testing.T) {
	b := newBench(t, logicalOfMariaDB)
	b.explain("CB-COMBO-1", b.vector("engine=MariaDB", "BackupMethod=Logical"))
	c := b.vector("engine=MariaDB", "BackupMethod=Logical")
	strong := judge.Violation{Kind: judge.WronglyRefused, Reasons: []oracle.Reason{must("CB-METHOD-2", "")}}
	weak := judge.Violation{Kind: judge.WronglyRefused, Reasons: []oracle.Reason{should("CB-TYPE-5", "")}}
	require.NotNil(t, b.registry.explains(c, strong, ""))
	require.NotNil(t, b.registry.explains(c, weak, ""), "a must explains a should")
	b.registry.known[0].level = oracle.Should
	require.Nil(t, b.registry.explains(c, strong, ""))
	require.NotNil(t, b.registry.explains(c, weak, ""))
}

func TestWhatAKnownConditionExplains(t *testing.T) {
	b := newBench(t, logicalOfMariaDB)
	b.explain("CB-COMBO-1", b.vector("engine=MariaDB", "BackupMethod=Logical"))
	inside := b.vector("engine=MariaDB", "BackupMethod=Logical")
	unusual, none := inside, inside
	unusual.Mutation, none.Vector = "plus for a space", nil
	refusedHere := violation(judge.WronglyRefused, "CB-PRE-1")
	for name, c := range map[string]struct {
		change    func(*known)
		testCase  testcase.Case
		violation judge.Violation
		within    string
		want      bool
	}{
		"inside its region":              {testCase: inside, violation: refusedHere, want: true},
		"outside its region":             {testCase: b.vector("BackupMethod=Logical"), violation: refusedHere},
		"a failure of another kind":      {testCase: inside, violation: violation(judge.NoAnswer, "CB-PRE-1")},
		"a case without a vector":        {testCase: none, violation: refusedHere},
		"an unusual call":                {testCase: unusual, violation: refusedHere, want: true},
		"known of unusual calls alone":   {change: func(k *known) { k.mutation = "another" }, testCase: unusual, violation: refusedHere},
		"known within another scenario":  {change: func(k *known) { k.within = "A/b" }, testCase: inside, violation: refusedHere, within: "A/c"},
		"known within the same scenario": {change: func(k *known) { k.within = "A/b" }, testCase: inside, violation: refusedHere, within: "A/b", want: true},
		"another rule's acceptance":      {change: func(k *known) { k.kind = judge.WronglyAccepted }, testCase: inside, violation: violation(judge.WronglyAccepted, "CB-METHOD-3")},
		"the same rule's acceptance":     {change: func(k *known) { k.kind = judge.WronglyAccepted }, testCase: inside, violation: violation(judge.WronglyAccepted, "CB-METHOD-2"), want: true},
	} {
		t.Run(name, func(t *testing.T) {
			was := *b.registry.known[0]
			defer func() { *b.registry.known[0] = was }()
			if c.change != nil {
				c.change(b.registry.known[0])
			}
			require.Equal(t, c.want, b.registry.explains(c.testCase, c.violation, c.within) != nil)
		})
	}
}

func TestTheSameFindingIsOneFailure(t *testing.T) {
	b := newBench(t, logicalOfMariaDB)
	b.explain("CB-COMBO-1", b.vector("engine=MariaDB", "BackupMethod=Logical"))
	k := *b.registry.known[0]
	f := finding{violation: violation(judge.WronglyRefused, "CB-PRE-1"), condition: k.condition}
	require.NotNil(t, b.registry.same("CB-METHOD-2", f))
	require.Nil(t, b.registry.same("CB-METHOD-1", f), "another rule")
	f.mutation = "plus for a space"
	require.Nil(t, b.registry.same("CB-METHOD-2", f), "calls of another kind")
}

func TestAUsedUpBudgetIsSaid(t *testing.T) {
	b := newBench(t, logicalOfMariaDB)
	r := b.run(b.vector("engine=MariaDB", "BackupMethod=Logical", "databases=one"))[0]
	in := incident{b.under("CB-COMBO-1"), r, r.Violations[0]}
	budget := shrink.NewBudget(10)
	require.NoError(t, b.search(t.Context(), in, budget))
	require.LessOrEqual(t, budget.Used(), 10)
	_, f := b.only()
	require.Equal(t, failureView{"", reports.KindWronglyRefused, false, 1}, f)
	require.Equal(t, budget.Used(), b.effort.tries)
}

func TestARunThatUsedUpItsTriesSearchesBriefly(t *testing.T) {
	e := effort{tries: runTries + 1}
	c := testcase.Case{Vector: &generators.Vector{}}
	require.Equal(t, briefTries, e.budget(c, violation(judge.WronglyRefused, "X")).Left())
	e.tries = 0
	require.Equal(t, conditionTries, e.budget(c, violation(judge.WronglyRefused, "X")).Left())
	require.Equal(t, caseTries, e.budget(testcase.Case{}, violation(judge.WronglyRefused, "X")).Left())
}

func TestSearchesForCallsThatHangHaveTheirOwnBudget(t *testing.T) {
	var e effort
	hang := violation(judge.NoAnswer, "X")
	hang.Answered = runner.Late
	c := testcase.Case{Vector: &generators.Vector{}}
	for range lateSearchesMost {
		require.Equal(t, lateConditionTries, e.budget(c, hang).Left())
	}
	require.Equal(t, lateCaseTries, e.budget(c, hang).Left(), "after a few of them the others are brief")
	require.Equal(t, lateCaseTries, e.budget(testcase.Case{}, hang).Left())
}

func TestTheEndOfTheRunEndsASearch(t *testing.T) {
	over := errors.New("the run is over")
	ctx, cancel := context.WithCancelCause(t.Context())
	calls := 0
	b := newBench(t, func(c fakeInstance, call targets.Call, a targets.Answer) targets.Answer {
		if calls++; calls == 20 {
			cancel(over)
		}
		return everythingRefused(c, call, a)
	})
	results := b.run(b.vector("engine=MariaDB"))
	require.ErrorIs(t, b.Explain(ctx, b.under("CB-COMBO-1"), results), over)
	require.Empty(t, b.told)
}

func TestACallThatHangsIsNotSentAgain(t *testing.T) {
	b := newBench(t, hangsOnFull)
	full, plain := b.vector("BackupType=FullBackup"), b.vector()
	require.False(t, b.Unanswered(full))
	b.explain("CB-COMBO-1", full)
	rule, f := b.only()
	require.Equal(t, "CB-TYPE-2", rule)
	require.Equal(t, failureView{"BackupType: FullBackup", reports.KindNoAnswer, true, 1}, f)
	require.True(t, b.Unanswered(full))
	require.False(t, b.Unanswered(plain))
	story := testcase.Case{Model: b.model, Case: plain.Case}
	story.Case.Steps = append(story.Case.Steps[:1:1], full.Case.Steps[0])
	require.True(t, b.Unanswered(story), "one of its calls hangs")
	require.ErrorIs(t, b.run(full)[0].Err, targets.ErrUnmet)
}

func TestAStoryIsReducedToItsSteps(t *testing.T) {
	b := newBench(t, func(on fakeInstance, _ targets.Call, a targets.Answer) targets.Answer {
		if on.accepted == 2 {
			return refused(a)
		}
		return a
	})
	full := b.vector("last backup=none", "databases=one", "BackupType=FullBackup").Case
	b.explain("CB-SEQ-1", testcase.Case{Model: b.model, Case: targets.Case{
		Conditions: full.Conditions, Steps: []targets.Step{full.Steps[0], full.Steps[0], done, full.Steps[0], done, full.Steps[0], full.Steps[0]},
	}})
	rule, f := b.only()
	require.Equal(t, "CB-PRE-4", rule)
	require.Equal(t, failureView{"", reports.KindWronglyRefused, true, 1}, f)
	require.Len(t, b.Failures(rule)[0].Case.Steps, 5, "three calls, and two completed backups")
	for _, step := range b.Failures(rule)[0].Case.Steps {
		require.True(t, step.Call == nil || len(step.Call.Params) == 2, "the BackupType does not matter")
	}
}

func TestAStoryThatOneCallTellsHasAFailingCondition(t *testing.T) {
	b := newBench(t, func(on fakeInstance, _ targets.Call, a targets.Answer) targets.Answer {
		if on.LastBackup == targets.LastRunning {
			return accepted(a)
		}
		return a
	})
	plain := b.vector("last backup=none").Case
	b.explain("CB-SEQ-1", testcase.Case{Model: b.model, Case: targets.Case{
		Conditions: plain.Conditions, Steps: []targets.Step{plain.Steps[0], plain.Steps[0], plain.Steps[0]},
	}})
	rule, f := b.only()
	require.Equal(t, "CB-PRE-3", rule)
	require.Equal(t, "last backup: running", f.When)
	require.Len(t, b.Failures(rule)[0].Case.Steps, 1)
}

func TestKeptFailuresAndSummaries(t *testing.T) {
	b := newBench(t, nil)
	u := b.under("CB-TYPE-4")
	c := b.vector().Case
	kept := reports.Failure{Law: "kept", Check: reports.CheckType, Case: &c, Other: &c, Reproduced: 1, Tries: 1}
	b.AddKept(u, kept)
	b.AddKept(u, kept)
	require.Len(t, b.Failures("CB-TYPE-4"), 1)
	require.Equal(t, 2, b.Failures("CB-TYPE-4")[0].Count)
	require.Equal(t, "a scenario", b.Failures("CB-TYPE-4")[0].Scenario)
	require.Len(t, b.told, 1)

	soak := violation(judge.WronglyAccepted, "CB-QUOTA-2")
	b.AddViolation(b.under("CB-SEQ-1"), c, soak, targets.Answer{RequestID: "late"})
	require.Equal(t, "late", b.Failures("CB-QUOTA-2")[0].RequestID)
	require.Equal(t, reports.KindWronglyAccepted, b.Failures("CB-QUOTA-2")[0].Kind)
	require.Equal(t, []string{"CB-QUOTA-2"}, b.RulesFailedUnder("CB-SEQ-1"))

	b.AddSummary(b.under("CB-COMBO-1"), []string{"CB-QUOTA-2", "CB-TYPE-4"})
	want := reports.Sentence(reports.Cause{See: []string{"CB-QUOTA-2", "CB-TYPE-4"}})
	require.Equal(t, want, b.Failures("CB-COMBO-1")[0].Law)
	require.Empty(t, b.RulesFailedUnder("CB-COMBO-1"))
}

func TestAFailureThatDoesNotComeAgainIsIntermittent(t *testing.T) {
	b := newBench(t, nil)
	c := b.vector()
	r := b.run(testcase.Case{Model: b.model, Case: c.Case})[0]
	r.Violations = []judge.Violation{violation(judge.WronglyRefused, "CB-PRE-1")}
	r.Violations[0].Answered = "refused (400 Now)"
	require.NoError(t, b.Explain(t.Context(), b.under("CB-SEQ-1"), []testcase.Result{r}))
	_, f := b.only()
	require.Equal(t, reports.KindIntermittent, f.Kind)
	require.False(t, f.Exact)
}

func TestScreeningIsExplainedByTheCallAlone(t *testing.T) {
	b := newBench(t, logicalOfMariaDB)
	failing, plain := b.vector("engine=MariaDB", "BackupMethod=Logical"), b.vector("engine=MariaDB")
	sequence := generators.ScreeningSequence{Checkpoints: map[int]generators.Checkpoint{
		0: {Vector: *plain.Vector, WrongFactor: -1}, 2: {Vector: *failing.Vector, WrongFactor: -1},
	}}
	sequence.Case = targets.Case{Conditions: plain.Case.Conditions, Steps: []targets.Step{
		plain.Case.Steps[0], {Do: targets.StepComplete, Result: targets.LastCompleted}, failing.Case.Steps[0],
	}}
	r := b.run(testcase.Case{Model: b.model, Case: sequence.Case})[0]
	require.Len(t, r.Violations, 1)
	require.NoError(t, b.ExplainScreening(t.Context(), b.under("CB-SEQ-1"), sequence, r))
	rule, f := b.only()
	require.Equal(t, "CB-METHOD-2", rule)
	require.Equal(t, "engine: MariaDB; BackupMethod: Logical", f.When)
	require.Equal(t, r.At(2).Moment, b.told[0].Seen, "it was first seen in the sequence")
}

func TestADifferenceIsReduced(t *testing.T) {
	b := newBench(t, nil)
	c := b.vector("engine=SQLServer", "BackupMethod=Snapshot", "Format=XML").Case
	diff := judge.Difference{
		Check: reports.CheckCode, Variants: judge.Variants{Case: c, Codes: judge.Codes{Documented: []string{"InvalidBackupMethod"}}},
		Comparison: judge.Comparison{Wrong: true, Expected: "e", Answered: "a"},
		When:       []judge.Condition{{Factor: "BackupMethod", Classes: []string{"Snapshot"}}},
	}
	require.NoError(t, b.ExplainDifference(t.Context(), b.under("CB-RESPONSE-7"), diff))
	rule, f := b.only()
	require.Equal(t, "CB-RESPONSE-7", rule)
	require.Equal(t, reports.KindWrongDocument, f.Kind)
	got := b.Failures(rule)[0]
	require.Equal(t, targets.MySQL, got.Case.Conditions[0].Engine)
	require.Len(t, got.Case.Steps[0].Call.Params, 3, "Action, DBInstanceId and BackupMethod")
	require.Equal(t, []int{3, 3}, []int{got.Reproduced, got.Tries})
	require.Equal(t, []string{"InvalidBackupMethod"}, got.Codes)
	require.Error(t, b.ExplainDifference(t.Context(), b.under("CB-RESPONSE-7"), judge.Difference{Check: "nonsense"}))
}

func TestATossedCoinIsOneIntermittentFailure(t *testing.T) {
	n := 0
	b := newBench(t, func(_ fakeInstance, _ targets.Call, a targets.Answer) targets.Answer {
		if n++; n%3 == 1 {
			return refused(a)
		}
		return a
	})
	cases := []testcase.Case{b.vector("last backup=none"), b.vector("engine=MariaDB"), b.vector("engine=PostgreSQL")}
	for _, c := range cases {
		results := b.run(c)
		results[0].Violations = []judge.Violation{violation(judge.WronglyRefused, "CB-PRE-1")}
		require.NoError(t, b.Explain(t.Context(), b.under("CB-COMBO-1"), results))
	}
	rule, f := b.only()
	require.Equal(t, "CB-PRE-1", rule)
	require.Equal(t, failureView{"", reports.KindIntermittent, false, 3}, f)
	require.Equal(t, unsteadyTries, b.Failures(rule)[0].Tries)
	require.Equal(t, unsteadyTries/3, b.Failures(rule)[0].Reproduced)
}

func TestASteadyFailureIsNotCountedWithAnIntermittentOne(t *testing.T) {
	n := 0
	b := newBench(t, func(on fakeInstance, _ targets.Call, a targets.Answer) targets.Answer {
		if n++; on.Engine == targets.MariaDB || n == 1 {
			return refused(a)
		}
		return a
	})
	b.explain("CB-COMBO-1", b.vector("last backup=none"))
	b.explain("CB-COMBO-1", b.vector("engine=MariaDB"))
	require.Len(t, b.Failures("CB-PRE-1"), 2)
	require.Equal(t, reports.KindIntermittent, b.Failures("CB-PRE-1")[0].Kind)
	require.Equal(t, reports.KindWronglyRefused, b.Failures("CB-PRE-1")[1].Kind)
}
