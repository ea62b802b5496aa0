package steps

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// Bounds of the search for laws: what a broken target may cost.
const (
	lawTime     = 4 * time.Second
	searchTime  = 12 * time.Second // of all searches of a run; after that a law gets little more than a look
	hangTime    = 40 * time.Second
	hangsOfRun  = 3 // searches for when a target does not answer that get that long, however long the others took
	glance      = 300 * time.Millisecond
	lawsOfRule  = 4
	lawsOfRun   = 60
	casesOfKind = 3               // cases that are no points, reduced where a failure of the kind is known
	caseTime    = 5 * time.Second // of one such reduction
	reproducing = 3               // how often a minimal case is sent again
)

// blames is what was laid to rules so far.
type blames struct {
	laws  []blamed
	seen  map[string][]string // rules blamed while another was under test
	quick map[string]int      // searches by rule and kind
	hung  int                 // searches for when the target does not answer
}

// blamed is a law with the failure it explains.
type blamed struct {
	kind  string
	rule  string
	level string // of the violation: a must is never explained by a should
	law   *localise.FailingCondition
	index int // of the failure in its rule's record
	hangs bool
	// within is the scenario whose steps the law needs; empty where one plain call is enough.
	within string
	// edit is what is unusual about the call beside its point; the law is of such calls alone.
	edit string
}

func (b *blames) note(under, rule string) {
	if b.seen == nil {
		b.seen, b.quick = map[string][]string{}, map[string]int{}
	}
	if !slices.Contains(b.seen[under], rule) {
		b.seen[under] = append(b.seen[under], rule)
	}
}

// rulesIn lists the rules that were blamed while that one was under test.
func (s *suite) rulesIn(under string) []string {
	return slices.DeleteFunc(slices.Clone(s.blames.seen[under]), func(id string) bool { return len(s.records[id].failures) == 0 })
}

// blameAll lays what is wrong in the outcomes to rules, in their order.
func (s *suite) blameAll(sc *scenario, outcomes []outcome) error {
	for _, o := range outcomes {
		done := map[string]bool{}
		for _, v := range o.violations {
			key := v.Kind + v.Level() + v.Rule()
			if done[key] {
				continue
			}
			done[key] = true
			if err := s.blame(sc, o, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// blame finds the law of one violation and lays it to a rule.
func (s *suite) blame(sc *scenario, o outcome, v trial.Violation) error {
	if sc.rule.Level == oracle.May && v.Level() == oracle.May {
		return nil
	}
	if sc.rule.Phase == "wire" && v.Kind == trial.NoAnswer {
		v.Reasons = []oracle.Reason{{Rule: sc.rule.ID, Level: sc.rule.Level}} // what breaks on such input is what these rules speak of
	}
	if v.Kind == trial.NowAndThen {
		s.nowAndThen(sc, o, v)
		return nil
	}
	b := s.blames.explains(o, v, sc.key())
	if b == nil && hangs(v) {
		b = s.blames.explains(s.callAt(o.kase, v.Step), v, "") // what a call costs by itself it costs behind others
	}
	if b != nil && (sc.rule.Phase != "wire" || v.Kind != trial.NoAnswer || b.rule == sc.rule.ID) {
		s.again(sc, b)
		return nil
	}
	s.blames.note(sc.rule.ID, v.Rule())
	key, most, bound := v.Kind+v.Level()+v.Rule(), lawsOfRule, lawTime
	if o.point == nil {
		key, most, bound = "case "+v.Kind+v.Level(), casesOfKind, caseTime
	}
	s.blames.quick[key]++
	if b := s.blames.first(v); b != nil && (s.blames.quick[key] > most || len(s.blames.laws) > lawsOfRun) {
		s.again(sc, b)
		return nil
	}
	if b := s.blames.silence(v); b != nil && s.blames.hung >= hangsOfRun && sc.rule.Phase != "wire" {
		s.again(sc, b) // no more time is spent on when such a target does not answer
		return nil
	}
	switch {
	case hangs(v) && o.point != nil && s.blames.hung < hangsOfRun:
		s.blames.hung++
		bound = hangTime // each try may cost a whole wait, and what is known of it saves many
	case s.searched > searchTime:
		bound = glance
	}
	begun := time.Now()
	defer func() { s.searched += time.Since(begun) }()
	ctx, cancel := context.WithTimeout(s.ctx, bound)
	defer cancel()
	if hangs(v) {
		ctx = trial.Impatient(ctx)
	}
	if single, is, err := s.alreadyAlone(ctx, sc, o, v); err != nil {
		return err
	} else if is {
		return s.blame(sc, single, single.violations[0])
	}
	var f finding
	var err error
	if o.point != nil {
		f, err = s.lawOf(ctx, o, v)
	} else {
		f, err = s.reduce(ctx, o, v)
	}
	if o.point == nil || len(o.kase.Steps) > 1 {
		if single, is, e := s.asPoint(ctx, sc, f); e != nil {
			return e
		} else if is {
			// The story was none: one plain call is enough, and has a law.
			return s.blame(sc, single, single.violations[0])
		}
	}
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if sc.rule.Phase == "wire" && v.Kind == trial.NoAnswer {
		f.violation.Reasons = v.Reasons
	}
	rule := s.attribute(sc, f)
	if b := s.blames.same(rule, f); b != nil {
		s.again(sc, b)
		return nil
	}
	s.blames.note(sc.rule.ID, rule)
	failure := s.failure(ctx, sc, f)
	rec := s.records[rule]
	within := ""
	if !f.plain {
		within = sc.key()
	}
	s.blames.laws = append(s.blames.laws, blamed{within: within, edit: f.edit, kind: v.Kind, rule: rule, level: f.violation.Level(), law: f.law, index: len(rec.failures), hangs: hangs(f.violation)})
	rec.failures = append(rec.failures, failure)
	if rec.verdict != "" && rec.verdict != reports.Skipped {
		rec.verdict, rec.party, rec.reason = reports.Failed, reports.PartyTarget, ""
	}
	s.failed(rule, failure.Law, o.moment(v))
	return nil
}

// nowAndThen lays to the rule that no input breaks an implementation what did not come again: once, with how often it was seen.
func (s *suite) nowAndThen(sc *scenario, o outcome, v trial.Violation) {
	s.lay(sc, v.Rule(), v.Kind, v.Level(), reports.Failure{
		Law: v.Kind + ", and answered when sent again", Expected: "an answer to every call", Answered: v.Answered, Case: &o.kase, Curl: s.curl(o.kase), Tries: 1,
	})
}

// alreadyAlone tells whether a call of several fails in the same way by itself, time and again, on an instance made in the condition that those before it bring
// about. That costs a few requests, and the law of what comes before it many.
func (s *suite) alreadyAlone(ctx context.Context, sc *scenario, o outcome, v trial.Violation) (single outcome, is bool, err error) {
	c := o.kase
	if o.point == nil && !hangs(v) || o.edit != "" || v.Step < 1 || v.Step >= len(c.Steps) {
		return outcome{}, false, nil
	}
	c.Steps = c.Steps[:v.Step+1]
	alone, known := s.lastAlone(c)
	for i := 0; known && i < reproducing; i++ {
		if single, is, err = s.asPoint(ctx, sc, finding{kase: alone, violation: v}); err != nil || !is {
			return single, false, err
		}
	}
	return single, is, nil
}

// asPoint tries the call that a case was reduced to as a point of the model, where it is one, and tells whether that fails in the same way.
func (s *suite) asPoint(ctx context.Context, sc *scenario, f finding) (outcome, bool, error) {
	p, is := sc.model.VectorOf(f.kase)
	if !is || sc.rule.Phase == "wire" {
		return outcome{}, false, nil
	}
	o := outcome{attempt: attempt{model: sc.model, build: sc.model.Case, point: &p, kase: sc.model.Case(p)}}
	h, err := s.session.Run(ctx, o.kase)
	if err != nil {
		if fatal(err) && !errors.Is(err, context.DeadlineExceeded) {
			return o, false, err
		}
		return o, false, nil
	}
	v, same := s.again2(h, f.violation)
	o.history, o.violations = h, []trial.Violation{v}
	return o, same, nil
}

// failed tells of a failure that was first seen at that moment.
func (s *suite) failed(rule, law string, seen trial.Moment) {
	s.event(Event{Kind: "failure", Rule: rule, Message: law, SeenRequests: seen.Requests, SeenSeconds: seen.Time.Sub(s.started).Seconds()})
}

// moment is when a violation of the outcome was first seen.
func (o outcome) moment(v trial.Violation) trial.Moment {
	if o.seen != (trial.Moment{}) {
		return o.seen
	}
	return o.at(v.Step).Moment
}

// key names a scenario.
func (sc *scenario) key() string { return sc.rule.ID + "/" + sc.name }

// again counts a case that a known law explains.
func (s *suite) again(sc *scenario, b *blamed) {
	s.blames.note(sc.rule.ID, b.rule)
	s.records[b.rule].failures[b.index].Count++
}

// explains returns the known law in whose region the outcome's point fails in the same way.
func (b *blames) explains(o outcome, v trial.Violation, within string) *blamed {
	if o.point == nil {
		return nil
	}
	for i, known := range b.laws {
		if known.kind == v.Kind && (known.within == "" || known.within == within) && (known.edit == "" || known.edit == o.edit) && known.covers(v) && known.law != nil && known.law.Covers(o.model, *o.point) && known.concerns(v) {
			return &b.laws[i]
		}
	}
	return nil
}

// hangs tells whether a violation is that the target does not answer in time.
func hangs(v trial.Violation) bool { return v.Answered == trial.Late }

// hangs tells whether a call of an attempt is in the region of a law by which the target does not answer in time.
func (s *suite) hangs(a attempt) bool {
	var laws []*localise.FailingCondition
	for _, known := range s.blames.laws {
		if known.hangs && known.within == "" && known.law != nil {
			laws = append(laws, known.law)
		}
	}
	in := func(a attempt) bool {
		return a.point != nil && slices.ContainsFunc(laws, func(l *localise.FailingCondition) bool { return l.Covers(a.model, *a.point) })
	}
	if len(laws) == 0 || in(a) {
		return len(laws) > 0
	}
	for i := range a.kase.Steps {
		if in(s.callAt(a.kase, i).attempt) {
			return true
		}
	}
	return false
}

// silence returns what is known of when the target does not answer in time, where the violation is that it did not: a law rather than a case.
func (b *blames) silence(v trial.Violation) *blamed {
	var any *blamed
	for i, known := range b.laws {
		switch {
		case !hangs(v) || !known.hangs || !known.covers(v):
		case known.law != nil && known.within == "" && known.edit == "":
			return &b.laws[i]
		case any == nil:
			any = &b.laws[i]
		}
	}
	return any
}

// callAt is the call that is step i of a case, by itself on an instance in the condition that it finds; without a point, where the model has none for it.
func (s *suite) callAt(c targets.Case, i int) outcome {
	if i >= len(c.Steps) {
		return outcome{}
	}
	c.Steps = c.Steps[:i+1]
	alone, known := s.lastAlone(c)
	o := outcome{attempt: attempt{model: s.model, kase: alone}}
	if p, is := s.model.VectorOf(alone); known && is {
		o.point = &p
	}
	return o
}

// covers tells whether the law is of a level that can explain a violation: a must is never explained by a should.
func (b blamed) covers(v trial.Violation) bool { return b.level == oracle.Must || b.level == v.Level() }

// concerns tells whether a violation can be laid to the law's rule.
func (b blamed) concerns(v trial.Violation) bool {
	return v.Kind == trial.WronglyRefused || v.Kind == trial.Untrue || v.Kind == trial.NoAnswer ||
		slices.ContainsFunc(v.Reasons, func(r oracle.Reason) bool { return r.Rule == b.rule })
}

// first returns any known failure of the violation's way and rule.
func (b *blames) first(v trial.Violation) *blamed {
	for i, known := range b.laws {
		if known.kind == v.Kind && known.level == v.Level() && (known.rule == v.Rule() || known.concerns(v) && v.Kind != trial.NoAnswer) {
			return &b.laws[i]
		}
	}
	return nil
}

// same returns the known failure that a finding is, found by another way.
func (b *blames) same(rule string, f finding) *blamed {
	for i, known := range b.laws {
		if known.kind != f.violation.Kind || known.rule != rule || known.level != f.violation.Level() || known.edit != f.edit {
			continue
		}
		if known.law == nil || f.law == nil || slices.EqualFunc(known.law.Conditions, f.law.Conditions, func(a, b localise.Condition) bool {
			return a.Factor == b.Factor && slices.Equal(a.Classes, b.Classes) && (a.Value == nil) == (b.Value == nil)
		}) {
			return &b.laws[i]
		}
	}
	return nil
}
