package localise_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
)

// plant is a failing condition that a test plants: for some factors, the classes with which a
// vector fails.
type plant map[int][]int

func (p plant) covers(v generators.Vector) bool {
	for i, classes := range p {
		if !slices.Contains(classes, v.Classes[i]) {
			return false
		}
	}
	return true
}

// try is the target with the planted condition. judge says what is seen of a vector on a target
// without it.
func (p plant) try(judge func(generators.Vector) localise.Result) localise.Try {
	return func(_ context.Context, v generators.Vector) (localise.Result, error) {
		r := judge(v)
		if r == localise.Passes && p.covers(v) {
			r = localise.Fails
		}
		return r, nil
	}
}

// pinned are the planted classes by name.
func (p plant) pinned(m *generators.Model) generators.Pinned {
	pinned := generators.Pinned{}
	for i, classes := range p {
		for _, class := range classes {
			pinned[m.Factors[i].Name] = append(pinned[m.Factors[i].Name], m.Factors[i].Classes[class].Name)
		}
	}
	return pinned
}

// in describes the planted condition.
func (p plant) in(m *generators.Model) string {
	var parts []string
	pinned := p.pinned(m)
	for _, i := range slices.Sorted(maps.Keys(p)) {
		name := m.Factors[i].Name
		parts = append(parts, name+" is "+strings.Join(pinned[name], " or "))
	}
	return strings.Join(parts, " and ")
}

// found returns the conditions as a plant.
func found(c localise.FailingCondition) plant {
	p := plant{}
	for _, x := range c.Conditions {
		p[x.Factor] = x.Classes
	}
	return p
}

// every judges that each vector is evidence.
func every(generators.Vector) localise.Result { return localise.Passes }

// plants lists the conditions on 1 to most factors. classes lists the sets of classes that are
// planted of a factor.
func plants(m *generators.Model, most int, classes func(generators.Factor) [][]int) []plant {
	all := []plant{{}}
	for i, factor := range m.Factors {
		for _, p := range slices.Clone(all) {
			for _, set := range classes(factor) {
				if len(p) < most {
					q := maps.Clone(p)
					q[i] = set
					all = append(all, q)
				}
			}
		}
	}
	return all[1:]
}

// someClasses lists the sets of valid classes that are planted of a factor: each class, and a few
// of two.
func someClasses(factor generators.Factor) [][]int {
	var sets [][]int
	for class, of := range factor.Classes {
		if of.Kind == generators.Valid {
			sets = append(sets, []int{class})
		}
	}
	switch len(sets) {
	case 0, 1:
		return nil // nothing passes
	case 2:
		return sets
	default:
		first, second, third := sets[0][0], sets[1][0], sets[2][0]
		return append(sets, []int{first, second}, []int{second, third})
	}
}

// allClasses lists all sets of classes of a factor, but none and all.
func allClasses(factor generators.Factor) [][]int {
	var sets [][]int
	for mask := 1; mask < 1<<len(factor.Classes)-1; mask++ {
		var set []int
		for class := range factor.Classes {
			if mask>>class&1 == 1 {
				set = append(set, class)
			}
		}
		sets = append(sets, set)
	}
	return sets
}

// modelOf returns a model with so many valid classes of each factor, and no constraints.
func modelOf(classes ...int) *generators.Model {
	m := &generators.Model{}
	for i, n := range classes {
		factor := generators.Factor{Name: fmt.Sprintf("factor %c", 'A'+i)}
		for class := range n {
			factor.Classes = append(factor.Classes, generators.Class{Name: fmt.Sprint(class)})
		}
		m.Factors = append(m.Factors, factor)
	}
	return m
}

// vectorOf returns the vector of these classes of a model whose classes are their own values.
func vectorOf(m *generators.Model, classes ...int) generators.Vector {
	v := generators.Vector{Classes: classes, Values: make([]string, len(classes))}
	for i, class := range classes {
		v.Values[i] = m.Factors[i].Classes[class].Name
	}
	return v
}

// fullModel returns the largest parameter model of an edition.
func fullModel(e oracle.Edition) *generators.Model {
	scope := generators.FullModelScope()
	scope.Storages = []string{oracle.CloudDisk, "local_ssd"}
	return generators.NewModel(e, scope)
}

// draw draws a vector with the planted classes, and any valid classes elsewhere.
func (p plant) draw(t require.TestingT, m *generators.Model, n int) generators.Vector {
	vectors, err := m.Vectors(p.pinned(m))
	require.NoError(t, err)
	return generators.DrawNth(vectors, 1, "start", n)
}

// eachEdition runs a test with the largest parameter model of each edition.
func eachEdition(t *testing.T, test func(*testing.T, *generators.Model)) {
	for _, e := range oracle.Editions() {
		t.Run(e.Name, func(t *testing.T) { test(t, fullModel(e)) })
	}
}
