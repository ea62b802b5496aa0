package localise

import (
	"context"
	"slices"

	"github.com/cbspec/cbspec/generators"
)

// contexts is the smallest number of contexts that a condition is checked in, if there are so many.
const contexts = 12

// check tries the condition in contexts, and counts them. It returns a context that passes, or nil.
func (f *finder) check(ctx context.Context, c *FailingCondition) (*generators.Vector, error) {
	c.Contexts, c.Failing, c.silent = 0, 0, 0
	r := f.region(c)
	key := f.tries.search.Key
	seen := map[string]bool{key(f.original): true, key(c.Minimal): true}
	// Some contexts give no evidence, so that one batch is not enough.
	for batch := range 3 {
		var vectors []generators.Vector
		for n := c.Contexts; n < contexts; n++ {
			draw := f.draw
			if n%2 == 0 {
				draw = f.drawSpecified
			}
			v, ok := draw(c, r, "context", batch*contexts+n)
			if ok && !seen[key(v)] {
				seen[key(v)] = true
				vectors = append(vectors, v)
			}
		}
		if passing, err := f.count(ctx, c, vectors); err != nil || passing != nil {
			return passing, err
		}
	}
	return f.count(ctx, c, f.otherClasses(c, r))
}

// count tries contexts and counts them. It returns the first that passes, or nil.
func (f *finder) count(ctx context.Context, c *FailingCondition, vectors []generators.Vector) (*generators.Vector, error) {
	results, err := f.tries.all(ctx, vectors)
	var passing *generators.Vector
	for n, result := range results {
		switch result {
		case Fails:
			c.Contexts++
			c.Failing++
		case Passes:
			c.Contexts++
			if passing == nil {
				passing = &vectors[n]
			}
		default:
			c.silent++
		}
	}
	return passing, err
}

// otherClasses draws contexts with the valid classes that no failing vector has, of the factors
// that the condition is not about.
func (f *finder) otherClasses(c *FailingCondition, r region) []generators.Vector {
	var vectors []generators.Vector
	for i := range f.model.Factors {
		if _, pinned := r[i]; pinned {
			continue
		}
		for _, class := range f.valid(i) {
			drawn := slices.ContainsFunc(vectors, func(v generators.Vector) bool { return v.Classes[i] == class })
			if drawn || f.evidence.fails(i, class) {
				continue
			}
			if v, ok := f.drawSpecified(c, r.with(i, class), "other class", i*100+class); ok {
				vectors = append(vectors, v)
			}
		}
	}
	return vectors
}
