package generators

import (
	"fmt"
	"slices"
	"sync"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators/covering"
)

// Combination is a case of the combinations: a point, and for a wrong one the valid point that it is when mended.
type Combination struct {
	Vector Vector
	// Control is the point with what is wrong mended; nil for a valid point.
	Control *Vector
	// Mutations are what is wrong: one, or two where the precedence of refusals is looked at.
	Mutations []Mutation
}

// Valid returns a covering array of the valid classes: every combination of that many factors' classes that any valid call has.
func (m *Model) Valid(strength int, seed uint64) []Combination {
	rows := m.array(nil, -1, -1, strength, seed)
	trials := make([]Combination, len(rows))
	for i, row := range rows {
		trials[i] = Combination{Vector: DrawNth(m.drawing(row), seed, "valid", i)}
	}
	return trials
}

// Invalid returns, for each mutation, the wrong cases in which it stands in every context of strength-1 factors' valid classes.
func (m *Model) Invalid(strength int, seed uint64) []Combination {
	contexts := map[string]func() [][]int{}
	key := func(mu Mutation) string {
		if m.Factors[mu.Factor].Classes[mu.Class].Kind == Valid {
			return fmt.Sprint(mu.given, mu.Factor, mu.Class)
		}
		return fmt.Sprint(mu.given, mu.Factor)
	}
	for _, mu := range m.mutations {
		if contexts[key(mu)] == nil {
			rows := sync.OnceValue(func() [][]int { return m.array(mu.given, mu.Factor, mu.Class, max(strength-1, 1), seed) })
			contexts[key(mu)] = rows
			go rows() // for each takes a while, on one processor
		}
	}
	var trials []Combination
	for _, mu := range m.mutations {
		for i, row := range contexts[key(mu)]() {
			trials = append(trials, DrawNth(rapid.Custom(func(t *rapid.T) Combination {
				twin := m.drawing(row).Draw(t, "context")
				return Combination{Vector: m.With(t, twin, mu.Factor, mu.Class), Control: &twin, Mutations: []Mutation{mu}}
			}), seed, fmt.Sprint("invalid", mu.Factor, mu.Class), i))
		}
	}
	return trials
}

// Pairs returns one case for each two mutations of different rules and factors that can stand together.
func (m *Model) Pairs(seed uint64) []Combination {
	var trials []Combination
	seen := map[[2]string]bool{}
	for i, a := range m.mutations {
		for _, b := range m.mutations[i+1:] {
			rules := [2]string{a.Rule, b.Rule}
			if a.Rule == b.Rule || a.Factor == b.Factor || seen[rules] || touches(a, b) || touches(b, a) {
				continue
			}
			both := a
			both.given = slices.Concat(a.given, b.given)
			g, err := m.contexts(both, nil)
			if err != nil {
				continue
			}
			seen[rules] = true
			trials = append(trials, DrawNth(rapid.Custom(func(t *rapid.T) Combination {
				twin := g.Draw(t, "context")
				p := m.With(t, m.With(t, twin, a.Factor, a.Class), b.Factor, b.Class)
				return Combination{Vector: p, Control: &twin, Mutations: []Mutation{a, b}}
			}), seed, fmt.Sprint("pair", rules), 0))
		}
	}
	return trials
}

// touches tells whether b needs something of the factor that a sets.
func touches(a, b Mutation) bool {
	return slices.ContainsFunc(b.given, func(c choice) bool { return c.factor == a.Factor })
}

// drawing draws the values of a row's classes.
func (m *Model) drawing(row []int) *rapid.Generator[Vector] {
	return rapid.Custom(func(t *rapid.T) Vector {
		rapid.Bool().Draw(t, "") // rapid takes a generator that draws nothing for a mistake
		return m.Draw(t, row)
	})
}

// restricted is the model of the valid classes, and which class each of its levels is.
func (m *Model) restricted(given []choice, factor, class int) (covering.Model, [][]int) {
	classes := m.validClasses()
	levels := make([]int, len(classes))
	for f := range classes {
		levels[f] = len(classes[f])
	}
	full := make([]int, len(classes))
	return covering.Model{Levels: levels, Stop: m.Stop, Allowed: func(row []int) bool {
		for f, l := range row {
			full[f] = -1
			if l >= 0 {
				full[f] = classes[f][l]
			}
		}
		return m.Allowed(full) && meets(full, given) && (factor < 0 || full[factor] != class)
	}}, classes
}

// validClasses lists the valid classes of each factor.
func (m *Model) validClasses() [][]int {
	allowed, err := m.candidates(nil)
	if err != nil {
		panic(err) // every factor has a valid class by construction
	}
	return allowed
}

// Covering is the model's valid classes as the covering package has them, to count what is reached.
func (m *Model) Covering() covering.Model {
	model, _ := m.restricted(nil, -1, -1)
	return model
}

// CoveringRow is a point as a row of Covering; what is not valid is not set.
func (m *Model) CoveringRow(p Vector) []int {
	row := make([]int, len(p.Classes))
	for f, classes := range m.validClasses() {
		row[f] = slices.Index(classes, p.Classes[f])
	}
	return row
}
