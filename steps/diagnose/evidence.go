package diagnose

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// witness is a case that was seen to fail.
type witness struct {
	testCase  targets.Case
	violation judge.Violation
	event     runner.Event // of the violation
}

// again finds in a history the violation that is the same failure as v.
func (s *searcher) again(h runner.History, v judge.Violation) (witness, bool) {
	for _, w := range judge.Judge(s.edition, h) {
		if sameFailure(w, v) {
			return witness{h.Case, w, eventOf(h, w.Step)}, true
		}
	}
	return witness{}, false
}

// eventOf returns the event of the call that is step i of a case.
func eventOf(h runner.History, i int) runner.Event {
	for _, e := range h.Events {
		if e.Step == i {
			return e
		}
	}
	return runner.Event{}
}

// sameFailure reports whether a violation is of the same kind as v, and of the same rule where the
// failing condition does not decide that.
func sameFailure(w, v judge.Violation) bool {
	if w.Kind != v.Kind {
		return false
	}
	switch v.Kind {
	case judge.WronglyRefused, judge.ContradictsEffect:
		return true
	case judge.NoAnswer:
		return problem(w.Answered) == problem(v.Answered)
	default:
		return w.Rule() == v.Rule()
	}
}

// classify sorts a run that did not fail as v did: it passes, which is evidence against the
// failure, or it is no evidence. was is the event of the failure.
func classify(h runner.History, v judge.Violation, was runner.Event) localise.Result {
	if len(h.Events) == 0 {
		return localise.NoEvidence
	}
	e := h.Last()
	x := e.Expect
	sameAction := x.NoBackup == was.Expect.NoBackup
	var evidence bool
	switch v.Kind {
	case judge.WronglyAccepted:
		if len(x.Accept) > 0 {
			return localise.ControlAccepted
		}
		// A call that another rule refuses too says nothing about this one.
		evidence = len(x.Refuse) > 0 && len(x.Unspecified) == 0 &&
			!slices.ContainsFunc(x.Refuse, func(r oracle.Reason) bool { return r.Rule != v.Rule() })
	case judge.WronglyRefused:
		evidence = len(x.Accept) > 0
	case judge.NoAnswer:
		// How a call is refused says nothing about the answers to calls that are to be accepted.
		evidence = sameAction && (x.Specified() || x.NoBackup != "") && (len(x.Refuse) == 0 || len(was.Expect.Refuse) > 0)
	case judge.ContradictsEffect:
		// A rightly accepted call is evidence against a refusal that made a backup. A refusal is no
		// evidence against an accepted call with a wrong effect, unless neither may have an effect.
		evidence = sameAction && (e.Decision == was.Decision || was.Decision == targets.Refused || x.NoBackup != "")
	default:
		// A refusal says nothing about the effect or the answer of an accepted call, or the
		// reverse. The same goes for calls of which one has to be refused and the other does not.
		evidence = sameAction && e.Decision == was.Decision && (len(x.Refuse) > 0) == (len(was.Expect.Refuse) > 0)
	}
	if evidence {
		return localise.Passes
	}
	return localise.NoEvidence
}

// foresee returns what a case of one call shows where that is clear before the call is sent: a call
// that is not to be refused because of the rule cannot be wrongly accepted, and one that is not to
// be accepted cannot be wrongly refused.
func (s *searcher) foresee(c targets.Case, v judge.Violation) (localise.Result, bool) {
	if len(c.Steps) != 1 || c.Steps[0].Call == nil {
		return localise.NoEvidence, false
	}
	x := oracle.NewWorld(s.edition, c.Conditions).Expect(*c.Steps[0].Call)
	switch {
	case v.Kind == judge.WronglyAccepted && len(x.Accept) > 0:
		return localise.ControlAccepted, true
	case v.Kind == judge.WronglyAccepted:
		because := func(r oracle.Reason) bool { return r.Rule == v.Rule() }
		return localise.NoEvidence, !slices.ContainsFunc(x.Refuse, because)
	case v.Kind == judge.WronglyRefused:
		return localise.NoEvidence, len(x.Accept) == 0
	default:
		return localise.NoEvidence, false
	}
}

// wantsAccepted reports whether the document wants the call accepted that a violation is about.
func wantsAccepted(v judge.Violation, e runner.Event) bool {
	switch v.Kind {
	case judge.WrongBackup:
		return true
	case judge.NoAnswer:
		return len(e.Expect.Accept) > 0 && !runner.NonStandard(e.Call)
	default:
		return len(e.Expect.Accept) > 0
	}
}

// strongest returns the plainest witness in which a call that is to be accepted breaks a must rule.
// A call that a must rule refuses has more wrong with it than the call under test.
func strongest(witnesses map[string]witness) (witness, bool) {
	shorter := func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) }
	for _, key := range slices.SortedFunc(maps.Keys(witnesses), shorter) {
		if w := witnesses[key]; w.violation.Level() == oracle.Must && wantsAccepted(w.violation, w.event) {
			return w, true
		}
	}
	return witness{}, false
}

// weight counts the factors of a vector that are not at their baseline.
func weight(p generators.Vector) int {
	n := 0
	for _, class := range p.Classes {
		if class != 0 {
			n++
		}
	}
	return n
}
