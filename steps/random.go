package steps

import (
	"context"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
)

// randomly is how many random cases stand for one check: they are cheap, and there is much to draw from.
const randomly = 15

func (sc *scenario) defineRandom(step func(string, any)) {
	step(`any condition and any call, valid or not`, func() {
		sc.special = sc.tryWild
	})
	step(`each is repeated in another order, encoding, format and way of sending`, func(ctx context.Context) error {
		sc.special = sc.tryAlike
		return sc.run(ctx)
	})
	step(`both calls get the same decision`, func() error {
		if sc.result.failures > 0 {
			return errFailed
		}
		return nil
	})
}

func (sc *scenario) wild(n int) []attempt {
	g := sc.model.Unstructured()
	key := sc.key()
	var attempts []attempt
	for i := range n {
		if !sc.s.o.Shard.has(key, i) {
			continue
		}
		w := generators.DrawNth(g, sc.s.o.Seed, key, i)
		attempts = append(attempts, attempt{model: sc.model, kase: targets.Case{
			Conditions: []targets.Condition{sc.model.Condition(w.Vector)},
			Steps:      []targets.Step{{Do: targets.StepCall, Call: &w.Call}},
		}})
	}
	return attempts
}

func (sc *scenario) tryWild(ctx context.Context) error {
	return sc.tryBatches(ctx, sc.wild(randomly*sc.s.o.Checks))
}

// tryAlike sends each call and the same call said differently, on equal instances, and compares the decisions. No oracle is needed for that, so that it
// shows most where the document leaves the decision open: half of the calls are such.
func (sc *scenario) tryAlike(ctx context.Context) error {
	n := randomly * sc.s.o.Checks / 3
	key := sc.key()
	points := []*rapid.Generator[generators.Vector]{sc.model.Any(), sc.model.Unspecified()}
	var plain, other []attempt
	for i := range n {
		if !sc.s.o.Shard.has(key, i) {
			continue
		}
		p := generators.DrawNth(points[i%2], sc.s.o.Seed, key, i)
		a := attempt{model: sc.model, kase: sc.model.Case(p)}
		call := *a.kase.Steps[0].Call
		if _, named := call.Get(generators.Format); !named {
			call = call.With(generators.Format, "JSON")
			a.kase.Steps[0].Call = &call
		}
		again := generators.DrawNth(rapid.Custom(func(t *rapid.T) targets.Call { return sc.model.Equivalent(call).Draw(t, "same") }), sc.s.o.Seed, key+"/same", i)
		b := a
		b.kase.Steps = []targets.Step{{Do: targets.StepCall, Call: &again}}
		plain, other = append(plain, a), append(other, b)
	}
	first, err := sc.s.tryAll(ctx, plain)
	if err != nil {
		return err
	}
	second, err := sc.s.tryAll(ctx, other)
	if err != nil {
		return err
	}
	for i := range first {
		a, b := first[i], second[i]
		if a.err != nil || b.err != nil || !a.tried() || !b.tried() {
			sc.result.undecided(i, "could not be tried")
			continue
		}
		if a.last().Decision == b.last().Decision || a.last().Decision == targets.Broken {
			sc.result.pass(i)
			continue
		}
		if len(b.violations) > 0 || len(a.violations) > 0 {
			// The oracle knows which of the two is wrong, and by which rule.
			sc.result.undecided(i, "one of the two is wrong by another rule")
			sc.outcomes = append(sc.outcomes, a, b)
			continue
		}
		out, err := decisions(ctx, sc.s.session, other[i].kase, plain[i].kase)
		switch {
		case fatal(err):
			return err
		case err != nil || out.why != "" || !out.wrong:
			sc.result.undecided(i, "the two differed once, and not again")
			continue
		}
		sc.result.fail(i)
		if sc.result.failures > 1 {
			continue
		}
		bounded, cancel := context.WithTimeout(ctx, caseTime)
		least, out, err := leastOf(bounded, pair{plain[i].kase, other[i].kase}, out, simplerPairs, func(ctx context.Context, p pair) (compared, error) {
			return decisions(ctx, sc.s.session, p.b, p.a)
		})
		cancel()
		if err != nil {
			return err
		}
		sc.s.layCompared(sc, reports.Failure{
			Law: "when " + callWords(*least.a.Steps[0].Call) + " is said differently: " + difference(least), Case: &least.b, Other: &least.a, Check: reports.CheckDecision,
		}, out)
	}
	return nil
}
