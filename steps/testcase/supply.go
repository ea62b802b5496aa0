package testcase

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
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

// leased leases fixtures. A backup costs much there, so one accepted call of a method stands for
// all calls of that method on equal instances.
type leased struct{ controls controls }

func (*leased) Disposable() bool        { return false }
func (*leased) Parallel(n int) int      { return n }
func (*leased) RaceInstances(n int) int { return min(n, 2) } // a case that cannot have all of them waits

func (l *leased) control(c targets.Case, run func() (bool, error)) (bool, error) {
	method, _ := c.Steps[len(c.Steps)-1].Call.Get(generators.Method)
	return l.controls.once([]any{c.Conditions, method}, run)
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
		if e := r.Last(); e.Decision == targets.Refused && aboutState(e.Answer.Code) {
			r.Violations, r.Err = nil, fmt.Errorf("%w: the instance does not accept a plain call: %s", targets.ErrUnmet, e.Answer.Code)
		}
	}
	return *r, nil
}

// Confirm makes the plain call where no case did, and reports whether it was accepted.
func (s *Single) Confirm(ctx context.Context, session *runner.Session, m *generators.Model) (bool, error) {
	_, err := s.run(ctx, session, Case{Model: m, Case: s.Plain})
	return s.Accepted(), err
}

// stateWords are parts of Codes that are about the state of an instance or an account. Whoever runs
// cbspec vouches for that state, so such a Code says nothing about the call.
var stateWords = []string{
	"Status", "State", "BackupJob", "Times", "Quota", "LockMode", "NotFound", "Forbidden", "Throttling", "AccessKey", "Signature",
}

func aboutState(code string) bool {
	for _, word := range stateWords {
		if strings.Contains(code, word) {
			return true
		}
	}
	return false
}
