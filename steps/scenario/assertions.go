package scenario

import (
	"context"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// An assertion reports whether a result shows what a step states. Where it neither does that nor
// breaks a rule, the assertion says why the result says nothing.
type assertion func(testcase.Result) (holds bool, undecided string)

// asserter holds the results of a scenario against what a step states.
type asserter struct{ *Scenario }

// assert returns a step that runs the scenario and holds every result against an assertion.
func (s asserter) assert(a assertion) func(context.Context) error {
	return func(ctx context.Context) error { return s.check(ctx, a) }
}

// check runs the scenario and holds every result against an assertion.
func (s asserter) check(ctx context.Context, a assertion) error {
	if err := s.run(ctx); err != nil {
		return err
	}
	for i, r := range s.results {
		if s.tally.settled(i) {
			continue
		}
		switch holds, undecided := apply(a, r); {
		case holds:
			s.tally.pass(i)
		case undecided != "":
			s.tally.undecide(i, undecided)
		default:
			s.tally.fail(i)
		}
	}
	return s.verdict()
}

// verdict returns the error of a step whose cases failed.
func (s *Scenario) verdict() error {
	if s.tally.failures > 0 {
		return ErrFailed
	}
	return nil
}

// apply holds one result against an assertion.
func apply(a assertion, r testcase.Result) (holds bool, undecided string) {
	switch {
	case r.Err != nil:
		return false, r.Err.Error()
	case !r.Tried():
		return false, r.WhyNotTried()
	}
	holds, undecided = a(r)
	if !holds && undecided == "" && len(r.Violations) == 0 {
		undecided = "the document leaves open what this target does with such a call"
	}
	return holds, undecided
}

// accepted states that the last call is accepted.
func accepted(r testcase.Result) (bool, string) {
	return r.Last().Decision == targets.Accepted && honest(r), ""
}

// refused states that the last call is refused. The refusal counts only where the control case is
// accepted.
func refused(r testcase.Result) (bool, string) { return r.Last().Decision == targets.Refused, "" }

// signatureRecognised states that the last call is not refused because of its signature.
func signatureRecognised(r testcase.Result) (bool, string) {
	e := r.Last()
	return e.Decision == targets.Accepted || e.Decision == targets.Refused && !judge.DeniesSignature(e.Answer.Code), ""
}

// everyAccepted states that every call is accepted.
func everyAccepted(r testcase.Result) (bool, string) {
	return honest(r) && firstNotAccepted(r) < 0, ""
}

// allButLastAccepted states that every call but the last is accepted, and the last is refused.
func allButLastAccepted(r testcase.Result) (bool, string) {
	return firstNotAccepted(r) == len(r.History.Events)-1 && r.Last().Decision == targets.Refused, ""
}

// allButLastAcceptedOrBlocked is allButLastAccepted where the document leaves open whether a failed
// backup blocks the calls after it.
func allButLastAcceptedOrBlocked(r testcase.Result) (bool, string) {
	blocked := slices.ContainsFunc(r.History.Events, func(e runner.Event) bool {
		return e.Decision == targets.Refused && !e.Expect.Specified()
	})
	if blocked && !misbehaved(r) {
		return true, ""
	}
	return allButLastAccepted(r)
}

// firstNotAccepted returns the index of the first call that is not accepted, or -1.
func firstNotAccepted(r testcase.Result) int {
	return slices.IndexFunc(r.History.Events, func(e runner.Event) bool { return e.Decision != targets.Accepted })
}

// decisions states the decision of every call, as "accepted, refused".
func decisions(list string) assertion {
	wanted := strings.Split(list, ", ")
	return func(r testcase.Result) (bool, string) {
		for i, e := range r.History.Events {
			if i >= len(wanted) || string(e.Decision) == wanted[i] {
				continue
			}
			if len(r.Violations) == 0 && i > 0 {
				return false, "the backup had completed before the second call"
			}
			return false, ""
		}
		return true, ""
	}
}

// documented states that no call breaks a must rule. A broken should rule fails for itself only.
func (s asserter) documented(r testcase.Result) (bool, string) {
	for _, v := range r.Violations {
		if v.Level() == s.Rule.Level || s.Rule.Level != "must" {
			return false, ""
		}
	}
	if r.Control != nil && r.Last().Decision == targets.Refused {
		return isolated(r)
	}
	return true, ""
}

// answered states that every call gets a well-formed answer, whichever it is.
func answered(r testcase.Result) (bool, string) { return !has(r, judge.NoAnswer), "" }

// controlAccepted states that the same call without the fault is accepted. Only then is the fault
// the reason for what the call did, so that the case says something about the rule.
func (s asserter) controlAccepted(ctx context.Context) error {
	if err := s.run(ctx); err != nil {
		return err
	}
	s.isolate()
	return nil
}

// withControl returns a step that also looks at the control cases where it fails: godog skips the
// steps after it.
func (s asserter) withControl(step func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		err := step(ctx)
		if err != nil {
			s.isolate()
		}
		return err
	}
}

// isolate takes back the passed cases whose control case was not accepted.
func (s asserter) isolate() {
	for i, r := range s.results {
		if s.tally.states[i] != passed {
			continue
		}
		if ok, why := isolated(r); !ok {
			s.tally.undecide(i, why)
		}
	}
}

// isolated reports whether the control case was accepted or, where it was not, why the result says
// nothing.
func isolated(r testcase.Result) (bool, string) {
	switch {
	case r.ControlErr != nil:
		return false, r.ControlErr.Error()
	case !r.ControlAccepted:
		return false, "the same call without the fault is refused too, so the cause is not isolated"
	default:
		return true, ""
	}
}

// honest reports whether no answer contradicts its effect.
func honest(r testcase.Result) bool { return !has(r, judge.ContradictsEffect) }

// misbehaved reports whether a decision or an effect is not as documented. The documents of answers
// are up to other rules.
func misbehaved(r testcase.Result) bool {
	return slices.ContainsFunc(r.Violations, func(v judge.Violation) bool { return v.Kind != judge.WrongDocument })
}

// has reports whether a result has a violation of that kind.
func has(r testcase.Result, kind judge.Kind) bool {
	return slices.ContainsFunc(r.Violations, func(v judge.Violation) bool { return v.Kind == kind })
}
