package steps

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/law"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// Bounds of the search for laws: what a broken target may cost.
const (
	lawTime     = 4 * time.Second
	searchTime  = 12 * time.Second // of all searches of a run; after that a law gets little more than a look
	hangTime    = 20 * time.Second
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
}

// blamed is a law with the failure it explains.
type blamed struct {
	kind  string
	rule  string
	level string // of the violation: a must is never explained by a should
	law   *law.Law
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
	if b := s.blames.explains(o, v, sc.key()); b != nil && (sc.rule.Phase != "wire" || v.Kind != trial.NoAnswer || b.rule == sc.rule.ID) {
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
	switch {
	case hangs(v) && o.point != nil && s.searched < searchTime:
		bound = hangTime // each try may cost a whole wait, and what is known of it saves many
	case s.searched > searchTime:
		bound = glance
	}
	begun := time.Now()
	defer func() { s.searched += time.Since(begun) }()
	ctx, cancel := context.WithTimeout(s.ctx, bound)
	defer cancel()
	var f finding
	var err error
	if o.point != nil {
		f, err = s.lawOf(ctx, o, v)
	} else {
		f, err = s.reduce(ctx, o, v)
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

// asPoint tries the call that a case was reduced to as a point of the model, where it is one, and tells whether that fails in the same way.
func (s *suite) asPoint(ctx context.Context, sc *scenario, f finding) (outcome, bool, error) {
	p, is := sc.model.PointOf(f.kase)
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
		if known.kind == v.Kind && (known.within == "" || known.within == within) && (known.edit == "" || known.edit == o.edit) && known.covers(v) && known.law != nil && known.law.Holds(o.model, *o.point) && known.concerns(v) {
			return &b.laws[i]
		}
	}
	return nil
}

// hangs tells whether a violation is that the target does not answer in time.
func hangs(v trial.Violation) bool { return v.Answered == trial.Late }

// hangs tells whether an attempt is in the region of a law by which the target does not answer in time.
func (b *blames) hangs(a attempt) bool {
	return a.point != nil && slices.ContainsFunc(b.laws, func(known blamed) bool {
		return known.hangs && known.within == "" && known.law != nil && known.law.Holds(a.model, *a.point)
	})
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
		if known.law == nil || f.law == nil || slices.EqualFunc(known.law.Conditions, f.law.Conditions, func(a, b law.Condition) bool {
			return a.Factor == b.Factor && slices.Equal(a.Classes, b.Classes) && (a.Value == nil) == (b.Value == nil)
		}) {
			return &b.laws[i]
		}
	}
	return nil
}

// finding is a violation in its minimal case.
type finding struct {
	kase      targets.Case
	twin      *targets.Case
	violation trial.Violation
	group     string
	law       *law.Law // nil for a case that is no point
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
	memo := map[string]law.Result{}
	found := map[string]witness{}
	was, least := o.at(v.Step), weight(*o.point)
	try := func(ctx context.Context, p generators.Point) (law.Result, error) {
		c := o.build(p)
		key := canonical(c)
		mu.Lock()
		r, known := memo[key]
		mu.Unlock()
		if known {
			return r, nil
		}
		h, err := s.session.Run(ctx, c)
		if fatal(err) {
			return law.Silent, err
		}
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			w, is := s.again2(h, v)
			switch {
			case is && (w.Level() == v.Level() || w.Level() == oracle.Must):
				r, found[key] = law.Fails, witness{c, w}
				if n := weight(p); n < least {
					was, least = h.Last(), n // what the others are held against is the plainest
				}
			case is:
				r = law.Weaker
			case !is:
				r = says(h, v, was)
			}
		}
		memo[key] = r
		return r, nil
	}
	parallel := s.o.Concurrency
	if hangs(v) {
		parallel *= 4 // to wait costs nothing
	}
	keep := o.wrong
	if v.Kind == trial.Untrue || v.Kind == trial.NoAnswer {
		keep = nil // it need not have to do with what is wrong
	}
	l, err := law.Find(ctx, o.model, *o.point, keep, uint64(generators.Seed(s.o.Seed, canonical(o.kase), 0)), parallel, try)
	f.law = &l
	f.words, f.contexts, f.factors = l.Words(), l.Contexts, l.Factors()
	if err != nil {
		only := law.Only(o.model, l.Point)
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
	f.kase = o.build(l.Point)
	if w, known := found[canonical(f.kase)]; known {
		f.violation = w.violation
	}
	if w, is := strongest(found); is && strings.HasPrefix(v.Expected, "accepted") && f.violation.Level() != oracle.Must {
		f.kase, f.violation = w.kase, w.violation
	}
	if o.group != "" && len(o.kase.Steps) > 0 && o.wrong == nil {
		f.words = strings.Replace(f.words, "always", "whenever "+o.group, 1)
		if !strings.Contains(f.words, o.group) {
			f.words += ", and " + o.group
		}
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
	if !f.plain && len(l.Conditions) == 0 && err == nil {
		// Whatever the point is, what else the scenario does is what matters.
		story, err := s.reduce(ctx, outcome{attempt: attempt{kase: f.kase}}, f.violation)
		if err != nil {
			return f, err
		}
		f.kase, f.violation, f.words = story.kase, story.violation, story.words
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
		if tried[mu.Rule] || !o.model.CanBe(mu, nil) {
			continue
		}
		tried[mu.Rule] = true
		p := generators.One(o.model.WrongPoint(mu, nil), s.o.Seed, "another refusal", i)
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
func weight(p generators.Point) int {
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
func says(h trial.History, v trial.Violation, was trial.Event) law.Result {
	if len(h.Events) == 0 {
		return law.Silent
	}
	e := h.Last()
	x := e.Expect
	speaks := false
	switch v.Kind {
	case trial.WronglyAccepted:
		if len(x.Accept) > 0 {
			return law.Mended
		}
		// What may be refused for another reason too says nothing of this one.
		speaks = len(x.Refuse) > 0 && len(x.Open) == 0 && !slices.ContainsFunc(x.Refuse, func(r oracle.Reason) bool { return r.Rule != v.Rule() })
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
		return law.Passes
	}
	return law.Silent
}

// canonical is a case as text: equal cases have equal texts.
func canonical(c targets.Case) string {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // a case holds nothing but text and numbers
	}
	return string(b)
}

// failure writes a finding as the report has it.
func (s *suite) failure(ctx context.Context, sc *scenario, f finding) reports.Failure {
	out := reports.Failure{
		Law: f.violation.Kind + " " + f.words, Expected: f.violation.Expected, Answered: f.violation.Answered,
		Count: 1, Contexts: f.contexts, Scenario: sc.name, Case: &f.kase, Curl: s.curl(f.kase),
	}
	if !hangs(f.violation) {
		ctx = s.ctx // the search may have used up its time
	}
	for range reproducing {
		h, err := s.session.Run(ctx, f.kase)
		if err != nil {
			break
		}
		out.Tries++
		if _, is := s.again2(h, f.violation); is {
			out.Reproduced++
		}
	}
	return out
}

// lay writes down a failure that was found otherwise than by what the document says of each call, and returns its index in the record of the rule. What has the same law
// there is counted.
func (s *suite) lay(sc *scenario, rule, kind, level string, f reports.Failure) int {
	rec := s.records[rule]
	for _, known := range s.blames.laws {
		if known.kind == kind && known.rule == rule && rec.failures[known.index].Law == f.Law {
			s.again(sc, &known)
			return known.index
		}
	}
	index := len(rec.failures)
	f.Count, f.Scenario = 1, sc.name
	s.blames.note(sc.rule.ID, rule)
	s.blames.laws = append(s.blames.laws, blamed{kind: kind, rule: rule, level: level, index: index})
	rec.failures = append(rec.failures, f)
	if rec.verdict != "" && rec.verdict != reports.Skipped {
		rec.verdict, rec.party, rec.reason = reports.Failed, reports.PartyTarget, ""
	}
	s.failed(rule, f.Law, trial.Moment{Time: time.Now(), Requests: s.session.Requests()})
	return index
}

// curl renders a case as shell commands, as far as the target can.
func (s *suite) curl(c targets.Case) string {
	curler, ok := s.o.Target.(targets.Curler)
	if !ok {
		return ""
	}
	var lines []string
	prov, _ := s.o.Target.(provisionCurler)
	for i, condition := range c.Conditions {
		if prov != nil {
			lines = append(lines, prov.CurlProvision(i, condition))
		} else {
			lines = append(lines, fmt.Sprintf("instance%d=ID # %s", i, conditionWords(condition)))
		}
	}
	for _, step := range c.Steps {
		if step.Call != nil {
			lines = append(lines, curler.Curl(*step.Call))
		} else if prov != nil {
			lines = append(lines, prov.CurlStep(step))
		}
	}
	return strings.Join(lines, "\n")
}

// provisionCurler renders the preparation of a case as shell commands.
type provisionCurler interface {
	CurlProvision(i int, c targets.Condition) string
	CurlStep(s targets.Step) string
}

func conditionWords(c targets.Condition) string {
	return fmt.Sprintf("%s, %s, %d databases, %d backups today, last backup %s", c.Engine, c.Status, len(c.Databases), c.BackupsToday, c.LastBackup)
}
