package scenario

import (
	"context"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// randomPerCheck is how many random calls there are for each check: they are cheap, and there is
// much to draw from.
const randomPerCheck = 15

// runUnstructured runs calls with any text in any parameter.
func (s search) runUnstructured(ctx context.Context) error {
	m := s.build.model
	g := m.Unstructured()
	var cases []testcase.Case
	for i := range randomPerCheck * s.env.Checks {
		if !s.inShard(i) {
			continue
		}
		u := generators.DrawNth(g, s.env.Seed, s.build.key, i)
		cases = append(cases, testcase.Case{Model: m, Case: oneCall(m.Condition(u.Vector), u.Call)})
	}
	return s.runCases(ctx, cases)
}

// runSequences runs sequences of calls and of other steps.
func (s search) runSequences(ctx context.Context) error {
	if !s.env.can().Provision {
		s.tally.lacks("provision")
		return nil
	}
	g := s.build.model.Sequences(s.env.Sequences())
	var cases []testcase.Case
	for i := range 2 * s.env.Checks {
		if s.inShard(i) {
			cases = append(cases, testcase.Case{Model: s.build.model, Case: generators.DrawNth(g, s.env.Seed, s.build.key, i)})
		}
	}
	return s.runCases(ctx, cases)
}

// runEquivalent sends each call and an equivalent variant of it on equal instances, and compares
// the decisions. That is a metamorphic relation, which needs no oracle. So it shows most where the
// document leaves the decision open: half of the calls are such.
func (s search) runEquivalent(ctx context.Context) error {
	first, second := s.equivalentCases()
	plain, err := s.env.Executor.Run(ctx, first)
	if err != nil {
		return err
	}
	variant, err := s.env.Executor.Run(ctx, second)
	if err != nil {
		return err
	}
	for i := range plain {
		if err := s.compareDecisions(ctx, i, plain[i], variant[i]); err != nil {
			return err
		}
	}
	return nil
}

// equivalentCases draws calls, and an equivalent variant of each.
func (s search) equivalentCases() (plain, variants []testcase.Case) {
	m, key, seed := s.build.model, s.build.key, s.env.Seed
	vectors := []*rapid.Generator[generators.Vector]{m.Any(), m.Unspecified()}
	for i := range randomPerCheck * s.env.Checks / 3 {
		if !s.inShard(i) {
			continue
		}
		v := generators.DrawNth(vectors[i%len(vectors)], seed, key, i)
		c := m.Case(v)
		call := *c.Steps[0].Call
		if _, named := call.Get(generators.Format); !named {
			call = call.With(generators.Format, "JSON")
		}
		equivalent := rapid.Custom(func(t *rapid.T) targets.Call { return m.Equivalent(call).Draw(t, "same") })
		other := generators.DrawNth(equivalent, seed, key+"/same", i)
		plain = append(plain, testcase.Case{Model: m, Case: oneCall(c.Conditions[0], call)})
		variants = append(variants, testcase.Case{Model: m, Case: oneCall(c.Conditions[0], other)})
	}
	return plain, variants
}

// compareDecisions compares the decisions on a call and on its variant.
func (s search) compareDecisions(ctx context.Context, i int, plain, variant testcase.Result) error {
	switch {
	case plain.Err != nil || variant.Err != nil || !plain.Tried() || !variant.Tried():
		s.tally.undecide(i, "could not be run")
		return nil
	case plain.Last().Decision == variant.Last().Decision || plain.Last().Decision == targets.Broken:
		s.tally.pass(i)
		return nil
	case len(plain.Violations)+len(variant.Violations) > 0:
		// The oracle knows which of the two is wrong, and which rule it breaks.
		s.tally.undecide(i, "one of the two breaks another rule")
		s.results = append(s.results, plain, variant)
		return nil
	}
	v := judge.Variants{Case: variant.Case.Case, Other: &plain.Case.Case}
	c, err := judge.SameDecision(ctx, s.env.Session, v)
	switch {
	case runner.EndsRun(err):
		return err
	case err != nil || c.Undecided != "" || !c.Wrong:
		s.tally.undecide(i, "the decisions differed once, and not again")
	default:
		comparer(s).differ(i, judge.Difference{Check: reports.CheckDecision, Variants: v, Comparison: c})
	}
	return nil
}

// oneCall returns the case of one call.
func oneCall(condition targets.Condition, call targets.Call) targets.Case {
	return targets.Case{Conditions: []targets.Condition{condition}, Steps: []targets.Step{{Do: targets.StepCall, Call: &call}}}
}
