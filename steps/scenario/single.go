package scenario

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// noSuchCase says why a scenario has no case on the target, and what to do about it.
type noSuchCase string

func (e noSuchCase) Error() string { return string(e) }

// Is reports that the error is generators.ErrNoSuchCase.
func (noSuchCase) Is(target error) bool { return target == generators.ErrNoSuchCase }

// casesOfSingle returns the cases of a scenario on a single existing instance: the plain call, or
// that call with what is wrong.
func (b *builder) casesOfSingle(single *testcase.Single) ([]testcase.Case, error) {
	if !b.single() || len(b.mutations) > 0 && !b.faulty {
		return nil, noSuchCase(Lacks("provision"))
	}
	b.model = b.env.Model
	for name, classes := range b.pinned {
		if !slices.Contains(classes, b.model.ClassName(single.Vector, name)) {
			return nil, noSuchCase(Lacks("provision"))
		}
	}
	if b.fault == nil && len(b.mutations) == 0 {
		return []testcase.Case{{Model: b.model, Case: single.Plain}}, nil
	}
	faults, err := b.faults()
	if err != nil {
		return nil, err
	}
	var cases []testcase.Case
	for i := range b.env.Checks {
		c := testcase.Case{Model: b.model, Build: b.write, Control: &single.Plain}
		g := rapid.Custom(func(t *rapid.T) targets.Case { return b.faultyPlain(t, single.Vector, faults, i) })
		c.Case = generators.DrawNth(g, b.env.Seed, b.key, i)
		cases = append(cases, c)
	}
	return cases, nil
}

// faultyPlain is the plain call with the i-th thing that is wrong.
func (b *builder) faultyPlain(t *rapid.T, v generators.Vector, faults []generators.Mutation, i int) targets.Case {
	drawNothing(t)
	if len(faults) > 0 {
		f := faults[i%len(faults)]
		v = b.model.With(t, v, f.Factor, f.Class)
	}
	c := b.write(v)
	if len(b.mutations) > 0 {
		call := b.mutations[i%len(b.mutations)].to(t, *c.Steps[0].Call)
		c.Steps[0].Call = &call
	}
	return c
}
