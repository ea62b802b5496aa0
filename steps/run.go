package steps

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
)

// Run judges a target. Where it returns a report beside an error, the run was cut short, and the
// report says so: the context ended, the time was up, the budget of backups was spent, the target
// was lost, or what it answers says nothing (a precondition.Error).
func Run(ctx context.Context, o Options) (*reports.Report, error) {
	if o.MaxTime > 0 {
		limited, cancel := context.WithTimeout(ctx, o.MaxTime)
		defer cancel()
		ctx = limited
	}
	s, err := open(ctx, o)
	switch {
	case s == nil:
		return nil, err
	case err != nil:
		return reporter{s}.report(err), err
	}
	s.event(Event{Kind: "start"})
	err = s.run()
	r := reporter{s}.report(err)
	if errors.Is(err, errDead) {
		err = nil // there is nothing left to judge
	}
	if err == nil {
		s.event(Event{Kind: "end", Verdict: r.Verdict, Judged: r.Judged.String()})
	}
	return r, err
}

// run runs everything that is selected.
func (s *suite) run() error {
	if s.dead {
		return s.judgeDead()
	}
	if err := (corpus{s}).run(); err != nil {
		return err
	}
	if s.screens(s.session.Capabilities()) {
		if err := (screener{s}).run(); err != nil {
			return err
		}
	}
	if err := s.runPhases(); err != nil {
		return err
	}
	return s.confirmPlainCall()
}

// runPhases runs the phases in their order, and the soak cases beside those after the examples: as
// long as the examples run, a single instance may be all there is.
func (s *suite) runPhases() (err error) {
	soak := &soak{suite: s}
	for _, phase := range features.Phases() {
		if err = s.runPhase(phase); err != nil {
			break
		}
		if phase == "examples" {
			if err = soak.begin(); err != nil {
				break
			}
		}
	}
	if e := soak.end(); err == nil {
		err = e
	}
	return err
}

// runPhase runs the selected rules of one phase.
func (s *suite) runPhase(name string) error {
	count := s.countPhase(name)
	for _, r := range s.ordered() {
		if r.Phase != name || !s.selected[r.ID] {
			continue
		}
		count.begin()
		err := s.runRule(r)
		if err == nil {
			err = s.enough()
		}
		if err != nil {
			count.end()
			return err
		}
	}
	count.end()
	return nil
}

// enough returns ErrEnough once the run has found what it was asked for.
func (s *suite) enough() error {
	if s.o.MaxFindings > 0 && s.found >= s.o.MaxFindings {
		return ErrEnough
	}
	return nil
}

// phaseCount measures one phase of a run.
type phaseCount struct {
	*suite
	name            string
	begun           time.Time
	requests, cases int
	any             bool
}

func (s *suite) countPhase(name string) *phaseCount {
	return &phaseCount{suite: s, name: name, begun: time.Now(), requests: s.session.Requests(), cases: s.env.Executor.Count()}
}

// begin tells of the phase when it has something to run.
func (p *phaseCount) begin() {
	if !p.any {
		p.any = true
		p.event(Event{Kind: "phase", Phase: p.name})
	}
}

// end notes what a phase took that had something to run.
func (p *phaseCount) end() {
	if p.any {
		p.phases = append(p.phases, reports.Phase{
			Name: p.name, Cases: p.env.Executor.Count() - p.cases, Requests: p.session.Requests() - p.requests,
			Seconds: time.Since(p.begun).Seconds(),
		})
	}
}

// ordered returns the rules in the order in which they run. Where accepted calls use existing
// instances up, the rules that make such calls come last. Where the backups are limited, the must
// rules come first, and those last that use up the backups of a day.
func (s *suite) ordered() []features.Rule {
	rules := slices.Clone(s.rules)
	if s.limited() {
		slices.SortStableFunc(rules, func(a, b features.Rule) int { return cmp.Compare(rank(a), rank(b)) })
	}
	late := func(features.Rule) bool { return false }
	if _, single := s.single(); single {
		late = func(r features.Rule) bool { return !r.Refuses }
	} else if s.leased() || s.limited() {
		late = usesQuota
	}
	last := slices.DeleteFunc(slices.Clone(rules), func(r features.Rule) bool { return !late(r) })
	return append(slices.DeleteFunc(rules, late), last...)
}

// rank is the place of a rule by its level.
func rank(r features.Rule) int {
	return slices.Index([]string{oracle.Must, oracle.Should, oracle.May}, r.Level)
}

// usesQuota reports whether a rule uses up the backups of a day.
func usesQuota(r features.Rule) bool { return r.Area == "quota" }

// event tells whoever listens what the run does.
func (s *suite) event(e Event) {
	if s.o.OnEvent == nil {
		return
	}
	for _, r := range s.rules {
		if s.selected[r.ID] && s.notApplicable(r) == "" {
			e.Total++
		}
	}
	e.Done, e.Requests, e.Seconds = s.done, s.session.Requests(), time.Since(s.started).Seconds()
	e.Throttled = s.session.Throttled()
	if s.env != nil {
		e.Cases = s.env.Executor.Count()
	}
	s.o.OnEvent(e)
}

// confirmPlainCall makes the plain call on a single existing instance where no rule did. Where it
// is not accepted, the refusals that were judged by it prove nothing.
func (s *suite) confirmPlainCall() error {
	single, is := s.single()
	if !is || s.o.ReadOnly {
		return nil
	}
	accepted, err := single.Confirm(s.ctx, s.session, s.env.Model)
	if err != nil || accepted {
		return err
	}
	for _, r := range s.rules {
		if rec := s.records[r.ID]; r.Refuses && rec.verdict == reports.Passed {
			rec.verdict, rec.party, rec.cases = reports.Inconclusive, reports.PartyFixture, 0
			rec.reason = "the plain valid call is refused too, so the cause is not isolated"
		}
	}
	return nil
}
