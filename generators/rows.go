package generators

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators/oracle"
)

// Pinned says which classes some factors are to have, by their names.
type Pinned map[string][]string

// row is drawn factor by factor; a class is a candidate while the rest can still be completed.
func (m *Model) row(allowed [][]int, fixed Pinned) *rapid.Generator[[]int] {
	forbidden := m.beyond(fixed)
	every := make([]*rapid.Generator[int], len(allowed)) // class of a factor: most often each is a candidate
	for f, classes := range allowed {
		every[f] = rapid.SampledFrom(classes)
	}
	return rapid.Custom(func(t *rapid.T) []int {
		row := slices.Repeat([]int{-1}, len(m.Factors))
		for f := range row {
			candidates := make([]int, 0, len(allowed[f]))
			for _, c := range allowed[f] {
				if row[f] = c; !forbidden.hold(row, f) && forbidden.completes(row, allowed, f+1) {
					candidates = append(candidates, c)
				}
			}
			class := every[f]
			if len(candidates) < len(allowed[f]) {
				class = rapid.SampledFrom(candidates)
			}
			row[f] = class.Draw(t, m.Factors[f].Name)
		}
		return row
	})
}

// conjunctions are what is forbidden, by the last of the factors in each: where a row is set from front to back, that is where it comes to hold.
type conjunctions [][][]choice

// beyond is what is forbidden beside what a scenario fixes: where it fixes every factor of a conjunction, it asks for just that.
func (m *Model) beyond(fixed Pinned) conjunctions {
	by := make(conjunctions, len(m.Factors))
	for _, conjunction := range m.forbidden {
		last, asked := 0, true
		for _, c := range conjunction {
			_, is := fixed[m.Factors[c.factor].Name]
			last, asked = max(last, c.factor), asked && is
		}
		if !asked {
			by[last] = append(by[last], conjunction)
		}
	}
	return by
}

// hold tells whether the row, set up to factor f, holds something forbidden that it did not hold without that.
func (cs conjunctions) hold(row []int, f int) bool {
	for _, conjunction := range cs[f] {
		if holds(conjunction, row) {
			return true
		}
	}
	return false
}

// completes tells whether the factors from f on can be set so that a row that holds nothing forbidden still holds nothing.
func (cs conjunctions) completes(row []int, allowed [][]int, f int) bool {
	if f == len(row) {
		return true
	}
	defer func() { row[f] = -1 }()
	for _, c := range allowed[f] {
		row[f] = c
		if !cs.hold(row, f) && cs.completes(row, allowed, f+1) {
			return true
		}
	}
	return false
}

// generator generates the points of the candidates; ErrNoSuchCase where there are none.
func (m *Model) generator(allowed [][]int, fixed Pinned) (*rapid.Generator[Vector], error) {
	if !m.beyond(fixed).completes(slices.Repeat([]int{-1}, len(m.Factors)), allowed, 0) {
		return nil, fmt.Errorf("no case has %s: %w", fixed, ErrNoSuchCase)
	}
	rows := m.row(allowed, fixed)
	return rapid.Custom(func(t *rapid.T) Vector { return m.Draw(t, rows.Draw(t, "row")) }), nil
}

// candidates are the classes that each factor may have: those fixed, else every valid one.
func (m *Model) candidates(fixed Pinned) ([][]int, error) {
	allowed := make([][]int, len(m.Factors))
	for f, factor := range m.Factors {
		names, is := fixed[factor.Name]
		for c, class := range factor.Classes {
			if is && slices.Contains(names, class.Name) || !is && class.Kind == Valid {
				allowed[f] = append(allowed[f], c)
			}
		}
		if len(allowed[f]) == 0 {
			return nil, fmt.Errorf("no %s is %s: %w", factor.Name, strings.Join(names, " or "), ErrNoSuchCase)
		}
	}
	for name := range fixed {
		if m.Index(name) < 0 {
			return nil, fmt.Errorf("no factor %s: %w", name, ErrNoSuchCase)
		}
	}
	return allowed, nil
}

// Vectors returns a generator of points whose factors have the fixed classes, and any valid class elsewhere. It wraps ErrNoSuchCase
// where there is no such point.
func (m *Model) Vectors(fixed Pinned) (*rapid.Generator[Vector], error) {
	allowed, err := m.candidates(fixed)
	if err != nil {
		return nil, err
	}
	return m.generator(allowed, fixed)
}

// AcceptedOnSameInstance generates calls on instances in the condition of a point, each of which a must rule wants accepted where nothing is in the way. It wraps ErrNoSuchCase
// where there are none.
func (m *Model) AcceptedOnSameInstance(p Vector) (*rapid.Generator[Vector], error) {
	fixed := Pinned{}
	for f, factor := range m.Factors {
		if slices.Contains([]string{Engine, Status, Databases, Today, Last, Lock, Storage}, factor.Name) {
			fixed[factor.Name] = []string{factor.Classes[p.Classes[f]].Name}
		}
	}
	points, err := m.Vectors(fixed)
	if err != nil {
		return nil, err
	}
	return points.Filter(func(q Vector) bool {
		for _, name := range []string{Status, Today, Last, Lock} {
			if f := m.Index(name); f >= 0 {
				q = q.Clone()
				q.Classes[f], q.Values[f] = 0, m.Factors[f].Classes[0].Name
			}
		}
		x := m.Expect(q)
		return len(x.Accept) > 0 && x.Level() == oracle.Must
	}), nil
}

// String says in words what is fixed.
func (f Pinned) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(f)) {
		parts = append(parts, name+" "+strings.Join(f[name], " or "))
	}
	return strings.Join(parts, ", ")
}
