package steps

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/scenario"
	"github.com/cbspec/cbspec/targets"
)

// ruleA is the rule under test, and ruleB another one.
const ruleA, ruleB = "CB-A-1", "CB-B-1"

func TestVerdictOfAScenario(t *testing.T) {
	for _, c := range []struct {
		name     string
		evidence scenarioEvidence
		want     reports.Scenario
	}{
		{"every case passes", scenarioEvidence{Outcome: scenario.Outcome{Passed: 3}}, reports.Scenario{Verdict: reports.Passed, Cases: 3}},
		{
			"one passed case is enough beside undecided ones",
			scenarioEvidence{Outcome: scenario.Outcome{Passed: 1, Reasons: []string{"throttled"}}},
			reports.Scenario{Verdict: reports.Passed, Cases: 1, Reason: "throttled"},
		},
		{
			"a case fails because of the rule",
			scenarioEvidence{Outcome: scenario.Outcome{Passed: 2, Failed: 1}, ownFailures: 1},
			reports.Scenario{Verdict: reports.Failed, Cases: 3},
		},
		{"a case fails and no rule is known to be the cause", scenarioEvidence{Outcome: scenario.Outcome{Passed: 2, Failed: 1}}, reports.Scenario{Verdict: reports.Failed, Cases: 3}},
		{
			"some cases fail because of another rule, and the others show the rule",
			scenarioEvidence{Outcome: scenario.Outcome{Passed: 2, Failed: 3}, others: []string{ruleB, "CB-C-1"}},
			reports.Scenario{Verdict: reports.Passed, Cases: 5, Reason: "shown by 2 of 5 cases; the others fail because of CB-B-1, CB-C-1"},
		},
		{
			"every case fails because of another rule",
			scenarioEvidence{Outcome: scenario.Outcome{Failed: 3}, others: []string{ruleB}},
			reports.Scenario{Verdict: reports.Failed, Cases: 3},
		},
		{
			"cases fail because of another rule and of this one",
			scenarioEvidence{Outcome: scenario.Outcome{Passed: 1, Failed: 2}, others: []string{ruleB, ruleA}},
			reports.Scenario{Verdict: reports.Failed, Cases: 3},
		},
		{
			"the rule already has a failure of its own",
			scenarioEvidence{Outcome: scenario.Outcome{Passed: 1, Failed: 2}, others: []string{ruleB}, ownFailures: 1},
			reports.Scenario{Verdict: reports.Failed, Cases: 3},
		},
		{
			"a rule about every case is not shown by some of them",
			scenarioEvidence{Outcome: scenario.Outcome{Passed: 2, Failed: 3}, others: []string{ruleB}, universal: true},
			reports.Scenario{Verdict: reports.Failed, Cases: 5},
		},
		{
			"no case is decided",
			scenarioEvidence{Outcome: scenario.Outcome{Reasons: []string{"throttled", "lost"}}},
			reports.Scenario{Verdict: reports.Inconclusive, Reason: "throttled; lost"},
		},
		{"there is no case", scenarioEvidence{}, reports.Scenario{Verdict: reports.Inconclusive, Reason: noCases}},
		{
			"the scenario is not applicable",
			scenarioEvidence{Outcome: scenario.Outcome{NotApplicable: "no MariaDB", Reasons: []string{"throttled"}}},
			reports.Scenario{Verdict: reports.NotApplicable, Reason: "no MariaDB"},
		},
		{
			"what passed shows nothing on this target",
			scenarioEvidence{Outcome: scenario.Outcome{Passed: 2}, unproven: "it accepts everything"},
			reports.Scenario{Verdict: reports.Inconclusive, Cases: 2, Reason: "it accepts everything"},
		},
		{
			"what failed fails on any target",
			scenarioEvidence{Outcome: scenario.Outcome{Failed: 1}, unproven: "it accepts everything"},
			reports.Scenario{Verdict: reports.Failed, Cases: 1},
		},
		{
			"the rounds of a race are told",
			scenarioEvidence{Outcome: scenario.Outcome{Passed: 1, Rounds: 40}},
			reports.Scenario{Verdict: reports.Passed, Cases: 1, Rounds: 40},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.evidence.rule = ruleA
			require.Equal(t, c.want, rowOf(c.evidence))
		})
	}
}

func TestVerdictOfARule(t *testing.T) {
	passed := reports.Scenario{Verdict: reports.Passed, Cases: 1}
	shown := reports.Scenario{Verdict: reports.Passed, Cases: 2, Reason: "shown by 1 of 2 cases"}
	failed := reports.Scenario{Verdict: reports.Failed, Cases: 1, Reason: "throttled"}
	open := reports.Scenario{Verdict: reports.Inconclusive, Reason: "throttled"}
	openToo := reports.Scenario{Verdict: reports.Inconclusive, Reason: "lost"}
	foreign := reports.Scenario{Verdict: reports.NotApplicable, Reason: "no MariaDB"}
	for _, c := range []struct {
		name                   string
		evidence               ruleEvidence
		verdict, reason, party string
	}{
		{"every scenario passes", ruleEvidence{scenarios: []reports.Scenario{passed, shown}}, reports.Passed, "", ""},
		{"a scenario fails", ruleEvidence{failures: 1, scenarios: []reports.Scenario{passed, failed}}, reports.Failed, "throttled", reports.PartyTarget},
		{"a failure that only another rule showed", ruleEvidence{failures: 1, scenarios: []reports.Scenario{passed}}, reports.Failed, "", reports.PartyTarget},
		{"a failure beside what is undecided", ruleEvidence{failures: 1, scenarios: []reports.Scenario{open, openToo, open}}, reports.Failed, "throttled; lost", reports.PartyTarget},
		{"a failure wins over what is not applicable", ruleEvidence{failures: 1, scenarios: []reports.Scenario{foreign}}, reports.Failed, "no MariaDB", reports.PartyTarget},
		{
			"every case fails because of other rules", ruleEvidence{others: []string{ruleB, "CB-C-1"}, scenarios: []reports.Scenario{passed, failed}},
			reports.Inconclusive, "not judged: every case already fails because of CB-B-1, CB-C-1; throttled", reports.PartyTarget,
		},
		{
			"what others fail is up to the target, whoever the rest is up to",
			ruleEvidence{others: []string{ruleB}, scenarios: []reports.Scenario{{Verdict: reports.Failed}}, party: reports.PartyFixture},
			reports.Inconclusive, "not judged: every case already fails because of CB-B-1", reports.PartyTarget,
		},
		{"one scenario is undecided", ruleEvidence{scenarios: []reports.Scenario{passed, open}}, reports.Inconclusive, "throttled", reports.PartyTarget},
		{"an undecided scenario is up to a known party", ruleEvidence{scenarios: []reports.Scenario{open}, party: reports.PartyNetwork}, reports.Inconclusive, "throttled", reports.PartyNetwork},
		{"undecided and not applicable", ruleEvidence{scenarios: []reports.Scenario{foreign, open}}, reports.Inconclusive, "no MariaDB; throttled", reports.PartyTarget},
		{"one scenario is not applicable, and the others pass", ruleEvidence{scenarios: []reports.Scenario{passed, foreign}}, reports.Passed, "", ""},
		{"no scenario is applicable", ruleEvidence{scenarios: []reports.Scenario{foreign, foreign}}, reports.NotApplicable, "no MariaDB", ""},
		{
			"a reason of several scenarios is given once",
			ruleEvidence{scenarios: []reports.Scenario{open, {Verdict: reports.Inconclusive, Reason: "lost; throttled"}}},
			reports.Inconclusive, "throttled; lost", reports.PartyTarget,
		},
		{"no scenario ran", ruleEvidence{}, reports.Inconclusive, noCases, reports.PartyTarget},
	} {
		t.Run(c.name, func(t *testing.T) {
			verdict, reason, party := c.evidence.verdict()
			require.Equal(t, []string{c.verdict, c.reason, c.party}, []string{verdict, reason, party})
		})
	}
}

// A must rule about every case fails where a must rule fails its cases. It then points at that
// rule.
func TestARuleAboutEveryCaseSummarisesWhatFailsIt(t *testing.T) {
	base := ruleEvidence{level: oracle.Must, universal: true, mustOthers: []string{ruleB}, scenarios: []reports.Scenario{{Verdict: reports.Failed}}}
	require.True(t, base.summarises())
	for name, change := range map[string]func(*ruleEvidence){
		"it is not about every case":     func(e *ruleEvidence) { e.universal = false },
		"it is a should rule":            func(e *ruleEvidence) { e.level = oracle.Should },
		"only should rules fail":         func(e *ruleEvidence) { e.mustOthers = nil },
		"it has a failure of its own":    func(e *ruleEvidence) { e.failures = 1 },
		"no case failed":                 func(e *ruleEvidence) { e.scenarios[0].Verdict = reports.Passed },
		"its only scenario is undecided": func(e *ruleEvidence) { e.scenarios[0].Verdict = reports.Inconclusive },
	} {
		e := base
		e.scenarios = []reports.Scenario{{Verdict: reports.Failed}}
		change(&e)
		require.False(t, e.summarises(), name)
	}
}

func TestRulesOfSomePhasesAreAboutEveryCase(t *testing.T) {
	var universals []string
	for _, phase := range features.Phases() {
		if universal(features.Rule{Phase: phase}) {
			universals = append(universals, phase)
		}
	}
	require.ElementsMatch(t, []string{"combinations", "random", "sequences"}, universals)
}

// drawOutcome draws what the cases of a scenario showed.
func drawOutcome(t *rapid.T) scenario.Outcome {
	o := scenario.Outcome{Passed: rapid.IntRange(0, 3).Draw(t, "passed"), Failed: rapid.IntRange(0, 3).Draw(t, "failed")}
	if rapid.Bool().Draw(t, "undecided") {
		o.Reasons = []string{"throttled"}
	}
	if o.Passed+o.Failed == 0 && rapid.Bool().Draw(t, "foreign") {
		o.NotApplicable = "no MariaDB"
	}
	return o
}

func drawEvidence(t *rapid.T) scenarioEvidence {
	return scenarioEvidence{
		Outcome: drawOutcome(t), rule: ruleA, universal: rapid.Bool().Draw(t, "universal"),
		ownFailures: rapid.IntRange(0, 1).Draw(t, "own failures"),
		others:      rapid.SliceOfNDistinct(rapid.SampledFrom([]string{ruleA, ruleB}), 0, 2, rapid.ID[string]).Draw(t, "others"),
	}
}

func TestScenarioPassesOnlyWithAPassedCase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawEvidence(t)
		row := rowOf(e)
		require.Contains(t, []string{reports.Passed, reports.Failed, reports.Inconclusive, reports.NotApplicable}, row.Verdict)
		require.Equal(t, row.Verdict == reports.Failed || row.Verdict == reports.Passed, row.Cases > 0, "what has effective cases is decided, and nothing else is")
		if row.Verdict == reports.Passed {
			require.Positive(t, e.Passed)
			require.True(t, e.Failed == 0 || e.ownFailures == 0 && !e.universal)
		}
		if row.Verdict != reports.Passed && row.Verdict != reports.Failed {
			require.NotEmpty(t, row.Reason)
		}
	})
}

func TestRuleIsNeverPassedOnWhatIsUndecided(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := ruleEvidence{
			level: rapid.SampledFrom([]string{oracle.Must, oracle.Should}).Draw(t, "level"), universal: rapid.Bool().Draw(t, "universal"),
			failures: rapid.IntRange(0, 2).Draw(t, "failures"), others: []string{ruleB},
			party: rapid.SampledFrom([]string{"", reports.PartyFixture, reports.PartyNetwork}).Draw(t, "party"),
		}
		passedCases := 0
		for range rapid.IntRange(0, 3).Draw(t, "scenarios") {
			row := drawEvidence(t)
			if rowOf(row).Verdict == reports.Passed {
				passedCases += row.Passed
			}
			e.scenarios = append(e.scenarios, rowOf(row))
		}
		verdict, reason, party := e.verdict()
		require.Equal(t, e.failures > 0, verdict == reports.Failed, "a rule fails exactly where it has a failure")
		if e.has(reports.Inconclusive) || e.has(reports.Failed) {
			require.NotContains(t, []string{reports.Passed, reports.NotApplicable}, verdict)
		}
		if verdict == reports.Passed {
			require.Positive(t, passedCases)
			require.Empty(t, reason)
			require.Empty(t, party)
		}
		if verdict == reports.Inconclusive {
			require.NotEmpty(t, reason)
			require.NotEmpty(t, party)
		}
	})
}

// nothing is a target that can only be called.
type nothing struct{}

func (nothing) Send(context.Context, targets.Call) (targets.Answer, error) {
	return targets.Answer{Outcome: targets.Refused, Status: 400}, nil
}

// newSuite returns the suite of a run over two rules, of which one has that record, and the number
// of failures.
func newSuite(t *testing.T, rec record, failures int) *suite {
	t.Helper()
	edition, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	rules := []features.Rule{
		{ID: ruleA, Level: oracle.Must, Editions: []string{oracle.Original, oracle.Current}},
		{ID: ruleB, Level: oracle.Must, Editions: []string{oracle.Current}},
	}
	s := &suite{
		o: Options{Target: nothing{}}, rules: rules, selected: map[string]bool{ruleA: true, ruleB: true}, coverage: newCoverage(), observations: &observations{},
		records: map[string]*record{ruleA: &rec, ruleB: {verdict: reports.Skipped, reason: "deselected"}},
	}
	s.session, s.ctx, err = runner.NewSession(t.Context(), runner.Config{Target: nothing{}, Edition: edition})
	require.NoError(t, err)
	s.connect()
	s.diagnosis = diagnose.New(diagnose.Config{
		Session: s.session, Executor: s.env.Executor, Model: generators.NewModel(edition, generators.FullModelScope()),
		Rules: rules, Target: nothing{}, OnFailure: func(diagnose.Failure) {},
	})
	for range failures {
		s.diagnosis.AddSummary(diagnose.Under{Rule: rules[0]}, []string{ruleB})
	}
	return s
}

func TestVerdictThatStandsAtTheEnd(t *testing.T) {
	lost := fmt.Errorf("%w after 7 requests: refused", runner.ErrLost)
	for _, c := range []struct {
		name                   string
		rec                    record
		failures               int
		cut                    error
		change                 func(*suite)
		verdict, reason, party string
	}{
		{name: "a verdict stands", rec: record{verdict: reports.Passed}, verdict: reports.Passed},
		{name: "a verdict stands where the run was cut short later", rec: record{verdict: reports.Passed}, cut: context.Canceled, verdict: reports.Passed},
		{name: "a failure was found after the rule passed", rec: record{verdict: reports.Passed}, failures: 1, verdict: reports.Failed, party: reports.PartyTarget},
		{
			name: "a failure was found where the rule was undecided", rec: record{verdict: reports.Inconclusive, reason: "throttled", party: reports.PartyNetwork},
			failures: 1, verdict: reports.Failed, party: reports.PartyTarget,
		},
		{
			name: "a failed rule keeps its reason", rec: record{verdict: reports.Failed, reason: "throttled", party: reports.PartyTarget},
			failures: 1, verdict: reports.Failed, reason: "throttled", party: reports.PartyTarget,
		},
		{
			name: "a rule that did not run fails by what others showed", rec: record{verdict: reports.Skipped, reason: "deselected"},
			failures: 1, verdict: reports.Failed, party: reports.PartyTarget,
		},
		{
			name: "nothing is said of a rule that nobody wants", rec: record{verdict: reports.Skipped, reason: "deselected"}, failures: 1,
			change: func(s *suite) { s.o.Skip = []string{ruleA} }, verdict: reports.Skipped, reason: "deselected",
		},
		{
			name: "nothing is said of a level that nobody wants", rec: record{verdict: reports.Skipped, reason: "deselected"}, failures: 1,
			change: func(s *suite) { s.o.Levels = []string{oracle.Should} }, verdict: reports.Skipped, reason: "deselected",
		},
		{name: "a rule that is not selected stays skipped", rec: record{verdict: reports.Skipped, reason: "deselected"}, verdict: reports.Skipped, reason: "deselected"},
		{
			name: "a selected rule that the run did not come to", rec: record{verdict: reports.Skipped, reason: "deselected"}, cut: context.Canceled,
			verdict: reports.Inconclusive, reason: "the run was interrupted", party: reports.PartyHarness,
		},
		{
			name: "the run ended within the rule", rec: record{}, cut: context.DeadlineExceeded,
			verdict: reports.Inconclusive, reason: "the time of the run was up", party: reports.PartyHarness,
		},
		{
			name: "the target was lost within the rule", rec: record{}, cut: lost,
			verdict: reports.Inconclusive, reason: lost.Error(), party: reports.PartyNetwork,
		},
		{
			name: "an unselected rule is skipped where the run was cut short", rec: record{verdict: reports.Skipped, reason: "deselected"}, cut: lost,
			change: func(s *suite) { s.selected[ruleA] = false }, verdict: reports.Skipped, reason: "deselected",
		},
		{
			name: "a rule that the run did not come to and that does not apply", rec: record{}, cut: context.Canceled,
			change:  func(s *suite) { s.rules[0].Needs = []string{"signature"} },
			verdict: reports.NotApplicable, reason: "the target checks no signatures",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSuite(t, c.rec, c.failures)
			if c.change != nil {
				c.change(s)
			}
			rec := reporter{s}.final(s.rules[0], c.cut)
			require.Equal(t, []string{c.verdict, c.reason, c.party}, []string{rec.verdict, rec.reason, rec.party})
		})
	}
}

func TestReportOfARunThatWasCutShort(t *testing.T) {
	s := newSuite(t, record{}, 0)
	r := reporter{s}.report(context.Canceled)
	require.False(t, r.Complete)
	require.Equal(t, "the run was interrupted", r.CutShort)
	require.NotEqual(t, reports.Conformant, r.Verdict)
	require.Equal(t, []string{reports.Inconclusive, reports.NotApplicable}, []string{r.Rules[0].Verdict, r.Rules[1].Verdict})
	require.Equal(t, "not of the original edition", r.Rules[1].Reason)
}

func TestReportOfARunThatWasCutShortBeforeItsDiagnosis(t *testing.T) {
	s := newSuite(t, record{}, 0)
	s.diagnosis = nil
	r := reporter{s}.report(context.Canceled)
	require.Empty(t, r.Findings)
	require.Equal(t, reports.Inconclusive, r.Rules[0].Verdict)
}

func TestReportOfACompleteRun(t *testing.T) {
	s := newSuite(t, record{verdict: reports.Passed, cases: 3}, 0)
	s.records[ruleB] = &record{verdict: reports.NotApplicable, reason: "not of the original edition"}
	r := reporter{s}.report(nil)
	require.True(t, r.Complete)
	require.Empty(t, r.CutShort)
	require.Empty(t, r.Target.Capabilities)
	require.NotNil(t, r.Target.Capabilities, "JSON has a list, and not null")
	require.Equal(t, reports.Conformant, r.Verdict)
	require.Equal(t, 3, r.Rules[0].Cases)
}

func TestReportSaysNothingOfFailuresOfASkippedRule(t *testing.T) {
	s := newSuite(t, record{verdict: reports.Skipped}, 1)
	s.o.Skip = []string{ruleA}
	require.Empty(t, reporter{s}.report(nil).Rules[0].Failures)
	s.o.Skip = nil
	require.Len(t, reporter{s}.report(nil).Rules[0].Failures, 1)
}

func TestPartyThatCouldNotTry(t *testing.T) {
	require.Equal(t, reports.PartyFixture, partyOf(fmt.Errorf("%w: no disk", runner.ErrSetup)))
	require.Equal(t, reports.PartyNetwork, partyOf(fmt.Errorf("%w: gone", runner.ErrLost)))
	require.Equal(t, reports.PartyTarget, partyOf(targets.ErrUnmet))
	require.Equal(t, reports.PartyTarget, partyOf(nil))
}
