package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// fake is a target in memory that can do everything. It accepts each call and makes a backup of the
// instance that the call names, unless a test says otherwise.
type fake struct {
	mu      sync.Mutex
	can     targets.Capabilities
	backups map[string][]targets.Backup
	made    int // ids
	// answer, where set, answers the n-th call, from 0. It may make backups.
	answer func(ctx context.Context, n int, call targets.Call) (targets.Answer, error)
	// automatic are backups that a new day makes.
	automatic []targets.Backup
	// looks is how often a look shows nothing that is new.
	looks int
	// fails are errors by what is asked for, such as "release".
	fails map[string]error

	sent []targets.Call
	log  []string // what was asked for but calls and looks
}

func newFake() *fake {
	return &fake{
		can:     targets.Capabilities{Provision: true, Observe: true, Complete: true, NextDay: true},
		backups: map[string][]targets.Backup{}, fails: map[string]error{},
	}
}

func (f *fake) Capabilities(context.Context) (targets.Capabilities, error) {
	return f.can, f.fails["capabilities"]
}

// asked notes what was asked for, and returns the error of that.
func (f *fake) asked(ctx context.Context, what, id, more string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	f.log = append(f.log, what+" "+id+more)
	return f.fails[what]
}

func (f *fake) Provision(ctx context.Context, c targets.Condition) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id := fmt.Sprintf("rm-%d", len(f.backups)+1)
	if err := f.asked(ctx, "provision", id, ""); err != nil {
		return "", err
	}
	f.backups[id] = []targets.Backup{}
	if c.LastBackup != targets.LastNone {
		f.add(id, c.LastBackup)
	}
	return id, nil
}

// add adds a backup of an instance.
func (f *fake) add(id, status string) {
	f.made++
	f.backups[id] = append(f.backups[id], targets.Backup{ID: fmt.Sprintf("b%d", f.made), Status: status})
}

func (f *fake) Release(ctx context.Context, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked(ctx, "release", id, "")
}

func (f *fake) Complete(ctx context.Context, id, result string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if bs := f.backups[id]; len(bs) > 0 {
		bs[len(bs)-1].Status = result
	}
	return f.asked(ctx, "complete", id, " "+result)
}

func (f *fake) NextDay(ctx context.Context, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.backups[id] = append(f.backups[id], f.automatic...)
	return f.asked(ctx, "next day", id, "")
}

func (f *fake) Change(ctx context.Context, id string, status *string, databases *[]string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if status != nil {
		return f.asked(ctx, "status", id, " "+*status)
	}
	return f.asked(ctx, "databases", id, fmt.Sprintf(" %q", *databases))
}

func (f *fake) Backups(ctx context.Context, id string) ([]targets.Backup, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	bs := slices.Clone(f.backups[id])
	if f.looks > 0 && len(f.sent) > 0 && len(bs) > 0 {
		f.looks--
		bs = bs[:len(bs)-1]
	}
	return bs, f.fails["list"]
}

func (f *fake) Send(ctx context.Context, call targets.Call) (targets.Answer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := len(f.sent)
	f.sent = append(f.sent, call)
	if f.answer != nil {
		return f.answer(ctx, n, call)
	}
	id, _ := call.Get(generators.InstanceID)
	if bs := f.backups[id]; len(bs) > 0 && bs[len(bs)-1].Status == targets.LastRunning {
		return refused(), nil
	}
	f.add(id, targets.LastRunning)
	return accepted(), nil
}

// onlyCalled is a target that can only be called.
type onlyCalled struct{ targets.Target }

func accepted() targets.Answer { return targets.Answer{Outcome: targets.Accepted, Status: 200} }

func refused() targets.Answer {
	return targets.Answer{Outcome: targets.Refused, Status: 400, Code: "InvalidParameter"}
}

func edition(t *testing.T) oracle.Edition {
	t.Helper()
	e, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	return e
}

// sessionOf returns a session with a target, and its context.
func sessionOf(t *testing.T, target targets.Target, change ...func(*Config)) (*Session, context.Context) {
	t.Helper()
	c := Config{Target: target, Edition: edition(t)}
	for _, f := range change {
		f(&c)
	}
	s, ctx, err := NewSession(t.Context(), c)
	require.NoError(t, err)
	return s, ctx
}

// idle is an instance on which any valid call has to be accepted.
func idle() targets.Condition {
	return targets.Condition{Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastCompleted}
}

// callOn is a step that makes a plain call on an instance, with further parameters.
func callOn(instance int, params ...string) targets.Step {
	c := targets.Call{Method: "POST", Params: []targets.Param{
		{Name: generators.Action, Value: "CreateBackup"}, {Name: generators.InstanceID, Value: targets.InstanceRef(instance)},
	}}
	for i := 0; i < len(params); i += 2 {
		c = c.With(params[i], params[i+1])
	}
	return targets.Step{Do: targets.StepCall, Instance: instance, Call: &c}
}

// wrongCall is a step that makes a call which every reading of the document refuses.
func wrongCall() targets.Step { return callOn(0, generators.Method, "NoSuchMethod") }

// do is a step on the first instance that is not a call.
func do(what string) targets.Step {
	s := targets.Step{Do: what}
	switch what {
	case targets.StepComplete:
		s.Result = targets.LastCompleted
	case targets.StepStatus:
		s.Status = "Rebooting"
	}
	return s
}

// on is a case on idle instances.
func on(instances int, steps ...targets.Step) targets.Case {
	return targets.Case{Conditions: slices.Repeat([]targets.Condition{idle()}, instances), Steps: steps}
}

// newBackups counts the new backups of each call, by instance.
func newBackups(h History) [][]int {
	var out [][]int
	for _, e := range h.Events {
		var counts []int
		for _, bs := range e.New {
			counts = append(counts, len(bs))
		}
		out = append(out, counts)
	}
	return out
}

// decisions lists the decisions of the calls.
func decisions(h History) []targets.Outcome {
	var out []targets.Outcome
	for _, e := range h.Events {
		out = append(out, e.Decision)
	}
	return out
}

var errDisk = errors.New("no disk is left")
