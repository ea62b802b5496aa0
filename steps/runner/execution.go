package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/gate"
)

// hooks are what a run of a case does beyond the steps of the case.
type hooks struct {
	// rest, where set, stands in for a wait step that does not say how long it takes.
	rest func(context.Context) error
	// last, where set, runs after the last step, while the instances still exist.
	last func(*execution) error
}

// execution is one run of one test case.
type execution struct {
	s       *Session
	hooks   hooks
	history History
	world   *oracle.World
	nonces  map[string]string // by the names that the case has for them
	// seen holds the ids of the backups of each instance. It is nil where the target shows none; an
	// entry is nil where the instance was deleted.
	seen []map[string]bool
}

// execute runs a case and removes its instances.
func (s *Session) execute(ctx context.Context, c targets.Case, h hooks) (History, error) {
	x := &execution{s: s, hooks: h}
	defer func() { s.preparer.release(ctx, x.history.IDs) }()
	if err := x.prepare(ctx, c); err != nil {
		return x.history, err
	}
	for i, step := range c.Steps {
		if step.Do != targets.StepCall {
			if err := x.take(ctx, step); err != nil {
				return x.history, err
			}
			continue
		}
		e, err := x.call(ctx, i, *step.Call)
		if err != nil {
			return x.history, err
		}
		x.history.Events = append(x.history.Events, e)
		if e.Answer.Kind == targets.BrokenTimeout {
			break // what the call did is unknown: later steps say nothing, and may cost a timeout each
		}
	}
	if h.last == nil {
		return x.history, nil
	}
	err := h.last(x)
	return x.history, err
}

// prepare makes the instances of a case and finds out which backups they already have.
func (x *execution) prepare(ctx context.Context, c targets.Case) (err error) {
	x.history.Case, x.world, x.nonces = c, oracle.NewWorld(x.s.Edition, c.Conditions), map[string]string{}
	var told [][]targets.Backup
	for _, condition := range c.Conditions {
		id, backups, err := x.s.preparer.provision(ctx, condition)
		if err != nil {
			return err
		}
		x.history.IDs, told = append(x.history.IDs, id), append(told, backups)
	}
	x.seen, err = x.s.preparer.look(ctx, x.history.IDs, told)
	return err
}

// take takes a step that is not a call.
func (x *execution) take(ctx context.Context, step targets.Step) error {
	p, w, i := x.s.preparer, x.world, step.Instance
	id := x.history.IDs[i]
	if !p.able(step) {
		return fmt.Errorf("%w: the target cannot do the step %q", targets.ErrUnmet, step.Do)
	}
	switch step.Do {
	case targets.StepComplete:
		w.Complete(i, step.Result)
		return p.complete(ctx, id, step.Result)
	case targets.StepDelete:
		w.Delete(i)
		if x.seen != nil {
			x.seen[i] = nil // there is nothing to look at any more
		}
		return setup(ctx, "an instance could not be deleted", p.delete(ctx, id))
	case targets.StepWait:
		return x.wait(ctx, step)
	case targets.StepStatus:
		w.SetStatus(i, step.Status)
		return p.change(ctx, id, step)
	case targets.StepDatabases:
		w.SetDatabases(i, databases(step))
		return p.change(ctx, id, step)
	default:
		w.NextDay(i)
		if err := p.change(ctx, id, step); err != nil || x.seen == nil {
			return err
		}
		return x.noteAutomatic(ctx, i)
	}
}

// noteAutomatic notes the backups that came with a new day. Nobody asked for them, so they belong
// to no call.
func (x *execution) noteAutomatic(ctx context.Context, i int) error {
	bs, err := x.s.preparer.list(ctx, x.history.IDs[i])
	if err != nil {
		return err
	}
	for _, b := range bs {
		if !x.seen[i][b.ID] {
			x.seen[i][b.ID] = true
			x.world.BackupAppeared(i, backupStatus(b))
		}
	}
	return nil
}

// wait lets time pass, and then notes a backup that ended by itself.
func (x *execution) wait(ctx context.Context, step targets.Step) error {
	rest := func(ctx context.Context) error {
		return targets.Sleep(ctx, time.Duration(step.Seconds*float64(time.Second)))
	}
	if step.Seconds == 0 && x.hooks.rest != nil {
		rest = x.hooks.rest
	}
	if err := rest(ctx); err != nil || !x.s.can.Observe {
		return err
	}
	bs, err := x.s.preparer.list(ctx, x.history.IDs[step.Instance])
	running := slices.ContainsFunc(bs, func(b targets.Backup) bool { return backupStatus(b) == targets.LastRunning })
	if err == nil && len(bs) > 0 && !running {
		x.world.Complete(step.Instance, backupStatus(bs[len(bs)-1]))
	}
	return err
}

// call sends one call of a case and observes the result.
func (x *execution) call(ctx context.Context, step int, call targets.Call) (e Event, err error) {
	s := x.s
	e = Event{Step: step, Call: call, Expect: x.world.Expect(call)}
	if e.Expect.Instance >= 0 {
		e.Databases = slices.Clone(x.world.Instances[e.Expect.Instance].Databases)
	}
	r := &targets.Receipt{Harmless: len(e.Expect.Refuse) > 0 && e.Expect.Level() == oracle.Must}
	if s.ReadOnly && !r.Harmless {
		return e, gate.ErrReadOnly
	}
	defer func() { err = settle(r, s.made(e), err) }()
	resolved := x.resolve(call)
	if x.namesOther(call, resolved) {
		return e, fmt.Errorf("%w: the id that no instance should have is that of another instance", targets.ErrUnmet)
	}
	a, err := s.sender.sendFor(ctx, resolved, r)
	if err != nil {
		return e, err
	}
	e.Answer, e.Decision = a, a.Outcome
	fromAPI := a.Outcome == targets.Accepted || a.Outcome == targets.Refused && !NonStandard(call)
	e.Repeated = fromAPI && a.RequestID != "" && s.ids.add(a.RequestID)
	e.JobRepeated = s.repeatedJob(a)
	if s.can.Observe {
		if err := x.observe(ctx, &e); err != nil {
			return e, err
		}
	}
	e.Moment = Moment{time.Now(), s.Requests()}
	x.world.NonceUsed(call.Nonce, a.Outcome == targets.Accepted)
	x.learn(e)
	return e, nil
}

// made returns how many backups a call certainly made, or unseen where that does not show. A target
// that has never shown the backup of an accepted call shows nothing by showing none.
func (s *Session) made(e Event) int {
	if !e.Observed() || s.Async || !s.shows.Load() {
		return unseen
	}
	n := 0
	for _, bs := range e.New {
		n += len(bs)
	}
	if e.Decision == targets.Refused || e.Decision == targets.Accepted && n > 0 {
		return n
	}
	return unseen
}

// repeatedJob reports whether the BackupJobId of an accepted call was seen before.
func (s *Session) repeatedJob(a targets.Answer) bool {
	return a.Outcome == targets.Accepted && a.BackupJobID != "" && s.ids.add("job "+a.BackupJobID)
}

// namesOther reports whether a DBInstanceId that is only nearly that of an instance of the case is
// by chance the id of an instance of another case.
func (x *execution) namesOther(call, resolved targets.Call) bool {
	for i, p := range call.Params {
		own := false
		for n := range x.history.IDs {
			own = own || p.Value == targets.InstanceRef(n)
		}
		if p.Name == "DBInstanceId" && !own && x.s.preparer.exists(resolved.Params[i].Value) {
			return true
		}
	}
	return false
}

// LongNonce begins the name that a case has for a nonce which is longer than a column is wide.
const LongNonce = "long "

const longNonce = 256

// resolve puts into a call the ids of the instances, and a nonce for each name of one.
func (x *execution) resolve(call targets.Call) targets.Call {
	call.Params = slices.Clone(call.Params)
	for i := range call.Params {
		for n, id := range x.history.IDs {
			call.Params[i].Value = targets.ResolveInstance(call.Params[i].Value, n, id)
		}
	}
	if call.Nonce != "" {
		if x.nonces[call.Nonce] == "" {
			x.nonces[call.Nonce] = x.s.newNonce()
			if strings.HasPrefix(call.Nonce, LongNonce) {
				x.nonces[call.Nonce] = strings.Repeat("x", longNonce) + x.nonces[call.Nonce]
			}
		}
		call.Nonce = x.nonces[call.Nonce]
	}
	return call
}

// learn lets the oracle's world follow what the target did.
func (x *execution) learn(e Event) {
	i := e.Expect.Instance
	if i < 0 {
		return
	}
	begun := e.Decision == targets.Accepted && e.Expect.NoBackup == ""
	if e.Observed() && len(e.New[i]) == 0 {
		for _, also := range e.Expect.OtherInstances {
			if len(e.New[also]) > 0 {
				i = also // the instance that the target took, of several that the call names
				break
			}
		}
	}
	last := ""
	switch {
	case e.Observed():
		begun = begun || len(e.New[i]) > 0
		last = targets.LastRunning
		if n := len(e.New[i]); n > 0 {
			x.s.shows.Store(x.s.shows.Load() || e.Decision == targets.Accepted)
			last = backupStatus(e.New[i][n-1])
			if begun && last == targets.LastCompleted {
				x.s.instant.Store(true)
			}
		}
	case x.s.can.Complete:
		last = targets.LastRunning
	}
	switch {
	case begun:
		x.world.Accepted(i, last)
	case e.Decision == targets.Refused:
		x.world.Refused(i)
	}
}
