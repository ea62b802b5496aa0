package localise

import (
	"maps"

	"github.com/cbspec/cbspec/generators"
)

// region is a set of vectors: the classes that some factors have in it. The other factors have any
// valid classes.
type region map[int][]int

// region returns the vectors that a condition is about: they have its classes, and what is wrong
// with the call on purpose.
func (s *space) region(c *FailingCondition) region {
	r := region{}
	for _, i := range s.keep {
		r[i] = []int{c.Minimal.Classes[i]}
	}
	for _, x := range c.Conditions {
		r[x.Factor] = x.Classes
	}
	return r
}

// with returns the vectors of the region in which factor i has one of these classes.
func (r region) with(i int, classes ...int) region {
	r = maps.Clone(r)
	r[i] = classes
	return r
}

// without returns the vectors of the region in which factor i has another valid class.
func (s *space) without(r region, i, class int) region {
	return r.with(i, without(s.valid(i), []int{class})...)
}

// valid lists the valid classes of factor i.
func (s *space) valid(i int) []int {
	var valid []int
	for class, of := range s.model.Factors[i].Classes {
		if of.Kind == generators.Valid {
			valid = append(valid, class)
		}
	}
	return valid
}
