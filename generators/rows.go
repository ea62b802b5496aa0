package generators

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"
)

// Fixed says which classes some factors are to have, by their names.
type Fixed map[string][]string

// row is drawn factor by factor; a class is a candidate while the rest can still be completed.
func (m *Model) row(allowed [][]int) *rapid.Generator[[]int] {
	return rapid.Custom(func(t *rapid.T) []int {
		row := make([]int, len(m.Factors))
		for f := range row {
			row[f] = -1
		}
		for f := range row {
			candidates := slices.DeleteFunc(slices.Clone(allowed[f]), func(c int) bool {
				row[f] = c
				ok := m.completes(row, allowed, f+1)
				row[f] = -1
				return !ok
			})
			row[f] = rapid.SampledFrom(candidates).Draw(t, m.Factors[f].Name)
		}
		return row
	})
}

// completes tells whether the factors from f on can be set so that the row is allowed.
func (m *Model) completes(row []int, allowed [][]int, f int) bool {
	if !m.Allowed(row) {
		return false
	}
	if f == len(row) {
		return true
	}
	defer func() { row[f] = -1 }()
	for _, c := range allowed[f] {
		row[f] = c
		if m.completes(row, allowed, f+1) {
			return true
		}
	}
	return false
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
			return nil, fmt.Errorf("no %s of %v: %w", factor.Name, names, ErrNone)
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
	if !m.completes(slices.Repeat([]int{-1}, len(m.Factors)), allowed, 0) {
		return nil, fmt.Errorf("no valid case has %v: %w", fixed, ErrNone)
	}
	rows := m.row(allowed)
	return rapid.Custom(func(t *rapid.T) Point { return m.Draw(t, rows.Draw(t, "row")) }), nil
}
