package localise

import (
	"context"
	"slices"

	"github.com/cbspec/cbspec/generators"
)

// samples is the number of vectors that a class is tried in before it joins a condition.
const samples = 4

// widen adds to the conditions the valid classes that no passing vector excludes, if a vector with
// them fails. It drops a condition that it widened if no passing vector excludes any class. It
// reports whether it changed the conditions; they must be checked again then.
func (f *finder) widen(ctx context.Context, c *FailingCondition) (bool, error) {
	changed := false
	for n := len(c.Conditions) - 1; n >= 0; n-- {
		widened, err := f.widenOne(ctx, c, &c.Conditions[n])
		if err != nil {
			return changed, err
		}
		if widened && !f.excludes(c, c.Conditions[n]) {
			c.Conditions = slices.Delete(c.Conditions, n, n+1)
		}
		changed = changed || widened
	}
	return changed, nil
}

// widenOne widens one of the conditions of c. It reports whether it changed it.
func (f *finder) widenOne(ctx context.Context, c *FailingCondition, x *Condition) (bool, error) {
	changed := false
	if x.Value != nil {
		return false, nil
	}
	for _, class := range without(f.valid(x.Factor), x.Classes) {
		if f.evidence.passes(c, x.Factor, class) {
			continue
		}
		fails, err := f.sample(ctx, c, x.Factor, class)
		if err != nil {
			return changed, err
		}
		if fails {
			x.add(class)
			changed = true
		}
	}
	return changed, nil
}

// excludes reports whether a passing vector shows that the condition x of c is needed.
func (f *finder) excludes(c *FailingCondition, x Condition) bool {
	for class := range f.model.Factors[x.Factor].Classes {
		if !slices.Contains(x.Classes, class) && f.evidence.passes(c, x.Factor, class) {
			return true
		}
	}
	return false
}

// sample reports whether a vector fails that has a class of factor i and meets the conditions on
// the other factors.
func (f *finder) sample(ctx context.Context, c *FailingCondition, i, class int) (bool, error) {
	var vectors []generators.Vector
	for n := range samples {
		if v, ok := f.drawNear(c, f.region(c).with(i, class), "widen", (i*100+class)*samples+n); ok {
			vectors = append(vectors, v)
		}
	}
	results, err := f.tries.all(ctx, vectors)
	return slices.Contains(results, Fails), err
}
