package localise

import (
	"math/rand/v2"
	"slices"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
)

// draw draws the n-th vector of a region for a purpose, with the values that the condition needs.
// It reports whether there is one.
func (s *space) draw(c *FailingCondition, r region, purpose string, n int) (generators.Vector, bool) {
	return s.drawing(c, r, purpose, n).vector()
}

// drawSpecified draws a vector as draw does, and one that the document allows but for what is wrong
// on purpose, if the region has any. The minimal vector may be of a kind whose answer the document
// leaves open. Vectors like it give no evidence.
func (s *space) drawSpecified(c *FailingCondition, r region, purpose string, n int) (generators.Vector, bool) {
	d := s.drawing(c, r, purpose, n)
	d.exempt = s.keep
	if v, ok := d.vector(); ok {
		return v, true
	}
	return s.draw(c, r, purpose, n)
}

// drawNear draws a vector of a region as draw does, with classes that were seen to fail where that
// is possible.
func (s *space) drawNear(c *FailingCondition, r region, purpose string, n int) (generators.Vector, bool) {
	d := s.drawing(c, r, purpose, n)
	for i, classes := range d.candidates {
		slices.SortStableFunc(classes, func(a, b int) int {
			switch fails := s.evidence.fails(i, a); {
			case fails == s.evidence.fails(i, b):
				return 0
			case fails:
				return -1
			default:
				return 1
			}
		})
	}
	return d.vector()
}

// drawing draws one vector.
type drawing struct {
	model      *generators.Model
	condition  *FailingCondition
	candidates [][]int // by factor, in the order in which they are taken
	exempt     []int
	random     *rand.Rand
}

func (s *space) drawing(c *FailingCondition, r region, purpose string, n int) *drawing {
	d := &drawing{
		model: s.model, condition: c, exempt: s.exempt(c.Minimal),
		random: rand.New(rand.NewPCG(uint64(generators.Seed(s.seed, purpose, n)), 0)),
	}
	for i := range s.model.Factors {
		classes, pinned := r[i]
		if !pinned {
			classes = s.valid(i)
		}
		classes = slices.Clone(classes)
		d.random.Shuffle(len(classes), func(a, b int) { classes[a], classes[b] = classes[b], classes[a] })
		d.candidates = append(d.candidates, classes)
	}
	return d
}

// vector draws the vector. It reports whether there is one.
func (d *drawing) vector() (generators.Vector, bool) {
	order := make([]int, len(d.candidates))
	for i := range order {
		order[i] = i
	}
	// The factors with the fewest candidates come first, so that dead ends are found early.
	slices.SortStableFunc(order, func(a, b int) int { return len(d.candidates[a]) - len(d.candidates[b]) })
	row := slices.Repeat([]int{-1}, len(d.candidates))
	if !d.complete(row, order) {
		return generators.Vector{}, false
	}
	v := rapid.Custom(func(t *rapid.T) generators.Vector {
		rapid.Bool().Draw(t, "") // rapid rejects a generator that draws nothing
		return d.model.Draw(t, row)
	}).Example(int(d.random.Int64()))
	for _, x := range d.condition.Conditions {
		if x.Value != nil {
			v.Values[x.Factor] = *x.Value
		}
		if !x.drawPosition(d.model, v) {
			return generators.Vector{}, false
		}
	}
	return v, true
}

// complete sets the factors of order in row to candidates that go together. It reports whether that
// is possible.
func (d *drawing) complete(row, order []int) bool {
	if len(order) == 0 {
		return true
	}
	i := order[0]
	for _, class := range d.candidates[i] {
		row[i] = class
		if d.allowed(row) && d.complete(row, order[1:]) {
			return true
		}
	}
	row[i] = -1
	return false
}

// allowed reports whether the document allows the classes of a row together. What it does not allow
// in the minimal vector is wrong on purpose, and does not count.
func (d *drawing) allowed(row []int) bool {
	var wrong []int
	for _, i := range d.exempt {
		if row[i] == d.condition.Minimal.Classes[i] {
			wrong = append(wrong, i)
		}
	}
	return d.model.Allowed(unset(row, wrong))
}

// exempt lists the factors without which the document allows a vector: none, those that are wrong
// on purpose, any other one, or all.
func (s *space) exempt(v generators.Vector) []int {
	all := make([]int, len(v.Classes))
	choices := [][]int{nil, s.keep}
	for i := range all {
		all[i] = i
		choices = append(choices, []int{i})
	}
	for _, factors := range choices {
		if s.model.Allowed(unset(v.Classes, factors)) {
			return factors
		}
	}
	return all
}

// unset returns a row without some of its factors.
func unset(row []int, factors []int) []int {
	row = slices.Clone(row)
	for _, i := range factors {
		row[i] = -1
	}
	return row
}
