package steps

import (
	"bytes"
	"context"
	"fmt"

	"github.com/anishathalye/porcupine"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// How a race is run: so many rounds of so many calls released together. A gap of a millisecond between check and act is far wider than
// the time in which the calls of one round arrive.
const (
	raceRounds    = 20
	raceCalls     = 6
	raceInstances = 3 // where several calls are made on each of several
)

func (sc *scenario) defineRaces(step func(string, any)) {
	step(`many valid calls are made at once, again and again`, func() { sc.special = func(ctx context.Context) error { return sc.race(ctx, 1, false) } })
	step(`many valid calls are made while backups complete, again and again`, func() {
		sc.special = func(ctx context.Context) error { return sc.race(ctx, 1, true) }
	})
	step(`several valid calls are made on each of several instances at once, again and again`, func() {
		sc.special = func(ctx context.Context) error { return sc.race(ctx, raceInstances, false) }
	})
	step(`the answers are as if the calls had come in some order`, sc.run)
	step(`one valid call is made on each of many instances at once, again and again`, func() { sc.special = sc.raceApart })
}

// race makes calls at once, on each of so many instances.
func (sc *scenario) race(ctx context.Context, instances int, completing bool) error {
	if completing && !sc.s.session.Capabilities().Complete {
		sc.result.lacks("complete")
		return nil
	}
	if sc.s.session.Async {
		sc.result.inconclusive("", "refusals are asynchronous on this target: in which order simultaneous calls were decided does not show")
		return nil
	}
	sc.fixed[generators.Type], sc.fixed[generators.Further] = []string{generators.Absent, "FullBackup"}, []string{"none"}
	key := sc.key()
	return sc.rounds(ctx, raceRounds, completing, func(i int) (targets.Case, error) {
		var c targets.Case
		for k := range instances {
			condition, calls, err := sc.together(k, raceCalls/instances, i%2 == 1, fmt.Sprintf("%s/%d", key, k), i)
			if err != nil {
				return c, err
			}
			c.Conditions = append(c.Conditions, condition)
			c.Steps = append(c.Steps, calls...)
		}
		return c, nil
	})
}

// raceApart calls many instances at once, one call each: none may disturb another.
func (sc *scenario) raceApart(ctx context.Context) error {
	points, err := sc.model.Vectors(nil)
	if err != nil {
		return err
	}
	key, instances := sc.key(), 2*raceCalls
	if sc.s.pool != nil {
		instances = 2 // there may be few, and a case that cannot have all waits for them
	}
	return sc.rounds(ctx, raceRounds/2, false, func(i int) (targets.Case, error) {
		var c targets.Case
		for k := range instances {
			p := generators.DrawNth(points, sc.s.o.Seed, key, i*instances+k)
			call := sc.model.Call(p, k)
			c.Conditions = append(c.Conditions, sc.model.Condition(p))
			c.Steps = append(c.Steps, targets.Step{Do: targets.StepCall, Instance: k, Call: &call})
		}
		return c, nil
	})
}

// rounds runs so many rounds of the races that are drawn.
func (sc *scenario) rounds(ctx context.Context, n int, completing bool, draw func(i int) (targets.Case, error)) error {
	if !sc.s.session.Capabilities().Provision {
		sc.result.lacks("provision")
		return nil
	}
	key := sc.key()
	for i := range n {
		if !sc.s.o.Shard.has(key, i) {
			continue
		}
		if sc.s.late() {
			sc.s.leftOut = append(sc.s.leftOut, fmt.Sprintf("%s, %s: %d of %d rounds", sc.rule.ID, sc.name, n-i, n))
			break
		}
		c, err := draw(i)
		if err != nil {
			sc.result.inconclusive("", err.Error())
			return nil
		}
		if sc.s.hangs(attempt{kase: c}) {
			sc.result.undecided(i, "not sent, for the target is known not to answer a call of it")
			continue
		}
		if err := sc.round(ctx, i, c, completing); err != nil {
			return err
		}
		if sc.s.pool != nil && sc.result.rounds > 1 && sc.result.effective() == 0 {
			break // what cannot be lent now cannot be lent later
		}
	}
	if sc.result.failures > 0 {
		return errFailed
	}
	return nil
}

// round releases calls together on fresh instances and looks for an order that explains the answers.
func (sc *scenario) round(ctx context.Context, i int, c targets.Case, completing bool) error {
	h, err := sc.s.session.Race(ctx, c, completing)
	sc.s.cases.Add(1)
	sc.result.rounds++
	if err != nil {
		if fatal(err) {
			return err
		}
		sc.result.undecided(i, err.Error())
		return nil
	}
	switch wrong, undecided := judgeRace(sc.s.session, h); {
	case len(wrong) > 0:
		doubt, err := sc.s.raceWrong(sc, c, completing, wrong)
		if doubt != "" {
			sc.result.undecided(i, doubt)
		} else {
			sc.result.fail(i)
		}
		return err
	case undecided != "":
		sc.result.undecided(i, undecided)
	default:
		sc.result.pass(i)
	}
	return nil
}

// together draws a condition and n calls on it that a must rule wants accepted, and in whose acceptance no should or may rule has a say: n times the same, or
// each another.
func (sc *scenario) together(instance, n int, mixed bool, key string, i int) (targets.Condition, []targets.Step, error) {
	first, err := sc.mustAccept(sc.fixed, key, i)
	if err != nil {
		return targets.Condition{}, nil, err
	}
	fixed := generators.Pinned{}
	for name, classes := range sc.fixed {
		fixed[name] = classes
	}
	for _, name := range []string{generators.Engine, generators.Status, generators.Databases, generators.Today, generators.Last, generators.Lock} {
		if class := sc.model.ClassName(first, name); class != "" {
			fixed[name] = []string{class}
		}
	}
	steps := make([]targets.Step, n)
	p := first
	for j := range n {
		if mixed && j > 0 {
			if p, err = sc.mustAccept(fixed, fmt.Sprintf("%s/call %d", key, j), i); err != nil {
				return targets.Condition{}, nil, err
			}
		}
		call := sc.model.Call(p, instance)
		steps[j] = targets.Step{Do: targets.StepCall, Instance: instance, Call: &call}
	}
	return sc.model.Condition(first), steps, nil
}

// mustAccept draws a point that nothing but must rules want accepted.
func (sc *scenario) mustAccept(fixed generators.Pinned, key string, i int) (generators.Vector, error) {
	points, err := sc.model.Vectors(fixed)
	if err != nil {
		return generators.Vector{}, err
	}
	return generators.DrawNth(rapid.Custom(func(t *rapid.T) generators.Vector {
		var p generators.Vector
		for try := 0; ; try++ {
			p = points.Draw(t, "point")
			x := sc.model.Expect(p)
			if len(x.Accept) > 0 && x.Level() == oracle.Must {
				return p
			}
			if try == 50 {
				return p // the plainest calls are a good part of all
			}
		}
	}), sc.s.o.Seed, key, i), nil
}

// picture is an illegal history, to be drawn by porcupine beside the report.
type picture struct {
	rule    string
	failure int // index in the rule's failures
	illegal *illegal
}

// draw gives the n-th picture to whoever wants it, and returns its path beside the report; empty where nobody does.
func (s *suite) draw(p picture, n int) string {
	if s.o.OnPicture == nil {
		return ""
	}
	var page bytes.Buffer
	if err := porcupine.Visualize(p.illegal.model, p.illegal.info, &page); err != nil {
		s.warn("A history could not be drawn: " + err.Error())
		return ""
	}
	name := fmt.Sprintf("histories/%s-%d.html", p.rule, n)
	s.o.OnPicture(name, page.Bytes())
	return name
}
