package generators

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// Fixed says which classes some factors are to have, by their names.
type Fixed map[string][]string

// row is drawn factor by factor; a class is a candidate while the rest can still be completed.
func (m *Model) row(allowed [][]int, fixed Fixed) *rapid.Generator[[]int] {
	forbidden := m.beyond(fixed)
	return rapid.Custom(func(t *rapid.T) []int {
		row := make([]int, len(m.Factors))
		for f := range row {
			row[f] = -1
		}
		for f := range row {
			candidates := slices.DeleteFunc(slices.Clone(allowed[f]), func(c int) bool {
				row[f] = c
				ok := completes(forbidden, row, allowed, f+1)
				row[f] = -1
				return !ok
			})
			row[f] = rapid.SampledFrom(candidates).Draw(t, m.Factors[f].Name)
		}
		return row
	})
}

// beyond is what is forbidden beside what a scenario fixes: where it fixes every factor of a conjunction, it asks for just that.
func (m *Model) beyond(fixed Fixed) [][]choice {
	return slices.DeleteFunc(slices.Clone(m.forbidden), func(conjunction []choice) bool {
		return !slices.ContainsFunc(conjunction, func(c choice) bool {
			_, is := fixed[m.Factors[c.factor].Name]
			return !is
		})
	})
}

// completes tells whether the factors from f on can be set so that the row holds nothing forbidden.
func completes(forbidden [][]choice, row []int, allowed [][]int, f int) bool {
	for _, conjunction := range forbidden {
		if holds(conjunction, row) {
			return false
		}
	}
	if f == len(row) {
		return true
	}
	defer func() { row[f] = -1 }()
	for _, c := range allowed[f] {
		row[f] = c
		if completes(forbidden, row, allowed, f+1) {
			return true
		}
	}
	return false
}

// generator generates the points of the candidates; ErrNone where there are none.
func (m *Model) generator(allowed [][]int, fixed Fixed) (*rapid.Generator[Point], error) {
	if !completes(m.beyond(fixed), slices.Repeat([]int{-1}, len(m.Factors)), allowed, 0) {
		return nil, fmt.Errorf("no case has %s: %w", fixed, ErrNone)
	}
	rows := m.row(allowed, fixed)
	return rapid.Custom(func(t *rapid.T) Point { return m.Draw(t, rows.Draw(t, "row")) }), nil
}

// candidates are the classes that each factor may have: those fixed, else every valid one.
func (m *Model) candidates(fixed Fixed) ([][]int, error) {
	allowed := make([][]int, len(m.Factors))
	for f, factor := range m.Factors {
		names, is := fixed[factor.Name]
		for c, class := range factor.Classes {
			if is && slices.Contains(names, class.Name) || !is && class.Kind == Valid {
				allowed[f] = append(allowed[f], c)
			}
		}
		if len(allowed[f]) == 0 {
			return nil, fmt.Errorf("no %s is %s: %w", factor.Name, strings.Join(names, " or "), ErrNone)
		}
	}
	for name := range fixed {
		if m.Index(name) < 0 {
			return nil, fmt.Errorf("no factor %s: %w", name, ErrNone)
		}
	}
	return allowed, nil
}

// Points returns a generator of points whose factors have the fixed classes, and any valid class elsewhere. It wraps ErrNone
// where there is no such point.
func (m *Model) Points(fixed Fixed) (*rapid.Generator[Point], error) {
	allowed, err := m.candidates(fixed)
	if err != nil {
		return nil, err
	}
	return m.generator(allowed, fixed)
}

// SameInstance generates the valid calls on instances in the condition of a point. It wraps ErrNone where there are none.
func (m *Model) SameInstance(p Point) (*rapid.Generator[Point], error) {
	fixed := Fixed{}
	for f, factor := range m.Factors {
		if slices.Contains([]string{Engine, Status, Databases, Today, Last, Lock, Storage}, factor.Name) {
			fixed[factor.Name] = []string{factor.Classes[p.Classes[f]].Name}
		}
	}
	return m.Points(fixed)
}

// String says in words what is fixed.
func (f Fixed) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(f)) {
		parts = append(parts, name+" "+strings.Join(f[name], " or "))
	}
	return strings.Join(parts, ", ")
}
