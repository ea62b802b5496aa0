package localise

import (
	"context"
	"fmt"
	"slices"

	"github.com/cbspec/cbspec/generators"
)

// refine adds a condition that excludes a context which passes. It reports whether it found one.
// The new condition is on a factor whose class in that context no failing vector has. If the
// document ties several such classes together, so that none can be tried without the others, the
// first one stands for all.
func (f *finder) refine(ctx context.Context, c *FailingCondition, passing generators.Vector) (bool, error) {
	suspects, err := f.narrow(ctx, c, passing)
	if err != nil || len(suspects) == 0 {
		return false, err
	}
	i := suspects[0].factor
	x, err := f.failingClasses(ctx, c, i, suspects[0].class)
	if err != nil {
		return false, err
	}
	c.add(x)
	return true, nil
}

// suspect is a class that may prevent the failure.
type suspect struct{ factor, class int }

// narrow finds the suspects of a passing vector, and reduces them as far as tries can tell them apart.
func (f *finder) narrow(ctx context.Context, c *FailingCondition, passing generators.Vector) ([]suspect, error) {
	suspects := f.suspects(c, passing)
	for progress := true; progress && len(suspects) > 1; {
		progress = false
		for i := range suspects {
			others := slices.Concat(suspects[:i], suspects[i+1:])
			fewer, err := f.separate(ctx, c, suspects[i:i+1], others)
			if err == nil && len(fewer) == len(suspects) {
				fewer, err = f.separate(ctx, c, others, suspects[i:i+1])
			}
			if err != nil {
				return nil, err
			}
			if progress = len(fewer) < len(suspects); progress {
				suspects = fewer
				break
			}
		}
	}
	return suspects, nil
}

// separate tries vectors with some suspects and without the others, and returns which of all remain
// suspects.
func (f *finder) separate(ctx context.Context, c *FailingCondition, some, others []suspect) ([]suspect, error) {
	region := f.region(c)
	for _, s := range some {
		region = f.with(region, s.factor, s.class)
	}
	for _, s := range others {
		region = f.except(region, s.factor, s.class)
	}
	all := slices.Concat(some, others)
	for n := range samples {
		v, ok := f.drawNear(c, region, fmt.Sprint("separate ", some, others), n)
		if !ok {
			break
		}
		r, err := f.tries.one(ctx, v)
		if err != nil {
			return nil, err
		}
		if remaining := f.suspects(c, v); r == Passes && len(remaining) < len(all) {
			return remaining, nil
		}
		if remaining := f.unseen(all); len(remaining) < len(all) {
			return remaining, nil
		}
	}
	return all, nil
}

// suspects lists the classes of a passing vector, outside the region of the condition, that no failing
// vector has.
func (f *finder) suspects(c *FailingCondition, passing generators.Vector) []suspect {
	region := f.region(c)
	var classes []suspect
	for i, factor := range f.model.Factors {
		if _, pinned := region[factor.Name]; !pinned {
			classes = append(classes, suspect{i, passing.Classes[i]})
		}
	}
	return f.unseen(classes)
}

// unseen lists the suspects that no failing vector has.
func (f *finder) unseen(suspects []suspect) []suspect {
	return slices.DeleteFunc(slices.Clone(suspects), func(s suspect) bool { return f.evidence.fails(s.factor, s.class) })
}

// failingClasses returns the condition on factor i: the classes with which vectors fail. One class is
// known to pass.
func (f *finder) failingClasses(ctx context.Context, c *FailingCondition, i, passing int) (Condition, error) {
	region := f.region(c)
	x := Condition{Factor: i, Classes: []int{c.Minimal.Classes[i]}}
	for class, of := range f.model.Factors[i].Classes {
		if of.Kind != generators.Valid || class == passing {
			continue
		}
		if !f.evidence.fails(i, class) {
			if v, ok := f.drawNear(c, f.with(region, i, class), "class", class); ok {
				if _, err := f.tries.one(ctx, v); err != nil {
					return x, err
				}
			}
		}
		if f.evidence.fails(i, class) {
			x.add(class)
		}
	}
	return x, nil
}
