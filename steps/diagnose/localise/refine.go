package localise

import (
	"context"
	"fmt"
	"slices"

	"github.com/cbspec/cbspec/generators"
)

// refinement finds what prevents a failure in the contexts that pass.
type refinement struct{ *finder }

// refine adds a condition that excludes a context which passes. It reports whether it found one.
// The new condition is on a factor whose class in that context no failing vector has. If the
// document ties several such classes together, so that none can be tried without the others, the
// first one stands for all.
func (f refinement) refine(ctx context.Context, c *FailingCondition, passing generators.Vector) (bool, error) {
	suspects, err := f.narrow(ctx, c, passing)
	if err != nil {
		return false, err
	}
	if len(suspects) == 0 {
		return f.atPosition(c, passing), nil
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

// narrow finds the suspects of a passing vector, and reduces them as far as tries can tell them
// apart.
func (f refinement) narrow(ctx context.Context, c *FailingCondition, passing generators.Vector) ([]suspect, error) {
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
func (f refinement) separate(ctx context.Context, c *FailingCondition, some, others []suspect) ([]suspect, error) {
	r := f.region(c)
	for _, s := range some {
		r = r.with(s.factor, s.class)
	}
	for _, s := range others {
		r = f.without(r, s.factor, s.class)
	}
	all := slices.Concat(some, others)
	for n := range samples {
		v, ok := f.drawNear(c, r, fmt.Sprint("separate ", some, others), n)
		if !ok {
			break
		}
		result, err := f.tries.one(ctx, v)
		if err != nil {
			return nil, err
		}
		if remaining := f.suspects(c, v); result == Passes && len(remaining) < len(all) {
			return remaining, nil
		}
		if remaining := f.unseen(all); len(remaining) < len(all) {
			return remaining, nil
		}
	}
	return all, nil
}

// suspects lists the classes of a passing vector, outside the region of the condition, that no
// failing vector has.
func (f refinement) suspects(c *FailingCondition, passing generators.Vector) []suspect {
	r := f.region(c)
	var classes []suspect
	for i, class := range passing.Classes {
		if _, pinned := r[i]; !pinned {
			classes = append(classes, suspect{i, class})
		}
	}
	return f.unseen(classes)
}

// unseen lists the suspects that no failing vector has.
func (f refinement) unseen(suspects []suspect) []suspect {
	return slices.DeleteFunc(slices.Clone(suspects), func(s suspect) bool { return f.evidence.fails(s.factor, s.class) })
}

// failingClasses returns the condition on factor i: the classes with which vectors fail. One class
// is known to pass.
func (f refinement) failingClasses(ctx context.Context, c *FailingCondition, i, passing int) (Condition, error) {
	x := Condition{Factor: i, Classes: []int{c.Minimal.Classes[i]}}
	for _, class := range without(f.valid(i), []int{passing}) {
		if !f.evidence.fails(i, class) {
			if v, ok := f.drawNear(c, f.region(c).with(i, class), "failing class", class); ok {
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
