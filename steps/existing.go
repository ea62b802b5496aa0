package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
)

// existing is a target that can only be called, with instances that exist and that whoever runs cbspec says are active and have no backup under way.
// One accepted call uses an instance up: whether its backup is done cannot be seen.
type existing struct {
	targets.Target
	condition targets.Condition

	mu   sync.Mutex
	free []string
	keep bool            // nothing uses an instance up, for every call is one to be refused
	busy map[string]bool // ids lent out
	used map[string]bool // ids of which a backup was made
}

// Existing returns the target with instances to use in place of provisioned ones. All of them are of that engine and have those databases.
func Existing(t targets.Target, ids []string, c targets.Condition) targets.Target {
	c.Status, c.LastBackup = targets.Running, targets.LastCompleted
	return &existing{Target: t, condition: c, free: slices.Clone(ids), busy: map[string]bool{}, used: map[string]bool{}}
}

var errReadOnly = fmt.Errorf("%w: read-only: the same call with the one wrong thing mended, which would make a backup, is not sent", targets.ErrUnmet)

var errUsedUp = fmt.Errorf("%w: the backup that the run made of the instance may still be under way; with --control every case has an instance of its own", targets.ErrUnmet)

func (x *existing) Provision(_ context.Context, c targets.Condition) (string, error) {
	if c.Status != targets.Running || c.BackupsToday > 0 || c.LastBackup == targets.LastRunning || c.LastBackup == targets.LastFailed {
		return "", fmt.Errorf("%w: it lacks the capability to provision", targets.ErrUnmet)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.free) == 0 {
		return "", errUsedUp
	}
	id := x.free[0]
	x.free = x.free[1:]
	x.busy[id] = true
	return id, nil
}

func (x *existing) Release(_ context.Context, id string) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.busy, id)
	if !x.used[id] {
		x.free = append(x.free, id)
	}
	return nil
}

// Send notes which instances are used up.
func (x *existing) Send(ctx context.Context, call targets.Call) (targets.Answer, error) {
	a, err := x.Target.Send(ctx, call)
	if err == nil && a.Outcome != targets.Refused && !x.keep {
		x.mu.Lock()
		defer x.mu.Unlock()
		for _, id := range call.Values(generators.InstanceID) {
			if x.busy[id] {
				x.used[id] = true
			}
		}
	}
	return a, err
}

// Algorithms and Curl are those of the target itself.
func (x *existing) Algorithms() []string {
	if s, ok := x.Target.(targets.Signer); ok {
		return s.Algorithms()
	}
	return nil
}

// Curl renders a call as shell commands.
func (x *existing) Curl(call targets.Call) string {
	if c, ok := x.Target.(targets.Curler); ok {
		return c.Curl(call)
	}
	return ""
}

// shared is the one plain call that an existing instance allows: every rule that wants a call accepted, and every refusal that wants its
// twin accepted, looks at the same one.
type shared struct {
	point   generators.Vector
	kase    targets.Case
	done    bool
	outcome outcome
}

// share makes the plain call as explicit as it can be, so that it shows as much as it can.
func (s *suite) share() {
	p := generators.Vector{Classes: s.model.Baseline(), Values: make([]string, len(s.model.Factors))}
	for factor, class := range map[string]string{generators.Method: "Physical", generators.Type: "Auto", generators.Format: "JSON"} {
		if c := s.model.Class(factor, class); c >= 0 {
			p.Classes[s.model.Index(factor)] = c
		}
	}
	for f, factor := range s.model.Factors {
		p.Values[f] = factor.Classes[p.Classes[f]].Name
	}
	s.shared = &shared{point: p, kase: s.model.Case(p)}
}

// sharedAttempts are those of a scenario on an instance that exists: the shared call, or that call with what is wrong.
func (sc *scenario) sharedAttempts() ([]attempt, error) {
	sh := sc.s.shared
	if !sc.single() || len(sc.edits) > 0 && !sc.mends {
		return nil, fmt.Errorf("it lacks the capability to provision: %w", generators.ErrNoSuchCase)
	}
	sc.model = sc.s.model
	for name, classes := range sc.fixed {
		if !slices.Contains(classes, sc.model.ClassName(sh.point, name)) {
			return nil, fmt.Errorf("it lacks the capability to provision, and one call cannot show everything: %w", generators.ErrNoSuchCase)
		}
	}
	if sc.wrong == nil && len(sc.edits) == 0 {
		return []attempt{{model: sc.model, kase: sh.kase}}, nil
	}
	var attempts []attempt
	for i := range sc.s.o.Checks {
		a, err := sc.sharedWrong(i)
		if err != nil {
			return nil, err
		}
		attempts = append(attempts, a)
	}
	return attempts, nil
}

// twin tells whether the shared call was accepted. Before it was made, that is taken for granted: confirm holds the verdicts against it.
func (s *suite) sharedTwin() bool {
	return !s.shared.done || s.shared.outcome.err == nil && s.shared.outcome.last().Decision == targets.Accepted
}

// trySharedCall makes the shared call, once.
func (s *suite) trySharedCall(ctx context.Context, a attempt) (outcome, error) {
	sh := s.shared
	if s.o.ReadOnly {
		return outcome{attempt: a, err: errReadOnly}, nil
	}
	if !sh.done {
		sh.done = true
		o := outcome{attempt: a}
		o.history, o.err = s.session.Run(ctx, a.kase)
		if fatal(o.err) {
			return o, o.err
		}
		if o.err == nil {
			o.violations = s.session.Judge(o.history)
			if e := o.last(); e.Decision == targets.Refused && statesOf(e.Answer.Code) {
				o.violations, o.err = nil, fmt.Errorf("%w: the instance does not accept a plain call: %s", targets.ErrUnmet, e.Answer.Code)
			}
		}
		sh.outcome = o
	}
	return sh.outcome, nil
}

// statesOf tells whether a Code speaks of what the instance is, which whoever runs cbspec answers for, and not of the call.
func statesOf(code string) bool {
	for _, part := range []string{"Status", "State", "BackupJob", "Times", "Quota", "LockMode", "NotFound", "Forbidden", "Throttling", "AccessKey", "Signature"} {
		if strings.Contains(code, part) {
			return true
		}
	}
	return false
}

// confirm makes the shared call if nobody has, and takes back what rested on its being accepted if it was not.
func (s *suite) confirm() error {
	if s.shared == nil || s.o.ReadOnly {
		return nil
	}
	if _, err := s.trySharedCall(s.ctx, attempt{model: s.model, kase: s.shared.kase}); err != nil {
		return err
	}
	if s.sharedTwin() {
		return nil
	}
	for _, r := range s.rules {
		if rec := s.records[r.ID]; r.Refuses && rec.verdict == reports.Passed {
			rec.verdict, rec.party, rec.cases = reports.Inconclusive, reports.PartyFixture, 0
			rec.reason = "the plain valid call is refused too, so that the cause is not isolated"
		}
	}
	return nil
}
