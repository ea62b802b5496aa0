package testcase

import (
	"context"
	"encoding/json"
	"sync"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/precondition"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/codes"
)

// Supply says where the instances of test cases come from, and what follows from that. It is
// [Fresh], [Leased] or [Single].
type Supply interface {
	// Disposable reports whether the instances are made for the run, so that a case may use one up
	// or delete it.
	Disposable() bool
	// Parallel bounds how many cases run at once.
	Parallel(wanted int) int
	// RaceInstances bounds how many instances a race takes at once.
	RaceInstances(wanted int) int

	// control reports whether a control case is accepted; run finds out.
	control(c targets.Case, run func() (bool, error)) (bool, error)
	// restriction returns why a refusal is no violation: the account or the instance does not allow
	// backups. It is nil where the history is to be judged.
	restriction(h runner.History) error
}

// NewFresh returns the supply of a target that makes an instance for every case.
func NewFresh() Supply { return &fresh{} }

// NewLeased returns the supply of a target whose instances exist and are leased to one case at a
// time, as fixtures are.
func NewLeased() Supply { return &leased{} }

// fresh makes every instance for its case. What matters about a control case is only whether it is
// accepted on an equal condition, so equal ones are sent once.
type fresh struct{ controls controls }

func (*fresh) Disposable() bool        { return true }
func (*fresh) Parallel(n int) int      { return n }
func (*fresh) RaceInstances(n int) int { return n }

func (f *fresh) control(c targets.Case, run func() (bool, error)) (bool, error) {
	return f.controls.once(c, run)
}

// restriction returns nil: whoever makes an instance makes one that allows backups.
func (*fresh) restriction(runner.History) error { return nil }

// leased leases fixtures. A backup costs much there, so one accepted call of a method stands for
// all calls of that method on equal instances.
type leased struct {
	controls controls
	allow    sync.Map // the engines of the instances that a backup was made of
}

func (*leased) Disposable() bool        { return false }
func (*leased) Parallel(n int) int      { return n }
func (*leased) RaceInstances(n int) int { return min(n, 2) } // a case that cannot have all of them waits

func (l *leased) control(c targets.Case, run func() (bool, error)) (bool, error) {
	method, _ := c.Steps[len(c.Steps)-1].Call.Get(generators.Method)
	return l.controls.once([]any{c.Conditions, method}, run)
}

// restriction looks at the calls that have to be accepted. Once a backup was made of an instance of
// an engine, neither the account nor the kind of the instance is the reason for a refusal.
func (l *leased) restriction(h runner.History) error {
	for _, e := range h.Events {
		if len(e.Expect.Accept) == 0 || e.Expect.Instance < 0 {
			continue
		}
		engine := h.Case.Conditions[e.Expect.Instance].Engine
		if e.Decision == targets.Accepted {
			l.allow.Store(engine, true)
		}
		if _, allows := l.allow.Load(engine); allows {
			continue
		}
		switch codes.About(e.Answer.Code) {
		case codes.State, codes.Quota, codes.NoInstance:
			continue // the fixtures themselves look at these
		}
		if err := precondition.Restriction(e.Answer); err != nil {
			return err
		}
	}
	return nil
}

// controls remembers which control cases are accepted.
type controls struct {
	mu    sync.Mutex
	known map[string]bool
}

// once returns what run returned for an equal key, and runs it where it did not run yet.
func (c *controls) once(key any, run func() (bool, error)) (bool, error) {
	text, err := json.Marshal(key)
	if err != nil {
		return false, err
	}
	c.mu.Lock()
	accepted, known := c.known[string(text)]
	c.mu.Unlock()
	if known {
		return accepted, nil
	}
	if accepted, err = run(); err != nil {
		return false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known = map[string]bool{}
	}
	c.known[string(text)] = accepted
	return accepted, nil
}

// Single is the supply of a single existing instance that allows one accepted call. Every case that
// needs a call accepted looks at the same plain call.
type Single struct {
	Vector generators.Vector // of the plain call
	Plain  targets.Case

	ran    bool
	result Result
}

// Disposable reports that the instance is not made for the run.
func (*Single) Disposable() bool { return false }

// Parallel lets one case run at a time.
func (*Single) Parallel(int) int { return 1 }

// RaceInstances allows one instance.
func (*Single) RaceInstances(int) int { return 1 }

// control reports whether the plain call was accepted. Before it is made, that is assumed; the run
// confirms it at its end.
func (s *Single) control(targets.Case, func() (bool, error)) (bool, error) { return s.Accepted(), nil }

// Accepted reports whether the plain call was accepted, or was not made yet.
func (s *Single) Accepted() bool {
	return !s.ran || s.result.Err == nil && s.result.Last().Decision == targets.Accepted
}

// restriction returns nil: run looks at the answer to the plain call.
func (*Single) restriction(runner.History) error { return nil }

// run makes the plain call, once, and returns its result for every case.
func (s *Single) run(ctx context.Context, session *runner.Session, c Case) (Result, error) {
	if session.ReadOnly {
		return Result{Case: c, Err: ErrReadOnly}, nil
	}
	if s.ran {
		return s.result, nil
	}
	s.ran, s.result = true, Result{Case: c}
	r := &s.result
	r.History, r.Err = session.Run(ctx, c.Case)
	if runner.EndsRun(r.Err) {
		return *r, r.Err
	}
	if r.Err == nil {
		r.Violations = judge.Judge(session.Edition, r.History)
		if err := precondition.Restriction(r.Last().Answer); err != nil {
			r.Violations, r.Err = nil, err
		}
	}
	return *r, nil
}

// Confirm makes the plain call where no case did, and reports whether it was accepted.
func (s *Single) Confirm(ctx context.Context, session *runner.Session, m *generators.Model) (bool, error) {
	_, err := s.run(ctx, session, Case{Model: m, Case: s.Plain})
	return s.Accepted(), err
}
