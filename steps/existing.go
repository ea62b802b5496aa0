package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
)

var errReadOnly = fmt.Errorf("%w: read-only: the same call with the one wrong thing mended, which would make a backup, is not sent", targets.ErrUnmet)

// shared is the one plain call that an existing instance allows: every rule that wants a call accepted, and every refusal that wants its
// twin accepted, looks at the same one.
type shared struct {
	point   generators.Vector
	kase    targets.Case
	done    bool
	planned bool // a plan has counted it
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
