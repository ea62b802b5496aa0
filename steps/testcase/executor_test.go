package testcase

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// nameOf returns the name by which a test tells calls apart. It is where the Action stands, because
// that decides nothing.
func nameOf(call targets.Call) string { return string(call.Params[0].In) }

// fake is a target in memory that answers by the name of a call, as often as its
// script says.
type fake struct {
	mu      sync.Mutex
	scripts map[string][]targets.Answer // the last answer of a script is repeated
	sent    []string                    // the name of each call
	made    int
	fails   error // of making an instance
}

func (f *fake) Provision(context.Context, targets.Condition) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.made++
	return "rm-" + strconv.Itoa(f.made), f.fails
}

func (f *fake) Release(context.Context, string) error { return nil }

func (f *fake) Send(_ context.Context, call targets.Call) (targets.Answer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	name := nameOf(call)
	n := 0
	for _, sent := range f.sent {
		if sent == name {
			n++
		}
	}
	f.sent = append(f.sent, name)
	script := f.scripts[name]
	if len(script) == 0 {
		return accepted(), nil
	}
	return script[min(n, len(script)-1)], nil
}

func accepted() targets.Answer { return targets.Answer{Outcome: targets.Accepted, Status: 200} }

func refused(code string) targets.Answer {
	return targets.Answer{Outcome: targets.Refused, Status: 400, Code: code}
}

func failed(status int) targets.Answer {
	return targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenStatus, Status: status, Problem: "a server error"}
}

func edition(t *testing.T) oracle.Edition {
	t.Helper()
	e, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	return e
}

func executorOf(t *testing.T, f *fake, supply Supply, change ...func(*runner.Config)) *Executor {
	t.Helper()
	c := runner.Config{Target: f, Edition: edition(t)}
	for _, by := range change {
		by(&c)
	}
	s, _, err := runner.NewSession(t.Context(), c)
	require.NoError(t, err)
	return &Executor{Session: s, Supply: supply, Concurrency: 4}
}

func readOnly(c *runner.Config) { c.ReadOnly = true }

// one is a case of one call with that name and further parameters.
func one(name string, params ...string) targets.Case {
	call := targets.Call{Method: "POST", Params: []targets.Param{
		{Name: generators.Action, Value: "CreateBackup", In: targets.Place(name)}, {Name: generators.InstanceID, Value: targets.InstanceRef(0)},
	}}
	for i := 0; i < len(params); i += 2 {
		call = call.With(params[i], params[i+1])
	}
	return targets.Case{
		Conditions: []targets.Condition{{Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastCompleted}},
		Steps:      []targets.Step{{Do: targets.StepCall, Call: &call}},
	}
}

// wrong is a case of a wrong call, with a control case.
func wrong(name string, control targets.Case) Case {
	return Case{Case: one(name, generators.Method, "NoSuchMethod"), Control: &control}
}

// kinds lists the kinds of violations.
func kinds(r Result) []judge.Kind {
	var out []judge.Kind
	for _, v := range r.Violations {
		if v.Kind != judge.WrongDocument {
			out = append(out, v.Kind)
		}
	}
	return out
}

func TestResultsAreInTheOrderOfTheCases(t *testing.T) {
	x := executorOf(t, &fake{}, NewFresh())
	var told []string
	x.OnResult = func(r Result) { told = append(told, nameOf(r.Last().Call)) }
	var cases []Case
	var names []string
	for i := range 20 {
		names = append(names, strconv.Itoa(i))
		cases = append(cases, Case{Case: one(names[i])})
	}
	results, err := x.Run(t.Context(), cases)
	require.NoError(t, err)
	require.Equal(t, names, told)
	for i, r := range results {
		require.Equal(t, cases[i].Case, r.Case.Case)
		require.True(t, r.Tried())
	}
	require.Equal(t, 20, x.Count())
	x.Counted()
	require.Equal(t, 21, x.Count())
}

func TestCasesInOrderAreSentInOrder(t *testing.T) {
	f := &fake{}
	_, err := executorOf(t, f, NewFresh()).RunInOrder(t.Context(), []Case{{Case: one("1")}, {Case: one("2")}, {Case: one("3")}})
	require.NoError(t, err)
	require.Equal(t, []string{"1", "2", "3"}, f.sent)
}

func TestResultsHaveTheirViolations(t *testing.T) {
	f := &fake{scripts: map[string][]targets.Answer{"right": {refused("No")}}}
	results, err := executorOf(t, f, NewFresh()).Run(t.Context(), []Case{{Case: one("right")}, {Case: one("wrong", generators.Method, "NoSuchMethod")}})
	require.NoError(t, err)
	require.Equal(t, []judge.Kind{judge.WronglyRefused}, kinds(results[0]))
	require.Equal(t, []judge.Kind{judge.WronglyAccepted}, kinds(results[1]))
}

func TestCaseThatCannotBeRunHasItsError(t *testing.T) {
	f := &fake{fails: targets.ErrUnmet}
	x := executorOf(t, f, NewFresh())
	x.OnResult = func(Result) { t.Error("there is nothing to tell") }
	results, err := x.Run(t.Context(), []Case{{Case: one("a")}})
	require.NoError(t, err)
	require.ErrorIs(t, results[0].Err, targets.ErrUnmet)
	require.False(t, results[0].Tried())
}

func TestErrorThatEndsTheRunEndsTheCases(t *testing.T) {
	f := &fake{}
	stopped := errors.New("stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stopped)
	_, err := executorOf(t, f, NewFresh()).Run(ctx, []Case{{Case: one("a")}, {Case: one("b")}})
	require.ErrorIs(t, err, stopped)
	require.Empty(t, f.sent)
}

func TestKnownSilenceIsNotSentAgain(t *testing.T) {
	f := &fake{}
	x := executorOf(t, f, NewFresh())
	x.Skip = func(c Case) bool { return nameOf(*c.Case.Steps[0].Call) == "silent" }
	results, err := x.Run(t.Context(), []Case{{Case: one("silent")}, {Case: one("a")}})
	require.NoError(t, err)
	require.ErrorIs(t, results[0].Err, targets.ErrUnmet)
	require.ErrorContains(t, results[0].Err, "the target is known not to answer it")
	require.Equal(t, []string{"a"}, f.sent)
	require.Equal(t, 1, x.Count(), "what is not sent is not counted")
}

func TestControlCaseIsSentAsOftenAsItsSupplyNeeds(t *testing.T) {
	otherMethod := one("logical", generators.Method, "Logical")
	otherInstance := one("other instance")
	otherInstance.Conditions[0].BackupsToday = 3
	for _, c := range []struct {
		name   string
		supply Supply
		second targets.Case
		sent   []string
	}{
		{"equal cases, of fresh instances", NewFresh(), one("plain"), []string{"plain"}},
		{"other calls, of fresh instances", NewFresh(), one("plain too"), []string{"plain", "plain too"}},
		{"other calls of one method, of leased instances", NewLeased(), one("plain too"), []string{"plain"}},
		{"calls of two methods, of leased instances", NewLeased(), otherMethod, []string{"plain", "logical"}},
		{"calls on other instances, of leased instances", NewLeased(), otherInstance, []string{"plain", "other instance"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{scripts: map[string][]targets.Answer{"bad": {refused("No")}, "plain": {refused("No")}}}
			x := executorOf(t, f, c.supply)
			results, err := x.RunInOrder(t.Context(), []Case{wrong("bad", one("plain")), wrong("bad", one("plain")), wrong("bad", c.second)})
			require.NoError(t, err)
			var controls []string
			for _, name := range f.sent {
				if name != "bad" {
					controls = append(controls, name)
				}
			}
			require.Equal(t, c.sent, controls)
			require.Equal(t, []bool{false, false, len(c.sent) > 1}, []bool{results[0].ControlAccepted, results[1].ControlAccepted, results[2].ControlAccepted})
		})
	}
}

func TestControlCaseThatCouldNotBeRunIsTriedAgain(t *testing.T) {
	runs := 0
	supply := NewFresh()
	for _, want := range []error{errors.New("first"), nil, nil} {
		_, err := supply.control(one("a"), func() (bool, error) { runs++; return true, want })
		require.Equal(t, want, err)
	}
	require.Equal(t, 2, runs)
}

func TestControlCaseIsNotSentReadOnly(t *testing.T) {
	f := &fake{scripts: map[string][]targets.Answer{"bad": {refused("No")}}}
	results, err := executorOf(t, f, NewFresh(), readOnly).Run(t.Context(), []Case{wrong("bad", one("plain"))})
	require.NoError(t, err)
	require.ErrorIs(t, results[0].ControlErr, ErrReadOnly)
	require.Equal(t, []string{"bad"}, f.sent)
}

func TestCaseWithoutAValidAnswerIsTriedOnceMore(t *testing.T) {
	late := targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenTimeout}
	dropped := targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenDropped, Problem: "a server error"}
	noMethod := []string{generators.Method, "NoSuchMethod"}
	tooLarge := []string{generators.Method, strings.Repeat("x", 30000)}
	for _, c := range []struct {
		name   string
		params []string
		script []targets.Answer
		kinds  []judge.Kind
		rule   string // of the intermittent violation
		sent   int
	}{
		{"it fails each time", nil, []targets.Answer{failed(500)}, []judge.Kind{judge.NoAnswer}, "", 2},
		{"it fails in another way", nil, []targets.Answer{failed(500), failed(502)}, []judge.Kind{judge.NoAnswer}, "", 2},
		{"a server error that does not come again, to a call that has to be accepted", nil, []targets.Answer{failed(500), accepted()}, []judge.Kind{judge.Intermittent}, "CB-PRE-1", 2},
		{"a gateway's error that does not come again", nil, []targets.Answer{failed(502), accepted()}, []judge.Kind{judge.Intermittent}, judge.Robust.Rule, 2},
		{"a server error that does not come again, to a call that has to be refused", noMethod, []targets.Answer{failed(500), refused("No")}, []judge.Kind{judge.Intermittent}, judge.Robust.Rule, 2},
		{"another violation comes in its place", nil, []targets.Answer{failed(502), refused("No")}, []judge.Kind{judge.WronglyRefused, judge.Intermittent}, judge.Robust.Rule, 2},
		// The second call asks whether the target still answers.
		{"a connection that is dropped once", noMethod, []targets.Answer{dropped, refused("No")}, []judge.Kind{judge.Intermittent}, judge.Robust.Rule, 3},
		{"a refusal of what is too large that is lost once", tooLarge, []targets.Answer{dropped, refused("No")}, nil, "", 3},
		{"no answer in time is not tried again", nil, []targets.Answer{late, accepted()}, []judge.Kind{judge.NoAnswer}, "", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{scripts: map[string][]targets.Answer{"a": c.script}}
			results, err := executorOf(t, f, NewFresh()).Run(t.Context(), []Case{{Case: one("a", c.params...)}})
			require.NoError(t, err)
			require.Equal(t, c.kinds, kinds(results[0]))
			require.Len(t, f.sent, c.sent)
			for _, v := range results[0].Violations {
				if v.Kind == judge.Intermittent {
					require.Equal(t, c.rule, v.Rule())
					require.Equal(t, "a server error", v.Answered)
					require.NotEqual(t, targets.Broken, results[0].Last().Decision, "the history is that of the second run")
				}
			}
		})
	}
}

func singleOf() *Single { return &Single{Plain: one("plain")} }

func TestPlainCallOfASingleInstanceIsMadeOnce(t *testing.T) {
	f := &fake{}
	single := singleOf()
	x := executorOf(t, f, single)
	require.True(t, single.Accepted(), "that is assumed before the call is made")
	results, err := x.Run(t.Context(), []Case{{Case: single.Plain}, {Case: single.Plain}})
	require.NoError(t, err)
	again, err := x.Run(t.Context(), []Case{{Case: single.Plain}})
	require.NoError(t, err)
	require.Equal(t, []string{"plain"}, f.sent)
	require.Equal(t, results[0], results[1])
	require.Equal(t, results[0], again[0])
	accepted, err := single.Confirm(t.Context(), x.Session, nil)
	require.NoError(t, err)
	require.True(t, accepted)
	require.Equal(t, []string{"plain"}, f.sent)
}

func TestPlainCallOfASingleInstanceIsTheControlOfEachWrongCall(t *testing.T) {
	f := &fake{scripts: map[string][]targets.Answer{"bad": {refused("No")}, "plain": {refused("InvalidParameter")}}}
	single := singleOf()
	x := executorOf(t, f, single)
	before, err := x.Run(t.Context(), []Case{wrong("bad", single.Plain)})
	require.NoError(t, err)
	require.True(t, before[0].ControlAccepted)
	accepted, err := single.Confirm(t.Context(), x.Session, nil)
	require.NoError(t, err)
	require.False(t, accepted)
	after, err := x.Run(t.Context(), []Case{wrong("bad", single.Plain)})
	require.NoError(t, err)
	require.False(t, after[0].ControlAccepted)
	require.Equal(t, []string{"bad", "plain", "bad"}, f.sent)
}

// Whoever names an existing instance vouches for its state, so that a refusal because of the state
// says nothing about the call.
func TestRefusalBecauseOfTheStateOfASingleInstance(t *testing.T) {
	for code, state := range map[string]bool{
		"OperationDenied.DBInstanceStatus": true, "BackupJobExists": true, "InvalidDBInstanceId.NotFound": true, "Forbidden.RAM": true,
		"SignatureDoesNotMatch": true, "InvalidParameter": false, "InvalidBackupMethod": false, "": false,
	} {
		f := &fake{scripts: map[string][]targets.Answer{"plain": {refused(code)}}}
		single := singleOf()
		results, err := executorOf(t, f, single).Run(t.Context(), []Case{{Case: single.Plain}})
		require.NoError(t, err)
		if state {
			require.ErrorIs(t, results[0].Err, targets.ErrUnmet, code)
			require.ErrorContains(t, results[0].Err, code+")")
			require.Empty(t, results[0].Violations)
		} else {
			require.NoError(t, results[0].Err, code)
			require.Equal(t, []judge.Kind{judge.WronglyRefused}, kinds(results[0]))
		}
		require.False(t, single.Accepted())
	}
}

func TestPlainCallOfASingleInstanceIsNotMadeReadOnly(t *testing.T) {
	f := &fake{}
	single := singleOf()
	x := executorOf(t, f, single, readOnly)
	results, err := x.Run(t.Context(), []Case{{Case: single.Plain}})
	require.NoError(t, err)
	require.ErrorIs(t, results[0].Err, ErrReadOnly)
	require.Empty(t, f.sent)
}

func TestPlainCallOfASingleInstanceThatEndsTheRunIsNotAccepted(t *testing.T) {
	single := singleOf()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	accepted, err := single.Confirm(ctx, executorOf(t, &fake{fails: context.Canceled}, single).Session, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, accepted)
}

func TestSupplies(t *testing.T) {
	for _, c := range []struct {
		supply          Supply
		disposable      bool
		parallel, races int // of 16
	}{
		{NewFresh(), true, 16, 16}, {NewLeased(), false, 16, 2}, {&Single{}, false, 1, 1},
	} {
		name := fmt.Sprintf("%T", c.supply)
		require.Equal(t, c.disposable, c.supply.Disposable(), name)
		require.Equal(t, c.parallel, c.supply.Parallel(16), name)
		require.Equal(t, c.races, c.supply.RaceInstances(16), name)
	}
}

func TestWhetherAResultSaysAnything(t *testing.T) {
	event := func(d targets.Outcome, problem string) runner.Event {
		return runner.Event{Decision: d, Answer: targets.Answer{Problem: problem}}
	}
	of := func(err error, events ...runner.Event) Result {
		return Result{Err: err, History: runner.History{Events: events}}
	}
	for _, c := range []struct {
		name string
		r    Result
		why  string // empty where it was tried
	}{
		{"accepted", of(nil, event(targets.Accepted, "")), ""},
		{"no valid answer", of(nil, event(targets.Broken, "a server error")), ""},
		{"no call", of(nil), "no call was made"},
		{"throttled", of(nil, event(targets.Accepted, ""), event(targets.Throttled, "slow down")), "slow down"},
		{"lost, without a word", of(nil, event(targets.Lost, "")), "lost"},
		{"not run", of(targets.ErrUnmet, event(targets.Accepted, "")), "no call was made"},
	} {
		require.Equal(t, c.why == "", c.r.Tried(), c.name)
		if c.why != "" {
			require.Equal(t, c.why, c.r.WhyNotTried(), c.name)
		}
	}
}

func TestWhenAViolationWasFirstSeen(t *testing.T) {
	r := Result{History: runner.History{Events: []runner.Event{{Step: 2, Moment: runner.Moment{Requests: 7}}}}}
	require.Equal(t, 7, r.Seen(judge.Violation{Step: 2}).Requests)
	require.Zero(t, r.At(1))
	r.FirstSeen = runner.Moment{Requests: 3}
	require.Equal(t, 3, r.Seen(judge.Violation{Step: 2}).Requests)
}
