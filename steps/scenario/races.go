package scenario

import (
	"context"
	"fmt"
	"maps"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// Sizes of a race. A gap of a millisecond between check and act is far wider than the time in which
// the calls of one round arrive.
const (
	raceRounds    = 20
	raceCalls     = 6 // that are released together
	raceInstances = 3 // where several calls are made on each of several
)

// raceKind is how a race is made.
type raceKind struct {
	instances  int
	completing bool // backups complete meanwhile
}

// racing makes calls at the same time for a scenario.
type racing struct{ *Scenario }

// race returns a step that makes calls at once, again and again.
func (s racing) race(kind raceKind) func() {
	return func() { s.special = func(ctx context.Context) error { return s.runRace(ctx, kind) } }
}

func (s racing) runRace(ctx context.Context, kind raceKind) error {
	switch {
	case kind.completing && !s.env.can().Complete:
		s.tally.lacks("complete")
		return nil
	case s.env.Session.Async:
		s.tally.inconclusive("this target refuses asynchronously: the order in which it decided simultaneous calls does not show")
		return nil
	}
	s.build.pinned[generators.Type] = []string{generators.Absent, "FullBackup"}
	s.build.pinned[generators.Further] = []string{"none"}
	return s.runRounds(ctx, raceRounds, func(i int) (runner.Race, error) {
		r := runner.Race{Completing: kind.completing}
		for k := range kind.instances {
			d := raceDrawing{racing: s, instance: k, round: i, key: fmt.Sprintf("%s/%d", s.build.key, k)}
			condition, calls, err := d.calls(raceCalls / kind.instances)
			if err != nil {
				return r, err
			}
			r.Case.Conditions = append(r.Case.Conditions, condition)
			r.Case.Steps = append(r.Case.Steps, calls...)
		}
		return r, nil
	})
}

// runApart makes one call on each of many instances at once. None may disturb another.
func (s racing) runApart(ctx context.Context) error {
	vectors, err := s.build.model.Vectors(nil)
	if err != nil {
		return err
	}
	instances := s.env.Executor.Supply.RaceInstances(2 * raceCalls)
	return s.runRounds(ctx, raceRounds/2, func(i int) (runner.Race, error) {
		var r runner.Race
		for k := range instances {
			v := generators.DrawNth(vectors, s.env.Seed, s.build.key, i*instances+k)
			call := s.build.model.Call(v, k)
			r.Case.Conditions = append(r.Case.Conditions, s.build.model.Condition(v))
			r.Case.Steps = append(r.Case.Steps, targets.Step{Do: targets.StepCall, Instance: k, Call: &call})
		}
		return r, nil
	})
}

// runRounds runs n rounds of the races that are drawn.
func (s racing) runRounds(ctx context.Context, n int, draw func(i int) (runner.Race, error)) error {
	if !s.env.can().Provision {
		s.tally.lacks("provision")
		return nil
	}
	for i := range n {
		if !s.inShard(i) {
			continue
		}
		r, err := draw(i)
		if err != nil {
			s.tally.inconclusive(err.Error())
			return nil
		}
		if skip := s.env.Executor.Skip; skip != nil && skip(testcase.Case{Case: r.Case}) {
			s.tally.undecide(i, "not sent, because the target is known not to answer one of the calls")
			continue
		}
		if err := s.round(ctx, i, r); err != nil {
			return err
		}
		if !s.env.disposable() && s.tally.rounds > 1 && s.tally.effective() == 0 {
			break // a fixture that cannot be leased now cannot be leased later
		}
	}
	return s.verdict()
}

// round runs one round of a race on fresh instances, and looks for an order of the calls that
// explains the answers.
func (s racing) round(ctx context.Context, i int, r runner.Race) error {
	if plan := s.env.Executor.Plan; plan != nil {
		plan(testcase.Case{Case: r.Case})
		return nil
	}
	h, err := s.env.Session.Race(ctx, r)
	s.env.Executor.Counted()
	s.tally.rounds++
	if err != nil {
		if runner.EndsRun(err) {
			return err
		}
		s.tally.undecide(i, err.Error())
		return nil
	}
	wrong, undecided := judge.Race(s.env.edition(), h)
	switch {
	case len(wrong) > 0:
		return s.wrongRound(ctx, i, r, wrong)
	case undecided != "":
		s.tally.undecide(i, undecided)
	default:
		s.tally.pass(i)
	}
	return nil
}

// wrongRound has a round explained that went wrong.
func (s racing) wrongRound(ctx context.Context, i int, r runner.Race, wrong []judge.RaceViolation) error {
	cause, err := s.env.ExplainRace(ctx, s.Scenario, r, wrong)
	if cause.Serial != nil {
		s.results = append(s.results, *cause.Serial)
	}
	if cause.Doubt != "" {
		s.tally.undecide(i, cause.Doubt)
	} else {
		s.tally.fail(i)
	}
	return err
}

// raceDrawing draws the calls on one instance of a race.
type raceDrawing struct {
	racing
	instance, round int
	key             string
}

// calls draws a condition and n calls on it that must rules alone want accepted: in turn the same
// call n times, and a different one each time.
func (d raceDrawing) calls(n int) (targets.Condition, []targets.Step, error) {
	m := d.build.model
	first, err := d.acceptable(d.build.pinned, d.key)
	if err != nil {
		return targets.Condition{}, nil, err
	}
	pinned := maps.Clone(d.build.pinned)
	for _, name := range []string{
		generators.Engine, generators.Status, generators.Databases, generators.Today, generators.Last, generators.Lock,
	} {
		if class := m.ClassName(first, name); class != "" {
			pinned[name] = []string{class}
		}
	}
	steps := make([]targets.Step, n)
	v := first
	for j := range n {
		if d.round%2 == 1 && j > 0 {
			if v, err = d.acceptable(pinned, fmt.Sprintf("%s/call %d", d.key, j)); err != nil {
				return targets.Condition{}, nil, err
			}
		}
		call := m.Call(v, d.instance)
		steps[j] = targets.Step{Do: targets.StepCall, Instance: d.instance, Call: &call}
	}
	return m.Condition(first), steps, nil
}

// enoughDraws is after how many draws a vector is taken as it is. Plain calls, which must rules
// alone want accepted, are a good part of all.
const enoughDraws = 50

// acceptable draws a vector that must rules alone want accepted.
func (d raceDrawing) acceptable(pinned generators.Pinned, key string) (generators.Vector, error) {
	m := d.build.model
	vectors, err := m.Vectors(pinned)
	if err != nil {
		return generators.Vector{}, err
	}
	return generators.DrawNth(rapid.Custom(func(t *rapid.T) generators.Vector {
		for try := 0; ; try++ {
			v := vectors.Draw(t, "point")
			x := m.Expect(v)
			if len(x.Accept) > 0 && x.Level() == oracle.Must || try == enoughDraws {
				return v
			}
		}
	}), d.env.Seed, key, d.round), nil
}
