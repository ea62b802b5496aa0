package scenario

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// resultWith is a result with calls of these decisions.
func resultWith(ds ...targets.Outcome) testcase.Result {
	var r testcase.Result
	for i, d := range ds {
		r.History.Events = append(r.History.Events, runner.Event{
			Step: i, Decision: d, Expect: oracle.Expectation{Accept: []oracle.Reason{{Rule: "CB-A-1", Level: oracle.Must}}},
		})
	}
	return r
}

// breaking adds violations of these kinds of a must rule.
func breaking(r testcase.Result, kinds ...judge.Kind) testcase.Result {
	for _, k := range kinds {
		r.Violations = append(r.Violations, judge.Violation{Kind: k, Reasons: []oracle.Reason{{Rule: "CB-A-1", Level: oracle.Must}}})
	}
	return r
}

// open is a result whose n-th call the document leaves open.
func open(r testcase.Result, n int) testcase.Result {
	r.History.Events[n].Expect = oracle.Expectation{}
	return r
}

// refusedWith is a result of one call that is refused with a Code.
func refusedWith(code string) testcase.Result {
	r := resultWith(targets.Refused)
	r.History.Events[0].Answer.Code = code
	return r
}

func TestAssertions(t *testing.T) {
	const yes, no, none, slow, lost = targets.Accepted, targets.Refused, targets.Broken, targets.Throttled, targets.Lost
	const leftOpen = "the document leaves open what this target does with such a call"
	wrong := func(r testcase.Result) testcase.Result { return breaking(r, judge.WronglyAccepted) }
	for _, c := range []struct {
		name      string
		assertion assertion
		r         testcase.Result
		holds     bool
		undecided string
	}{
		{"accepted: it is", accepted, resultWith(no, yes), true, ""},
		{"accepted: it is not", accepted, breaking(resultWith(no), judge.WronglyRefused), false, ""},
		{"accepted: it is not, and may be so", accepted, resultWith(no), false, leftOpen},
		{"accepted: no backup was made", accepted, breaking(resultWith(yes), judge.ContradictsEffect), false, ""},
		{"accepted: another backup was made", accepted, breaking(resultWith(yes), judge.WrongBackup), true, ""},
		{"accepted: the call was not sent", accepted, testcase.Result{Err: targets.ErrUnmet}, false, targets.ErrUnmet.Error()},
		{"accepted: there was no call", accepted, testcase.Result{}, false, "no call was made"},
		{"accepted: a call was throttled", accepted, resultWith(slow, yes), false, "throttled"},
		{"accepted: a call was lost", accepted, resultWith(yes, lost), false, "lost"},

		{"refused: it is", refused, resultWith(yes, no), true, ""},
		{"refused: it is not", refused, wrong(resultWith(yes)), false, ""},
		{"refused: no valid answer", refused, breaking(resultWith(none), judge.NoAnswer), false, ""},

		{"signature recognised: accepted", signatureRecognised, resultWith(yes), true, ""},
		{"signature recognised: refused because of something else", signatureRecognised, refusedWith("InvalidParameter"), true, ""},
		{"signature recognised: refused because of it", signatureRecognised, breaking(refusedWith("SignatureDoesNotMatch"), judge.WrongDocument), false, ""},
		{"signature recognised: no valid answer", signatureRecognised, breaking(resultWith(none), judge.NoAnswer), false, ""},

		{"every accepted: they are", everyAccepted, resultWith(yes, yes), true, ""},
		{"every accepted: one is not", everyAccepted, breaking(resultWith(yes, no, yes), judge.WronglyRefused), false, ""},
		{"every accepted: one is not, and may be so", everyAccepted, resultWith(yes, no, yes), false, leftOpen},
		{"every accepted: one made no backup", everyAccepted, breaking(resultWith(yes, yes), judge.ContradictsEffect), false, ""},

		{"all but the last: they are", allButLastAccepted, resultWith(yes, yes, no), true, ""},
		{"all but the last: the last too", allButLastAccepted, wrong(resultWith(yes, yes)), false, ""},
		{"all but the last: one before", allButLastAccepted, breaking(resultWith(no, no), judge.WronglyRefused), false, ""},
		{"all but the last: the last got no valid answer", allButLastAccepted, breaking(resultWith(yes, none), judge.NoAnswer), false, ""},

		{"blocked: it may be", allButLastAcceptedOrBlocked, open(resultWith(yes, no, no), 1), true, ""},
		{"blocked: it may be, and the document of an answer is wrong", allButLastAcceptedOrBlocked, breaking(open(resultWith(yes, no, no), 1), judge.WrongDocument), true, ""},
		{"blocked: it may be, and something else is wrong", allButLastAcceptedOrBlocked, breaking(open(resultWith(yes, no, no), 1), judge.ContradictsEffect), false, ""},
		{"blocked: it may not be", allButLastAcceptedOrBlocked, breaking(resultWith(yes, no, no), judge.WronglyRefused), false, ""},
		{"blocked: it is not", allButLastAcceptedOrBlocked, resultWith(yes, yes, no), true, ""},

		{"decisions: as stated", decisions("accepted, refused"), resultWith(yes, no), true, ""},
		{"decisions: the first is not", decisions("accepted, refused"), breaking(resultWith(no, no), judge.WronglyRefused), false, ""},
		{"decisions: the second is not", decisions("accepted, refused"), wrong(resultWith(yes, yes)), false, ""},
		{"decisions: the second may be otherwise", decisions("accepted, refused"), resultWith(yes, yes), false, "the backup had completed before the second call"},
		{"decisions: nothing is stated of the third", decisions("accepted, refused"), resultWith(yes, no, yes), true, ""},

		{"answered: in any way", answered, resultWith(no, yes), true, ""},
		{"answered: a violation of another kind", answered, wrong(resultWith(yes)), true, ""},
		{"answered: one was not", answered, breaking(resultWith(yes, none), judge.NoAnswer), false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			holds, undecided := apply(c.assertion, c.r)
			require.Equal(t, c.holds, holds)
			require.Equal(t, c.undecided, undecided)
		})
	}
}

func TestDocumentedBreaksOnlyAtItsLevel(t *testing.T) {
	violation := func(level string) testcase.Result {
		r := resultWith(targets.Accepted)
		r.Violations = []judge.Violation{{Reasons: []oracle.Reason{{Rule: "CB-B-1", Level: level}}}}
		return r
	}
	for _, c := range []struct {
		rule, broken string
		holds        bool
	}{
		{oracle.Must, oracle.Must, false}, {oracle.Must, oracle.Should, true}, {oracle.Should, oracle.Should, false}, {oracle.Should, oracle.Must, false},
	} {
		s := asserter{New(&Env{}, features.Rule{Level: c.rule})}
		holds, _ := s.documented(violation(c.broken))
		require.Equal(t, c.holds, holds, "a %s rule is broken where a %s is under test", c.broken, c.rule)
	}
}

func TestDocumentedRefusalNeedsItsControlCase(t *testing.T) {
	s := asserter{New(&Env{}, features.Rule{Level: oracle.Must})}
	r := resultWith(targets.Refused)
	holds, _ := s.documented(r)
	require.True(t, holds, "nothing is wrong on purpose")
	r.Control = &targets.Case{}
	holds, why := s.documented(r)
	require.False(t, holds)
	require.Contains(t, why, "the cause is not isolated")
	r.ControlAccepted = true
	holds, _ = s.documented(r)
	require.True(t, holds)
}

// ran is a scenario that was run with these results.
func ran(results ...testcase.Result) asserter {
	s := New(&Env{}, features.Rule{ID: "CB-A-1", Level: oracle.Must})
	s.ran, s.results = true, results
	return asserter{s}
}

func TestStepHoldsEveryResultAgainstItsAssertion(t *testing.T) {
	bad := breaking(resultWith(targets.Refused), judge.WronglyRefused)
	s := ran(resultWith(targets.Accepted), bad, resultWith(targets.Throttled), resultWith(targets.Accepted))
	require.ErrorIs(t, s.check(t.Context(), accepted), ErrFailed)
	o := s.Outcome()
	require.Equal(t, []int{2, 1}, []int{o.Passed, o.Failed})
	require.Equal(t, []string{"throttled"}, o.Reasons)

	never := func(testcase.Result) (bool, string) { return false, "never" }
	require.ErrorIs(t, s.check(t.Context(), never), ErrFailed, "a failed case stays failed")
	o = s.Outcome()
	require.Equal(t, []int{0, 1}, []int{o.Passed, o.Failed}, "what passed one step has to pass the next")
	require.Equal(t, []string{"throttled", "never"}, o.Reasons)

	always := func(testcase.Result) (bool, string) { return true, "" }
	require.ErrorIs(t, s.check(t.Context(), always), ErrFailed)
	require.Equal(t, o, s.Outcome(), "what is undecided or failed is not looked at again")
}

func TestRefusalCountsOnlyWhereTheControlCaseIsAccepted(t *testing.T) {
	isolated, alsoRefused, unknown := resultWith(targets.Refused), resultWith(targets.Refused), resultWith(targets.Refused)
	isolated.ControlAccepted = true
	unknown.ControlErr = targets.ErrBudget
	failing := breaking(resultWith(targets.Accepted), judge.WronglyAccepted)
	s := ran(isolated, alsoRefused, unknown, failing)
	require.ErrorIs(t, s.withControl(s.assert(refused))(t.Context()), ErrFailed)
	o := s.Outcome()
	require.Equal(t, []int{1, 1}, []int{o.Passed, o.Failed})
	require.Equal(t, []string{"the same call without the fault is refused too, so the cause is not isolated", targets.ErrBudget.Error()}, o.Reasons)

	s = ran(isolated, alsoRefused)
	require.NoError(t, s.check(t.Context(), refused))
	require.Equal(t, 2, s.Outcome().Passed)
	require.NoError(t, s.controlAccepted(t.Context()))
	require.Equal(t, 1, s.Outcome().Passed)
}

func TestScenarioThatIsSkippedRunsNothing(t *testing.T) {
	s := asserter{New(&Env{}, features.Rule{})}
	s.special = func(context.Context) error { t.Error("it ran"); return nil }
	s.skip("no signatures")
	require.NoError(t, s.check(t.Context(), accepted))
	require.Equal(t, Outcome{NotApplicable: "no signatures"}, s.Outcome())
}

func TestTallyCountsEachCaseOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tl tally
		last := map[int]string{}
		everFailed := false
		for range rapid.IntRange(0, 20).Draw(t, "steps") {
			i := rapid.IntRange(0, 4).Draw(t, "case")
			if tl.settled(i) {
				continue
			}
			what := rapid.SampledFrom([]string{"pass", "fail", "undecide"}).Draw(t, "what")
			switch what {
			case "pass":
				tl.pass(i)
			case "fail":
				tl.fail(i)
				everFailed = true
			default:
				tl.undecide(i, "why")
			}
			last[i] = what
		}
		want := map[string]int{}
		for _, what := range last {
			want[what]++
		}
		require.Equal(t, want["pass"], tl.count(passed))
		require.Equal(t, want["fail"], tl.count(failed))
		require.Equal(t, want["fail"], tl.failures)
		require.Equal(t, everFailed, tl.failures > 0)
		require.Equal(t, want["pass"]+want["fail"], tl.effective())
		require.Equal(t, want["undecide"] > 0, len(tl.reasons) == 1, "a reason is told once")
	})
}

func TestTallyOfWhatCannotBeObserved(t *testing.T) {
	var tl tally
	tl.pass(0)
	tl.fail(1)
	tl.lacks("observe")
	require.Equal(t, []int{0, 1, 1}, []int{tl.count(passed), tl.count(failed), tl.count(undecided)}, "a failure stays one")
	require.Equal(t, reports.PartyTarget, tl.party)
	require.Equal(t, []string{"the target lacks the capability to observe: use --control, or set observe in a target file"}, tl.reasons)
}
