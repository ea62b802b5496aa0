package generators

import (
	"maps"
	"slices"
	"strconv"

	"pgregory.net/rapid"
)

// vectorSource draws the vectors of the screening sequences.
type vectorSource struct {
	m     *Model
	seed  uint64
	drawn int          // how many vectors were drawn
	done  map[int]bool // the mutations that were drawn
}

// draw draws the next vector of the screening. The name is part of the seed: another name would
// draw other vectors.
func (s *vectorSource) draw(g *rapid.Generator[Vector]) Vector {
	s.drawn++
	return DrawNth(g, s.seed, "tour", s.drawn)
}

// valid draws few valid vectors that together have each class at least once.
func (s *vectorSource) valid(on Pinned) []Vector { return s.vectorsOf(s.rows(on, 1)) }

// validForQuota draws as many valid vectors as the quota allows. They have as many pairs of classes
// as that number can.
func (s *vectorSource) validForQuota(on Pinned) []Vector {
	rows := s.rows(on, 2)
	for len(rows) > 0 && len(rows) < s.m.Edition.Quota {
		rows = append(rows, rows[0])
	}
	return s.vectorsOf(rows)
}

// rows returns a covering array of the valid rows with the pinned classes. It is empty where the
// target has no such instance.
func (s *vectorSource) rows(on Pinned, strength int) [][]int {
	var given []choice
	for _, name := range slices.Sorted(maps.Keys(on)) {
		c := s.m.pick(name, on[name]...)
		if c.classes == 0 {
			return nil
		}
		given = append(given, c)
	}
	return s.m.array(given, nil, strength, s.seed)
}

func (s *vectorSource) vectorsOf(rows [][]int) []Vector {
	rows = rows[:min(len(rows), s.m.Edition.Quota)]
	vectors := make([]Vector, len(rows))
	for i, row := range rows {
		vectors[i] = s.draw(s.m.vectorsOf(row))
	}
	return vectors
}

// mutated draws a call for each mutation that such an instance allows and that no earlier sequence
// has.
func (s *vectorSource) mutated(on Pinned) []Checkpoint {
	var calls []Checkpoint
	for i, mu := range s.m.mutations {
		_, ofCondition := on[s.m.Factors[mu.Factor].Name]
		if ofCondition || s.done[i] || !s.m.CanMutate(mu, on) {
			continue
		}
		s.done[i] = true
		calls = append(calls, Checkpoint{Vector: s.draw(s.m.Mutated(mu, on)), WrongFactor: mu.Factor})
	}
	return calls
}

// unspecified draws a vector for each class of a parameter that the document does not mention.
func (s *vectorSource) unspecified(on Pinned, valid []Vector) []Vector {
	var vectors []Vector
	for f, factor := range s.m.Factors {
		if _, ofCondition := on[factor.Name]; ofCondition || factor.Name == Action {
			continue
		}
		for class, c := range factor.Classes {
			if c.Kind != Unspecified {
				continue
			}
			from := valid[len(vectors)%len(valid)]
			vectors = append(vectors, s.draw(drawing(func(t *rapid.T) Vector { return s.m.With(t, from, f, class) })))
		}
	}
	return vectors
}

// in returns the vector on an instance with that many backups of today and that last backup, or
// with the nearest classes that the model has.
func (s *vectorSource) in(v Vector, today int, last string) Vector {
	v = v.Clone()
	f := s.m.Index(Today)
	for class, c := range s.m.Factors[f].Classes {
		if n, err := strconv.Atoi(c.Name); err == nil && n <= today {
			v.Classes[f], v.Values[f] = class, c.Name
		}
	}
	if class := s.m.Class(Last, last); class >= 0 {
		v.Classes[s.m.Index(Last)], v.Values[s.m.Index(Last)] = class, last
	}
	return v
}
