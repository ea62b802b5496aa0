package generators

import (
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators/oracle"
)

// Pinned holds the classes that some factors must have, by the names of the factors.
type Pinned map[string][]string

// String lists the pinned classes in words.
func (p Pinned) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(p)) {
		parts = append(parts, name+" "+strings.Join(p[name], " or "))
	}
	return strings.Join(parts, ", ")
}

// Vectors generates vectors that have the pinned classes, and any valid class of every other
// factor. It wraps ErrNoSuchCase if there is no such vector.
func (m *Model) Vectors(pinned Pinned) (*rapid.Generator[Vector], error) {
	s, err := m.selection(pinned)
	if err != nil {
		return nil, err
	}
	return s.vectors()
}

// valid generates valid vectors. Every model has some.
func (m *Model) valid() *rapid.Generator[Vector] {
	vectors, err := m.Vectors(nil)
	if err != nil {
		panic(err) // no input changes the model: the baseline is always valid
	}
	return vectors
}

// AcceptedOnSameInstance generates calls on an instance in the condition of a vector that a must
// rule wants accepted if the instance is ready for a backup. It wraps ErrNoSuchCase if there is
// none.
func (m *Model) AcceptedOnSameInstance(v Vector) (*rapid.Generator[Vector], error) {
	pinned := Pinned{}
	for f, factor := range m.Factors {
		if slices.Contains(conditionFactors, factor.Name) {
			pinned[factor.Name] = []string{factor.Classes[v.Classes[f]].Name}
		}
	}
	vectors, err := m.Vectors(pinned)
	if err != nil {
		return nil, err
	}
	return vectors.Filter(func(v Vector) bool {
		for _, name := range []string{Status, Today, Last, Lock} {
			if f := m.Index(name); f >= 0 {
				v = v.Clone()
				v.Classes[f], v.Values[f] = 0, m.Factors[f].Classes[0].Name
			}
		}
		x := m.Expect(v)
		return len(x.Accept) > 0 && x.Level() == oracle.Must
	}), nil
}
