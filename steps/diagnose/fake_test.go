package diagnose

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// fake is a target in memory. It answers as documented, except as answer says.
type fake struct {
	edition oracle.Edition
	answer  answer // nil for a target that does everything as documented

	mu        sync.Mutex
	instances map[string]*fakeInstance
	made      int // ids
	calls     int
}

// fakeInstance is an instance of a fake target as it is before a call.
type fakeInstance struct {
	targets.Condition
	accepted  int // calls
	completed int // backups
}

// answer says what a fake target answers to a call in place of the documented answer.
type answer func(on fakeInstance, call targets.Call, documented targets.Answer) targets.Answer

func (f *fake) Provision(_ context.Context, c targets.Condition) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.made++
	id := fmt.Sprintf("rm-%06d", f.made)
	f.instances[id] = &fakeInstance{Condition: c}
	return id, nil
}

func (f *fake) Release(_ context.Context, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.instances, id)
	return nil
}

func (f *fake) Complete(_ context.Context, id, result string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c := f.instances[id]; c.LastBackup == targets.LastRunning {
		c.LastBackup = result
		c.completed++
	}
	return nil
}

func (f *fake) Curl(call targets.Call) string { return "curl " + call.Method }

func (f *fake) Send(_ context.Context, call targets.Call) (targets.Answer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	instance := &fakeInstance{Condition: targets.Condition{Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastNone}}
	resolved := call
	resolved.Params = slices.Clone(call.Params)
	for i, p := range resolved.Params {
		if known := f.instances[p.Value]; p.Name == generators.InstanceID && known != nil {
			instance, resolved.Params[i].Value = known, targets.InstanceRef(0)
		}
	}
	want := oracle.NewWorld(f.edition, []targets.Condition{instance.Condition}).Expect(resolved)
	a := f.acceptance(call)
	if len(want.Refuse) > 0 || want.NoBackup != "" {
		a = refused(a)
	}
	if f.answer != nil {
		a = f.answer(*instance, call, a)
	}
	if a.Outcome == targets.Accepted {
		instance.accepted++
		instance.BackupsToday++
		instance.LastBackup = targets.LastRunning
	}
	return a, nil
}

// acceptance returns the documented answer to a call that is accepted.
func (f *fake) acceptance(call targets.Call) targets.Answer {
	id := fmt.Sprintf("DA147739-AEAD-4417-9089-%012X", f.calls)
	a := targets.Answer{
		Outcome: targets.Accepted, Status: http.StatusOK, Format: "JSON", RequestID: id, Attempts: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{"RequestId":"` + id + `"}`),
	}
	if format, _ := call.Get(generators.Format); format == "XML" {
		a.Format, a.Header = "XML", http.Header{"Content-Type": {"text/xml"}}
		a.Body = []byte("<CreateBackupResponse><RequestId>" + id + "</RequestId></CreateBackupResponse>")
	}
	return a
}

// refused makes an answer one that refuses the call.
func refused(a targets.Answer) targets.Answer {
	a.Outcome, a.Status, a.HostID, a.Code, a.Message = targets.Refused, http.StatusBadRequest, "h", "InvalidParameter", "no"
	return a
}

// accepted makes an answer one that accepts the call.
func accepted(a targets.Answer) targets.Answer {
	a.Outcome, a.Status, a.HostID, a.Code, a.Message = targets.Accepted, http.StatusOK, "", "", ""
	return a
}

func failed500(a targets.Answer) targets.Answer {
	return targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenStatus, Status: 500, Problem: "a server error (500)", Attempts: a.Attempts}
}

func late(a targets.Answer) targets.Answer {
	return targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenTimeout, Problem: runner.Late, Attempts: a.Attempts}
}

// value returns a parameter of a call, or an empty text.
func value(call targets.Call, name string) string {
	v, _ := call.Get(name)
	return v
}

// bench is a diagnosis of a fake target.
type bench struct {
	*Diagnosis
	model  *generators.Model
	t      *testing.T
	target *fake
	told   []Failure
}

func newBench(t *testing.T, answer answer) *bench {
	t.Helper()
	edition, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	b := &bench{t: t, target: &fake{edition: edition, answer: answer, instances: map[string]*fakeInstance{}}}
	session, _, err := runner.NewSession(t.Context(), runner.Config{Target: b.target, Edition: edition})
	require.NoError(t, err)
	executor := &testcase.Executor{Session: session, Supply: testcase.NewFresh(), Concurrency: 2}
	b.model = generators.NewModel(edition, generators.FullModelScope())
	b.Diagnosis = New(Config{
		Session: session, Executor: executor, Model: b.model, Rules: catalogue(t), Seed: 1,
		Concurrency: 2, Target: b.target, OnFailure: func(f Failure) { b.told = append(b.told, f) },
	})
	executor.Skip = b.Unanswered
	return b
}

// under returns what is under test in a scenario of that rule.
func (b *bench) under(rule string) Under {
	u := under(b.t, rule)
	u.Model = b.model
	return u
}

// vector returns a vector with those classes, given as factor=class, and otherwise the baseline.
func (b *bench) vector(classes ...string) testcase.Case {
	m := b.model
	pinned := generators.Pinned{}
	for _, factor := range m.Factors {
		pinned[factor.Name] = []string{factor.Classes[0].Name}
	}
	wrong := []int(nil)
	for _, class := range classes {
		factor, name, _ := strings.Cut(class, "=")
		pinned[factor] = []string{name}
		f := m.Index(factor)
		if m.Factors[f].Classes[m.Class(factor, name)].Kind == generators.Invalid {
			wrong = append(wrong, f)
		}
	}
	p := generators.Vector{Classes: make([]int, len(m.Factors)), Values: make([]string, len(m.Factors))}
	for f, factor := range m.Factors {
		p.Classes[f] = m.Class(factor.Name, pinned[factor.Name][0])
		p.Values[f] = pinned[factor.Name][0]
	}
	return testcase.Case{Case: m.Case(p), Vector: &p, Model: m, Build: m.Case, Wrong: wrong}
}

// run runs test cases.
func (b *bench) run(cases ...testcase.Case) []testcase.Result {
	b.t.Helper()
	results, err := b.config.Executor.Run(b.t.Context(), cases)
	require.NoError(b.t, err)
	return results
}

// explain runs test cases under a rule and has their results explained.
func (b *bench) explain(rule string, cases ...testcase.Case) {
	b.t.Helper()
	require.NoError(b.t, b.Explain(b.t.Context(), b.under(rule), b.run(cases...)))
}

// only returns the only failure that there is, and its rule.
func (b *bench) only() (rule string, f failureView) {
	b.t.Helper()
	require.Len(b.t, b.told, 1)
	rule = b.told[0].Rule
	failures := b.Failures(rule)
	require.Len(b.t, failures, 1)
	x := failures[0]
	require.Equal(b.t, x.Law, b.told[0].Sentence)
	var when []string
	for _, c := range x.When {
		when = append(when, strings.TrimSuffix(c.Factor+": "+strings.Join(c.Classes, ", "), ": "))
	}
	return rule, failureView{strings.Join(when, "; "), x.Kind, x.Exact, x.Count}
}

// failureView is what a test requires of a failure. The sentences are a matter of package reports.
type failureView struct {
	When  string
	Kind  string
	Exact bool
	Count int
}

// violation returns a violation of a must rule.
func violation(kind judge.Kind, rule string) judge.Violation {
	return judge.Violation{Kind: kind, Reasons: []oracle.Reason{must(rule, "")}}
}
