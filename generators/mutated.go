package generators

import (
	"slices"

	"pgregory.net/rapid"
)

// DrawMutated draws a valid point, with the fixed classes, and the same with the mutation's one thing wrong.
func (m *Model) DrawMutated(t *rapid.T, mu Mutation, fixed Pinned) (valid, wrong Vector, err error) {
	g, err := m.contexts(mu, fixed)
	if err != nil {
		return Vector{}, Vector{}, err
	}
	valid = g.Draw(t, "context")
	return valid, m.With(t, valid, mu.Factor, mu.Class), nil
}

// Mutated generates points with the fixed classes that the mutation makes wrong, and nothing else; CanMutate tells whether there are any.
func (m *Model) Mutated(mu Mutation, fixed Pinned) *rapid.Generator[Vector] {
	return rapid.Custom(func(t *rapid.T) Vector {
		rapid.Bool().Draw(t, "")
		_, p, err := m.DrawMutated(t, mu, fixed)
		if err != nil {
			panic(err) // CanMutate tells before
		}
		return p
	})
}

// contexts generates the valid points that the mutation makes wrong.
func (m *Model) contexts(mu Mutation, fixed Pinned) (*rapid.Generator[Vector], error) {
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

// CanMutate tells whether any valid point with the fixed classes can be made wrong by the mutation.
func (m *Model) CanMutate(mu Mutation, fixed Pinned) bool {
	_, err := m.contexts(mu, fixed)
	return err == nil
}
