package generators

import "pgregory.net/rapid"

// DrawMutated draws a valid vector with the pinned classes, and the same vector made wrong by the
// mutation.
func (m *Model) DrawMutated(t *rapid.T, mu Mutation, pinned Pinned) (valid, wrong Vector, err error) {
	g, err := m.controls(mu, pinned)
	if err != nil {
		return Vector{}, Vector{}, err
	}
	valid = g.Draw(t, "context")
	return valid, m.With(t, valid, mu.Factor, mu.Class), nil
}

// Mutated generates vectors with the pinned classes that only the mutation makes wrong. CanMutate
// reports whether there are any; the generator panics where there are none.
func (m *Model) Mutated(mu Mutation, pinned Pinned) *rapid.Generator[Vector] {
	return drawing(func(t *rapid.T) Vector {
		_, v, err := m.DrawMutated(t, mu, pinned)
		if err != nil {
			panic(err) // the caller did not ask CanMutate
		}
		return v
	})
}

// CanMutate reports whether the mutation can make any valid vector with the pinned classes wrong.
func (m *Model) CanMutate(mu Mutation, pinned Pinned) bool {
	_, err := m.controls(mu, pinned)
	return err == nil
}

// controls generates the valid vectors that the mutation makes wrong.
func (m *Model) controls(mu Mutation, pinned Pinned) (*rapid.Generator[Vector], error) {
	s, err := m.selection(pinned)
	if err != nil {
		return nil, err
	}
	for _, c := range mu.given {
		s.keep(c.factor, func(class int) bool { return c.classes&(1<<class) != 0 })
	}
	s.keep(mu.Factor, func(class int) bool { return class != mu.Class })
	return s.vectors()
}
