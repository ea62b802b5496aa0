package generators

import (
	"fmt"
	"slices"
	"sync"

	"pgregory.net/rapid"
)

// Combination is a test vector of the combinations phase.
type Combination struct {
	Vector Vector
	// Control is the vector with everything right that is wrong; nil for a valid vector.
	Control *Vector
	// Mutations lists what is wrong: nothing, one thing, or two where the precedence of refusals is
	// tested.
	Mutations []Mutation
}

// Valid returns a covering array of the valid classes: every combination of the classes of strength
// factors that any valid call has.
func (m *Model) Valid(strength int, seed uint64) []Combination {
	rows := m.array(nil, nil, strength, seed)
	combinations := make([]Combination, len(rows))
	for i, row := range rows {
		combinations[i] = Combination{Vector: DrawNth(m.vectorsOf(row), seed, "valid", i)}
	}
	return combinations
}

// Invalid returns the vectors that each mutation makes of valid ones. Each mutation appears in
// every combination of the valid classes of strength-1 other factors. A vector has exactly one
// thing wrong, so that no second fault masks the first (Fögen and Lichter, QuASoQ 2019, CEUR 2511).
func (m *Model) Invalid(strength int, seed uint64) []Combination {
	contexts := m.contexts(max(strength-1, 1), seed)
	var combinations []Combination
	for i, mu := range m.mutations {
		for n, row := range contexts[i]() {
			combinations = append(combinations, DrawNth(rapid.Custom(func(t *rapid.T) Combination {
				control := m.vectorsOf(row).Draw(t, "context")
				return Combination{
					Vector: m.With(t, control, mu.Factor, mu.Class), Control: &control, Mutations: []Mutation{mu},
				}
			}), seed, fmt.Sprint("invalid", mu.Factor, mu.Class), n))
		}
	}
	return combinations
}

// contexts returns, for each mutation, a function that returns the rows which the mutation makes
// wrong. It begins to compute them all, for each takes a while on one processor.
func (m *Model) contexts(strength int, seed uint64) []func() [][]int {
	known := map[string]func() [][]int{}
	all := make([]func() [][]int, len(m.mutations))
	for i, mu := range m.mutations {
		key := fmt.Sprint(mu.given, mu.Factor, mu.Class)
		if m.Factors[mu.Factor].Classes[mu.Class].Kind != Valid {
			key = fmt.Sprint(mu.given, mu.Factor) // no valid row has the class, so mutations share the rows
		}
		if known[key] == nil {
			known[key] = sync.OnceValue(func() [][]int { return m.array(mu.given, &mu, strength, seed) })
			go known[key]()
		}
		all[i] = known[key]
	}
	return all
}

// Pairs returns one vector for each two mutations of different rules and factors that can be
// combined.
func (m *Model) Pairs(seed uint64) []Combination {
	var combinations []Combination
	seen := map[[2]string]bool{}
	for i, a := range m.mutations {
		for _, b := range m.mutations[i+1:] {
			rules := [2]string{a.Rule, b.Rule}
			if a.Rule == b.Rule || a.Factor == b.Factor || seen[rules] || dependsOn(b, a) || dependsOn(a, b) {
				continue
			}
			both := a
			both.given = slices.Concat(a.given, b.given)
			controls, err := m.controls(both, nil)
			if err != nil {
				continue
			}
			seen[rules] = true
			combinations = append(combinations, DrawNth(rapid.Custom(func(t *rapid.T) Combination {
				control := controls.Draw(t, "context")
				v := m.With(t, m.With(t, control, a.Factor, a.Class), b.Factor, b.Class)
				return Combination{Vector: v, Control: &control, Mutations: []Mutation{a, b}}
			}), seed, fmt.Sprint("pair", rules), 0))
		}
	}
	return combinations
}

// dependsOn reports whether mutation a needs a class of the factor that mutation b changes.
func dependsOn(a, b Mutation) bool {
	return slices.ContainsFunc(a.given, func(c choice) bool { return c.factor == b.Factor })
}

// vectorsOf generates vectors with the classes of a row.
func (m *Model) vectorsOf(row []int) *rapid.Generator[Vector] {
	return drawing(func(t *rapid.T) Vector { return m.Draw(t, row) })
}
