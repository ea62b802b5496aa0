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

// WrongPoint generates points with the fixed classes that the mutation makes wrong, and nothing else; CanBe tells whether there are any.
func (m *Model) WrongPoint(mu Mutation, fixed Fixed) *rapid.Generator[Point] {
	return rapid.Custom(func(t *rapid.T) Point {
		rapid.Bool().Draw(t, "")
		_, p, err := m.Wrong(t, mu, fixed)
		if err != nil {
			panic(err) // CanBe tells before
		}
		return p
	})
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
