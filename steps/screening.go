package steps

import (
	"fmt"
	"slices"
	"time"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// opening is the name of what a run does before its phases: tours that see most faults with a tenth of the requests that the rules by themselves would need.
// No rule passes by them.
const opening = "opening"

// opens tells whether there is one: the whole catalogue is to be judged, on instances that can be made for it.
func (s *suite) opens(can targets.Capabilities) bool {
	o := s.o
	return can.Provision && s.pool == nil && s.shared == nil && !o.ReadOnly && o.Shard.Index <= 1 &&
		len(o.Rules)+len(o.Areas)+len(o.Levels) == 0 && slices.Contains(o.Phases, "examples")
}

// opening takes the tours, and finds the law of what they show.
func (s *suite) opening() error {
	begun, requests, cases := time.Now(), s.session.Requests(), s.cases.Load()
	s.event(Event{Kind: "phase", Phase: opening})
	sc := s.opener()
	if err := s.blameAll(sc, s.calibrated); err != nil {
		return err
	}
	tours := s.tours(s.ability())
	// The early ones see the most, and one after another with the fewest requests; the others are taken side by side.
	early := slices.IndexFunc(tours, func(t generators.ScreeningSequence) bool { return !t.Early })
	if early < 0 {
		early = len(tours)
	}
	for _, part := range append(slices.Collect(slices.Chunk(tours[:early], 1)), tours[early:]) {
		attempts := make([]attempt, len(part))
		for i, tour := range part {
			attempts[i] = attempt{model: s.model, kase: tour.Case}
		}
		if s.late() {
			s.leftOut = append(s.leftOut, fmt.Sprintf("%s: %d tours", opening, len(part)))
			continue
		}
		outcomes, err := s.tryAll(s.ctx, attempts)
		if err != nil {
			return err
		}
		for i, o := range outcomes {
			if err := s.sights(sc, part[i], o); err != nil {
				return err
			}
		}
	}
	s.phases = append(s.phases, reports.Phase{
		Name: opening, Cases: int(s.cases.Load() - cases), Requests: s.session.Requests() - requests, Seconds: time.Since(begun).Seconds(),
	})
	return nil
}

func (s *suite) tours(able generators.SequenceSteps) []generators.ScreeningSequence {
	var algorithms []string
	if t, ok := targets.As[targets.Signer](s.o.Target); ok {
		for _, a := range t.Algorithms() {
			if s.signs(a) {
				algorithms = append(algorithms, a)
			}
		}
	}
	return s.model.ScreeningSequences(able, algorithms, s.o.Seed)
}

// opener is the scenario under which the opening finds failures: any sequence of calls is answered as documented.
func (s *suite) opener() *scenario {
	sc := &scenario{s: s, model: s.model, name: opening}
	for _, r := range s.rules {
		if r.Phase == "sequences" {
			sc.rule = r
		}
	}
	return sc
}

// sights lays what a tour shows to rules: by the call alone, on an instance in the condition that it was made in, where that shows it too; else by the tour.
func (s *suite) sights(sc *scenario, tour generators.ScreeningSequence, o outcome) error {
	done := map[string]bool{}
	for _, v := range o.violations {
		key := fmt.Sprint(v.Kind, v.Level(), v.Rule(), v.Answered)
		if done[key] {
			continue
		}
		done[key] = true
		alone, is, err := s.alone(tour.Checkpoints[v.Step], v)
		if err != nil {
			return err
		}
		if !is {
			alone = o
			alone.violations = []trial.Violation{v}
		}
		alone.seen = o.at(v.Step).Moment
		if err := s.blameAll(sc, []outcome{alone}); err != nil {
			return err
		}
	}
	return nil
}

// alone tries the call of a sight by itself, and tells whether it fails in the same way.
func (s *suite) alone(sight generators.Checkpoint, v trial.Violation) (outcome, bool, error) {
	p := sight.Vector
	a := attempt{model: s.model, point: &p, build: func(p generators.Vector) targets.Case { return sight.Case(s.model, p) }}
	a.kase = a.build(p)
	if sight.WrongFactor >= 0 {
		a.wrong = []int{sight.WrongFactor}
	}
	if sight.Auth != "" {
		a.edit = "the signature is " + string(sight.Auth)
		a.group = a.edit
	}
	if hangs(v) && s.hangs(a) {
		return outcome{attempt: a, violations: []trial.Violation{v}}, true, nil // as is known; it is not waited for again
	}
	outcomes, err := s.tryAll(s.ctx, []attempt{a})
	if err != nil {
		return outcome{}, false, err
	}
	o := outcomes[0]
	same := slices.IndexFunc(o.violations, func(w trial.Violation) bool { return sameFailure(w, v) })
	if same < 0 {
		return o, false, nil
	}
	o.violations = o.violations[same : same+1]
	return o, true, nil
}
