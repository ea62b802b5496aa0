package localise

import (
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
)

// space draws the vectors of a model that a search tries. It prefers what the evidence suggests.
type space struct {
	model    *generators.Model
	keep     []int // factors that are wrong on purpose
	seed     uint64
	evidence evidence
}

// set returns the vector with factor i set to a class. Equal n give equal values of the class.
func (s *space) set(v generators.Vector, i, class, n int) generators.Vector {
	return generators.DrawNth(rapid.Custom(func(t *rapid.T) generators.Vector {
		rapid.Bool().Draw(t, "") // rapid rejects a generator that draws nothing
		return s.model.With(t, v, i, class)
	}), s.seed, "class", (i*100+class)*10+n)
}

// indexes returns the indexes of the factors of these names that the model has.
func (s *space) indexes(names []string) []int {
	var indexes []int
	for _, name := range names {
		if i := s.model.Index(name); i >= 0 {
			indexes = append(indexes, i)
		}
	}
	return indexes
}
