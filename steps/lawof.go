package steps

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// finding is a violation in its minimal case.
type finding struct {
	kase      targets.Case
	twin      *targets.Case
	violation trial.Violation
	group     string
	law       *localise.FailingCondition // nil for a case that is no point
	words     string
	contexts  int
	factors   []string // that the law speaks of
	plain     bool     // one plain call is enough
	edit      string   // what is unusual about the call beside its point
	spent     bool     // what is refused was accepted before, on an equal instance
}

// lawOf finds the law of a violation of a point.
func (s *suite) lawOf(ctx context.Context, o outcome, v trial.Violation) (finding, error) {
	f := finding{kase: o.kase, twin: o.twin, violation: v, group: o.group, edit: o.edit}
	var mu sync.Mutex
	found := map[string]witness{}
	key := func(p generators.Vector) string { return canonical(o.build(p)) }
	was, least := o.at(v.Step), weight(*o.point)
	try := func(ctx context.Context, p generators.Vector) (localise.Result, error) {
		c := o.build(p)
		h, err := s.session.Run(ctx, c)
		if fatal(err) {
			return localise.NoEvidence, err
		}
		if err != nil {
			return localise.NoEvidence, nil
		}
		w, is := s.again2(h, v)
		switch {
		case !is:
			return says(h, v, was), nil
		case w.Level() != v.Level() && w.Level() != oracle.Must:
			return localise.LowerSeverity, nil
		}
		mu.Lock()
		defer mu.Unlock()
		found[canonical(c)] = witness{c, w, h.Last()}
		return localise.Fails, nil
	}
	// The other vectors are compared with the simplest one that fails.
	failed := func(p generators.Vector) {
		if n := weight(p); n < least {
			was, least = found[key(p)].event, n
		}
	}
	parallel := s.o.Concurrency
	if hangs(v) {
		parallel *= 4 // to wait costs nothing
	}
	keep := o.wrong
	if v.Kind == trial.Untrue || v.Kind == trial.NoAnswer {
		keep = nil // it need not have to do with what is wrong
	}
	l, err := localise.Find(ctx, *o.point, localise.Search{
		Model: o.model, Keep: keep, Seed: uint64(generators.Seed(s.o.Seed, canonical(o.kase), 0)), Parallel: parallel, Try: try, Key: key, Failed: failed,
	})
	f.law = &l
	also := ""
	if len(o.kase.Steps) > 0 && o.wrong == nil {
		also = o.group
	}
	f.words, f.contexts, f.factors = l.Words(also), l.Contexts, l.Factors()
	if err != nil {
		only := localise.OfVector(o.model, l.Minimal)
		f.law, f.words, f.factors = &only, "at least in the minimal case: there was no time to find out when", nil
	}
	if err == nil && v.Kind == trial.WrongDocument && was.Decision == targets.Refused && o.edit == "" {
		seen, e := s.otherRefusals(ctx, o, v)
		if fatal(e) {
			return f, e
		}
		if seen > 0 {
			l.Conditions, l.Contexts, l.Failing = nil, l.Contexts+seen, l.Failing+seen
			f.words, f.contexts, f.factors = "whenever a call is refused; nothing else matters", l.Contexts, nil
		}
	}
	if err == nil && v.Kind == trial.WronglyRefused && o.edit == "" && l.Always() && s.acceptedOnce() {
		f.spent, f.words = true, "always, though the same was accepted on an equal instance before: what instances did until then is held against the others"
	}
	f.kase = o.build(l.Minimal)
	if w, known := found[canonical(f.kase)]; known {
		f.violation = w.violation
	}
	if w, is := strongest(found); is && strings.HasPrefix(v.Expected, "accepted") && f.violation.Level() != oracle.Must {
		f.kase, f.violation = w.kase, w.violation
	}
	if !strings.Contains(f.words, also) {
		f.words += ", and " + also
	}
	if len(f.kase.Steps) > 1 && err == nil {
		if single, is := s.lastAlone(f.kase); is {
			if h, e := s.session.Run(ctx, single); e == nil {
				if w, same := s.again2(h, trial.Violation{Kind: v.Kind, Reasons: v.Reasons}); same {
					f.plain, f.kase, f.violation = true, single, w
				}
			}
		}
	} else {
		f.plain = true
	}
	if !f.plain && err == nil {
		story, err := s.reduce(ctx, outcome{attempt: attempt{kase: f.kase}}, f.violation)
		if err != nil {
			return f, err
		}
		if story.plain || len(l.Conditions) == 0 {
			// Nothing that the scenario does matters, or that alone.
			f.kase, f.violation, f.words = story.kase, story.violation, story.words
		}
	}
	return f, err
}

// lastAlone is the last step of a case, where that is a call, on an instance in the condition that the steps before it bring about; it tells whether that is known.
func (s *suite) lastAlone(c targets.Case) (targets.Case, bool) {
	n := len(c.Steps) - 1
	last := c.Steps[n]
	if last.Call == nil {
		return targets.Case{}, false
	}
	w := oracle.NewWorld(s.session.Edition, c.Conditions)
	for _, step := range c.Steps[:n] {
		switch step.Do {
		case targets.StepCall:
			if x := w.Expect(*step.Call); len(x.Accept) > 0 {
				w.Accepted(x.Instance, targets.LastRunning)
			}
		case targets.StepComplete:
			w.Complete(step.Instance, step.Result)
		case targets.StepNextDay:
			w.NextDay(step.Instance)
		case targets.StepStatus:
			w.SetStatus(step.Instance, step.Status)
		case targets.StepDatabases:
			w.SetDatabases(step.Instance, step.Databases)
		default:
			return targets.Case{}, false
		}
	}
	state := w.Instances[last.Instance]
	condition := c.Conditions[last.Instance]
	condition.Status, condition.Databases, condition.BackupsToday, condition.LastBackup = state.Status, state.Databases, state.AtMost, state.Last
	conditions := slices.Clone(c.Conditions)
	conditions[last.Instance] = condition
	return onInstances(targets.Case{Conditions: conditions, Steps: []targets.Step{last}}, last.Instance), state.Last != ""
}

// otherRefusals tries calls that are refused for other reasons than o's, and returns how many fail in the same way: none, where one does not.
func (s *suite) otherRefusals(ctx context.Context, o outcome, v trial.Violation) (int, error) {
	const enough = 4
	tried := map[string]bool{}
	for _, r := range o.at(v.Step).Expect.Refuse {
		tried[r.Rule] = true
	}
	n := 0
	for i, mu := range o.model.Mutations() {
		if n == enough {
			break
		}
		if tried[mu.Rule] || !o.model.CanMutate(mu, nil) {
			continue
		}
		tried[mu.Rule] = true
		p := generators.DrawNth(o.model.Mutated(mu, nil), s.o.Seed, "another refusal", i)
		h, err := s.session.Run(ctx, o.model.Case(p))
		if err != nil {
			return 0, err
		}
		if h.Last().Decision != targets.Refused {
			continue
		}
		if _, is := s.again2(h, v); !is {
			return 0, nil
		}
		n++
	}
	return n, nil
}

// acceptedOnce tells whether the plainest call was accepted when the run began.
func (s *suite) acceptedOnce() bool {
	return slices.ContainsFunc(s.calibrated, func(o outcome) bool { return o.tried() && o.last().Decision == targets.Accepted })
}

// weight is in how many factors a point is other than the plainest.
func weight(p generators.Vector) int {
	n := 0
	for _, class := range p.Classes {
		if class != 0 {
			n++
		}
	}
	return n
}

// witness is a case that was seen to fail.
type witness struct {
	kase      targets.Case
	violation trial.Violation
	event     trial.Event
}

// strongest returns the plainest of the witnesses of calls to be accepted that break a must rule. What is to be refused by a must rule too is wrong in more than
// v's call.
func strongest(found map[string]witness) (witness, bool) {
	for _, key := range slices.SortedFunc(maps.Keys(found), func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) }) {
		if w := found[key].violation; w.Level() == oracle.Must && strings.HasPrefix(w.Expected, "accepted") {
			return found[key], true
		}
	}
	return witness{}, false
}

// again2 finds in a history the violation that is the same as v.
func (s *suite) again2(h trial.History, v trial.Violation) (trial.Violation, bool) {
	for _, w := range s.session.Judge(h) {
		if sameFailure(w, v) {
			return w, true
		}
	}
	return trial.Violation{}, false
}

func sameFailure(w, v trial.Violation) bool {
	if w.Kind != v.Kind {
		return false
	}
	switch v.Kind {
	case trial.WronglyRefused, trial.Untrue:
		return true
	case trial.NoAnswer:
		return w.Answered == v.Answered
	default:
		return w.Rule() == v.Rule()
	}
}

// at is the event of the call that is step i.
func (o outcome) at(i int) trial.Event {
	for _, e := range o.history.Events {
		if e.Step == i {
			return e
		}
	}
	return trial.Event{}
}

// says tells what a history that does not break v's rule says of it. was is the event that does.
func says(h trial.History, v trial.Violation, was trial.Event) localise.Result {
	if len(h.Events) == 0 {
		return localise.NoEvidence
	}
	e := h.Last()
	x := e.Expect
	speaks := false
	switch v.Kind {
	case trial.WronglyAccepted:
		if len(x.Accept) > 0 {
			return localise.ControlAccepted
		}
		// What may be refused for another reason too says nothing of this one.
		speaks = len(x.Refuse) > 0 && len(x.Unspecified) == 0 && !slices.ContainsFunc(x.Refuse, func(r oracle.Reason) bool { return r.Rule != v.Rule() })
	case trial.WronglyRefused:
		speaks = len(x.Accept) > 0
	case trial.NoAnswer:
		// How a call is refused shows nothing of the answers to those that are to be accepted.
		speaks = x.NoBackup == was.Expect.NoBackup && (x.Specified() || x.NoBackup != "") && (len(x.Refuse) == 0 || len(was.Expect.Refuse) > 0)
	case trial.Untrue:
		// A call that is rightly accepted tells what has to be so for a refusal that is not true; a refusal tells nothing of what comes of what is accepted.
		speaks = (e.Decision == was.Decision || was.Decision == targets.Refused) && x.NoBackup == was.Expect.NoBackup
	default:
		// A refusal shows nothing of what comes of what is accepted, and the other way round; nor does what should have been refused.
		speaks = e.Decision == was.Decision && x.NoBackup == was.Expect.NoBackup && (len(x.Refuse) > 0) == (len(was.Expect.Refuse) > 0)
	}
	if speaks {
		return localise.Passes
	}
	return localise.NoEvidence
}

// canonical is a case as text: equal cases have equal texts.
func canonical(c targets.Case) string {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // a case holds nothing but text and numbers
	}
	return string(b)
}
