package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// Event is one call of a case with what came of it.
type Event struct {
	Step   int // index in the case
	Call   targets.Call
	Expect oracle.Expectation
	Answer targets.Answer
	// Decision is the answer's outcome; where refusals are asynchronous, Refused for a job that ended as Failed.
	Decision targets.Outcome
	// New are the backups that came of it, by instance; nil where the target shows none.
	New [][]targets.Backup
	// Repeated: an earlier answer bore the same RequestId.
	Repeated bool
	// JobRepeated: an earlier answer bore the same BackupJobId.
	JobRepeated bool
	// Databases are those of the instance at the time.
	Databases []string
	// Moment is when what came of it was known.
	Moment Moment
}

// Moment is a time of a run, and how many requests it had sent by then.
type Moment struct {
	Time     time.Time
	Requests int
}

// Observed tells whether what came of the call could be looked at.
func (e Event) Observed() bool { return e.New != nil }

// made is the one backup that came of the call; the zero value where there is none, or several, or it was not looked at.
func (e Event) made() targets.Backup {
	if i := e.Expect.Instance; e.New != nil && i >= 0 && len(e.New[i]) == 1 {
		return e.New[i][0]
	}
	return targets.Backup{}
}

// History is a case with everything that happened.
type History struct {
	Case   targets.Case
	IDs    []string // of the instances
	Events []Event
}

// Last returns the last call's event.
func (h History) Last() Event { return h.Events[len(h.Events)-1] }

// Run takes the steps of a case, on instances made for it, and removes these. What keeps a case from being tried is an error:
// targets.ErrUnmet and ErrSetup are of this case alone, any other ends the run.
func (s *Session) Run(ctx context.Context, c targets.Case) (History, error) {
	return s.runThen(ctx, c, func(History) error { return nil })
}

// runThen does what Run does, and what is to be done last while the instances are there.
func (s *Session) runThen(ctx context.Context, c targets.Case, last func(History) error) (History, error) {
	h := History{Case: c}
	w := oracle.NewWorld(s.Edition, c.Conditions)
	defer func() { s.release(ctx, h.IDs) }()
	seen, err := s.prepare(ctx, &h)
	if err != nil {
		return h, err
	}
	nonces := map[string]string{}
	for i, step := range c.Steps {
		if step.Do != targets.StepCall {
			if err := s.take(ctx, step, h.IDs, w); err != nil {
				return h, err
			}
			switch {
			case seen == nil:
			case step.Do == targets.StepDelete:
				seen[step.Instance] = nil // there is nothing to look at any more
			case step.Do == targets.StepNextDay:
				if err := s.lookForAutomatic(ctx, step.Instance, h.IDs[step.Instance], w, seen); err != nil {
					return h, err
				}
			}
			continue
		}
		e, err := s.call(ctx, i, *step.Call, w, h.IDs, nonces, seen)
		if err != nil {
			return h, err
		}
		h.Events = append(h.Events, e)
		if e.Answer.Kind == targets.BrokenTimeout {
			break // what it did is not known, so that what follows says nothing, and may cost a timeout each
		}
	}
	return h, last(h)
}

// prepare makes the instances of a history, and lists the backups that they have by then.
func (s *Session) prepare(ctx context.Context, h *History) ([]map[string]bool, error) {
	for _, condition := range h.Case.Conditions {
		id, err := s.provision(ctx, condition)
		if err != nil {
			return nil, err
		}
		h.IDs = append(h.IDs, id)
	}
	return s.look(ctx, h.IDs)
}

func (s *Session) provision(ctx context.Context, c targets.Condition) (string, error) {
	p, ok := s.Target.(targets.Provisioner)
	if !ok || !s.can.Provision {
		return "", fmt.Errorf("%w: the target cannot provision instances", targets.ErrUnmet)
	}
	s.requests.Add(1)
	id, err := p.Provision(ctx, c)
	if err == nil {
		s.there.Store(id, true)
	}
	return id, setup(ctx, "an instance could not be provisioned", err)
}

// setup marks an error of preparing a case as such, unless it is one that says more.
func setup(ctx context.Context, what string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, targets.ErrUnmet), errors.Is(err, targets.ErrBudget):
		return err
	default:
		return fmt.Errorf("%w: %s: %w", ErrSetup, what, err)
	}
}

// release removes the instances, also when the run has ended.
func (s *Session) release(ctx context.Context, ids []string) {
	p, ok := s.Target.(targets.Provisioner)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for _, id := range ids {
		s.requests.Add(1)
		s.there.Delete(id)
		_ = p.Release(ctx, id) // what stays behind is in the journal, for sweep
	}
}

// look lists the backups of the instances by their ids; nil where the target does not show them.
func (s *Session) look(ctx context.Context, ids []string) ([]map[string]bool, error) {
	if !s.can.Observe {
		return nil, nil
	}
	seen := make([]map[string]bool, len(ids))
	for i, id := range ids {
		bs, err := s.list(ctx, id)
		if err != nil {
			return nil, err
		}
		seen[i] = map[string]bool{}
		for _, b := range bs {
			seen[i][b.ID] = true
		}
	}
	return seen, nil
}

func (s *Session) list(ctx context.Context, id string) ([]targets.Backup, error) {
	s.requests.Add(1)
	bs, err := s.Target.(targets.Observer).Backups(ctx, id)
	return bs, setup(ctx, "the backups of an instance could not be listed", err)
}

// lookForAutomatic notes the backups that came with a new day, which nobody asked for: they are of no call.
func (s *Session) lookForAutomatic(ctx context.Context, i int, id string, w *oracle.World, seen []map[string]bool) error {
	bs, err := s.list(ctx, id)
	if err != nil {
		return err
	}
	for _, b := range bs {
		if !seen[i][b.ID] {
			seen[i][b.ID] = true
			w.BackupAppeared(i, status(b))
		}
	}
	return nil
}

// wait lets time pass: as long as the step says or, where it leaves that open, as Rest has it. What ended by itself meanwhile has ended.
func (s *Session) wait(ctx context.Context, step targets.Step, id string, w *oracle.World) error {
	rest := func(ctx context.Context) error { return pause(ctx, time.Duration(step.Seconds*float64(time.Second))) }
	if step.Seconds == 0 && s.Rest != nil {
		rest = s.Rest
	}
	if err := rest(ctx); err != nil || !s.can.Observe {
		return err
	}
	bs, err := s.list(ctx, id)
	if err == nil && len(bs) > 0 && !slices.ContainsFunc(bs, func(b targets.Backup) bool { return status(b) == targets.LastRunning }) {
		w.Complete(step.Instance, status(bs[len(bs)-1]))
	}
	return err
}

// take takes a step that is no call.
func (s *Session) take(ctx context.Context, step targets.Step, ids []string, w *oracle.World) error {
	id := ids[step.Instance]
	s.requests.Add(1)
	unable := fmt.Errorf("%w: the target cannot do the step %q", targets.ErrUnmet, step.Do)
	switch step.Do {
	case targets.StepComplete:
		t, ok := s.Target.(targets.Completer)
		if !ok || !s.can.Complete {
			return unable
		}
		w.Complete(step.Instance, step.Result)
		return setup(ctx, "a backup could not be completed", t.Complete(ctx, id, step.Result))
	case targets.StepDelete:
		t, ok := s.Target.(targets.Provisioner)
		if !ok || !s.can.Provision {
			return unable
		}
		w.Delete(step.Instance)
		s.there.Delete(id)
		return setup(ctx, "an instance could not be deleted", t.Release(ctx, id))
	case targets.StepNextDay:
		t, ok := s.Target.(targets.DayShifter)
		if !ok || !s.can.NextDay {
			return unable
		}
		w.NextDay(step.Instance)
		return setup(ctx, "the day could not be changed", t.NextDay(ctx, id))
	case targets.StepWait:
		return s.wait(ctx, step, id, w)
	}
	t, ok := s.Target.(targets.Changer)
	if !ok || !s.can.Provision {
		return unable
	}
	switch step.Do {
	case targets.StepStatus:
		w.SetStatus(step.Instance, step.Status)
		return setup(ctx, "the status could not be changed", t.Change(ctx, id, &step.Status, nil))
	case targets.StepDatabases:
		names := step.Databases
		if names == nil {
			names = []string{}
		}
		w.SetDatabases(step.Instance, names)
		return setup(ctx, "the databases could not be changed", t.Change(ctx, id, nil, &names))
	default:
		return fmt.Errorf("unknown step %q", step.Do)
	}
}

// call sends one call of a case and observes what comes of it.
func (s *Session) call(ctx context.Context, step int, call targets.Call, w *oracle.World, ids []string, nonces map[string]string, seen []map[string]bool) (Event, error) {
	e := Event{Step: step, Call: call, Expect: w.Expect(call)}
	if e.Expect.Instance >= 0 {
		e.Databases = slices.Clone(w.Instances[e.Expect.Instance].Databases)
	}
	if s.ReadOnly && (len(e.Expect.Refuse) == 0 || e.Expect.Level() != oracle.Must) {
		return e, errReadOnly
	}
	resolved := s.resolve(call, ids, nonces)
	if s.byChance(call, resolved, ids) {
		return e, fmt.Errorf("%w: the id that none should have is that of another instance", targets.ErrUnmet)
	}
	a, err := s.Send(ctx, resolved)
	if err != nil {
		return e, err
	}
	e.Answer, e.Decision = a, a.Outcome
	told := a.Outcome == targets.Accepted || a.Outcome == targets.Refused && !exotic(call)
	e.Repeated = told && a.RequestID != "" && !s.first(a.RequestID)
	e.JobRepeated = a.Outcome == targets.Accepted && a.BackupJobID != "" && !s.first("job "+a.BackupJobID)
	if s.can.Observe {
		if err := s.observe(ctx, &e, ids, seen); err != nil {
			return e, err
		}
	}
	e.Moment = Moment{time.Now(), s.Requests()}
	w.NonceUsed(call.Nonce, a.Outcome == targets.Accepted)
	s.learn(w, e)
	return e, nil
}

// byChance tells whether a text that is to be no instance's id, being nearly one, is that of an instance of another case.
func (s *Session) byChance(call, resolved targets.Call, ids []string) bool {
	for i, p := range call.Params {
		whole := slices.ContainsFunc(ids, func(id string) bool { return p.Value == targets.InstanceRef(slices.Index(ids, id)) })
		if _, there := s.there.Load(resolved.Params[i].Value); there && !whole && p.Name == "DBInstanceId" {
			return true
		}
	}
	return false
}

// resolve puts the ids of the instances, and a nonce for each of the case's names of one, into a call.
func (s *Session) resolve(call targets.Call, ids []string, nonces map[string]string) targets.Call {
	call.Params = slices.Clone(call.Params)
	for i := range call.Params {
		for n, id := range ids {
			v := strings.ReplaceAll(call.Params[i].Value, targets.InstanceRef(n), id)
			_, size := utf8.DecodeLastRuneInString(id)
			call.Params[i].Value = strings.ReplaceAll(v, targets.CutRef(n), id[:len(id)-size])
		}
	}
	if call.Nonce != "" {
		if nonces[call.Nonce] == "" {
			nonces[call.Nonce] = s.Nonce()
		}
		call.Nonce = nonces[call.Nonce]
	}
	return call
}

// observe finds the backups that came of a call. One that was accepted may take a while to show.
func (s *Session) observe(ctx context.Context, e *Event, ids []string, seen []map[string]bool) error {
	begun := time.Now()
	deadline := begun.Add(s.patience())
	wait, waited := 5*time.Millisecond, false
	for {
		e.New = make([][]targets.Backup, len(ids))
		for i, id := range ids {
			if seen[i] == nil {
				continue // it was deleted
			}
			bs, err := s.list(ctx, id)
			if err != nil {
				return err
			}
			for _, b := range bs {
				if !seen[i][b.ID] {
					e.New[i] = append(e.New[i], b)
				}
			}
		}
		if e.settled(s.Async) {
			if waited {
				s.awaited.Add(1)
				raise(&s.slowest, time.Since(begun))
			}
			break
		}
		if time.Now().After(deadline) {
			s.missed.Add(1)
			break
		}
		if err := pause(ctx, wait); err != nil {
			return err
		}
		wait, waited = min(2*wait, 200*time.Millisecond), true
	}
	if i := e.Expect.Instance; s.Async && e.Decision == targets.Accepted && i >= 0 && failed(e.New[i]) {
		e.Decision = targets.Refused
	}
	for i, bs := range e.New {
		for _, b := range bs {
			seen[i][b.ID] = true
		}
		if s.Async {
			e.New[i] = slices.DeleteFunc(bs, func(b targets.Backup) bool { return status(b) == targets.LastFailed })
		}
	}
	return nil
}

// patience is how long to wait for a backup to show itself. A target that let it be waited for in vain a few times is given only a few times what it took at
// its slowest, and one that does so more often than not next to nothing.
func (s *Session) patience() time.Duration {
	const short = 5 * time.Millisecond
	switch missed := s.missed.Load(); {
	case missed < 2:
		return s.Settle
	case missed > 10+s.awaited.Load():
		return short
	default:
		return min(s.Settle, max(4*time.Duration(s.slowest.Load()), short))
	}
}

// settled tells whether there is nothing more to wait for.
func (e *Event) settled(async bool) bool {
	i := e.Expect.Instance
	if e.Decision != targets.Accepted || i < 0 || e.Expect.NoBackup != "" {
		return true
	}
	if async && len(e.Expect.Refuse) > 0 {
		return failed(e.New[i])
	}
	return len(e.New[i]) > 0 || slices.ContainsFunc(e.Expect.OtherInstances, func(i int) bool { return len(e.New[i]) > 0 })
}

func failed(bs []targets.Backup) bool {
	return len(bs) > 0 && !slices.ContainsFunc(bs, func(b targets.Backup) bool { return status(b) != targets.LastFailed })
}

// status normalises the spellings of a backup's state.
func status(b targets.Backup) string {
	switch strings.ToLower(b.Status) {
	case "completed", "complete", "success", "succeeded", "finished", "done":
		return targets.LastCompleted
	case "failed", "failure":
		return targets.LastFailed
	default:
		return targets.LastRunning
	}
}

// learn lets the world follow what the target did.
func (s *Session) learn(w *oracle.World, e Event) {
	i := e.Expect.Instance
	if i < 0 {
		return
	}
	begun := e.Decision == targets.Accepted && e.Expect.NoBackup == ""
	if n := slices.IndexFunc(e.Expect.OtherInstances, func(also int) bool { return e.Observed() && len(e.New[also]) > 0 }); n >= 0 && len(e.New[i]) == 0 {
		i = e.Expect.OtherInstances[n] // it was the one that counted
	}
	last := ""
	switch {
	case e.Observed():
		begun = begun || len(e.New[i]) > 0
		last = targets.LastRunning
		if n := len(e.New[i]); n > 0 {
			last = status(e.New[i][n-1])
			if begun && last == targets.LastCompleted {
				s.instant.Store(true)
			}
		}
	case s.can.Complete:
		last = targets.LastRunning
	}
	switch {
	case begun:
		w.Accepted(i, last)
	case e.Decision == targets.Refused:
		w.Refused(i)
	}
}
