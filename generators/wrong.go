package generators

import (
	"slices"

	"pgregory.net/rapid"
)

// Wrong draws a valid point, with the fixed classes, and the same with the mutation's one thing wrong.
func (m *Model) Wrong(t *rapid.T, mu Mutation, fixed Fixed) (valid, wrong Point, err error) {
	g, err := m.contexts(mu, fixed)
	if err != nil {
		return Point{}, Point{}, err
	}
	valid = g.Draw(t, "context")
	return valid, m.With(t, valid, mu.Factor, mu.Class), nil
}

// contexts generates the valid points that the mutation makes wrong.
func (m *Model) contexts(mu Mutation, fixed Fixed) (*rapid.Generator[Point], error) {
	allowed, err := m.candidates(fixed)
	if err != nil {
		return nil, err
	}
	for _, c := range mu.given {
		allowed[c.factor] = slices.DeleteFunc(allowed[c.factor], func(class int) bool { return c.classes&(1<<class) == 0 })
	}
	allowed[mu.Factor] = slices.DeleteFunc(allowed[mu.Factor], func(class int) bool { return class == mu.Class })
	return m.generator(allowed, fixed)
}

// CanBe tells whether any valid point with the fixed classes can be made wrong by the mutation.
func (m *Model) CanBe(mu Mutation, fixed Fixed) bool {
	_, err := m.contexts(mu, fixed)
	return err == nil
}
