package scenario

import (
	"context"
	"strings"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/testcase"
)

// search runs combinations, random calls and sequences for a scenario.
type search struct{ *Scenario }

// combine returns a step that runs the combinations of the model.
func (s search) combine(combinations func(m *generators.Model) []generators.Combination) func() {
	return func() {
		s.special = func(ctx context.Context) error {
			s.env.Coverage.Want(s.build.model, s.env.Strength)
			return s.runCombinations(ctx, combinations)
		}
	}
}

func (s search) validCombinations(m *generators.Model) []generators.Combination {
	return m.Valid(s.env.Strength, s.env.Seed)
}

func (s search) singleFaults(m *generators.Model) []generators.Combination {
	return m.Invalid(s.env.Strength, s.env.Seed)
}

func (s search) pairsOfFaults(m *generators.Model) []generators.Combination {
	return m.Pairs(s.env.Seed)
}

func (s search) runCombinations(ctx context.Context, combinations func(m *generators.Model) []generators.Combination) error {
	m := s.build.model
	var cases []testcase.Case
	for i, t := range combinations(m) {
		if !s.inShard(i) {
			continue
		}
		c := testcase.Case{Model: m, Build: m.Case, Vector: &t.Vector, Case: m.Case(t.Vector)}
		if t.Control != nil {
			control := m.Case(*t.Control)
			c.Control = &control
		}
		var rules []string
		for _, f := range t.Mutations {
			c.Wrong = append(c.Wrong, f.Factor)
			rules = append(rules, f.Rule)
		}
		c.Group = strings.Join(rules, pairOf)
		cases = append(cases, c)
	}
	return s.runCases(ctx, cases)
}

// pairOf stands between the rules that refuse a combination.
const pairOf = " and "
