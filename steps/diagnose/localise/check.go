package localise

import (
	"context"
	"slices"

	"github.com/cbspec/cbspec/generators"
)

// region fixes what the law speaks of, and what is wrong with the call.
func (f *finder) region(l *FailingCondition) generators.Pinned {
	fixed := generators.Pinned{}
	for i, factor := range f.m.Factors {
		if slices.Contains(f.keep, i) {
			fixed[factor.Name] = []string{factor.Classes[l.Minimal.Classes[i]].Name}
		}
	}
	for _, c := range l.Conditions {
		fixed[f.m.Factors[c.Factor].Name] = f.names(c.Factor, c.Classes)
	}
	return fixed
}

func (f *finder) names(factor int, classes []int) []string {
	var names []string
	for _, class := range classes {
		names = append(names, f.m.Factors[factor].Classes[class].Name)
	}
	return names
}

// draw draws a point of what is fixed, with the values that the law needs; ok is false where there is none.
func (f *finder) draw(l *FailingCondition, fixed generators.Pinned, name string, n int) (p generators.Vector, ok bool) {
	points, err := f.m.Vectors(fixed)
	if err != nil {
		return p, false
	}
	p = generators.DrawNth(points, f.seed, name, n)
	for _, c := range l.Conditions {
		if c.Value != nil {
			p.Values[c.Factor] = *c.Value
		}
	}
	return p, true
}

// check tries the law in further contexts: any valid classes of the factors that it does not name, each of these classes at least once. It returns a context in
// which the law does not hold, or nil.
func (f *finder) check(ctx context.Context, l *FailingCondition) (*generators.Vector, error) {
	l.Contexts, l.Failing = 0, 0
	var passing *generators.Vector
	try := func(further []generators.Vector) error {
		results, err := f.tryAll(ctx, further)
		if err != nil {
			return err
		}
		for i, r := range results {
			if r == Fails || r == Passes {
				l.Contexts++
			}
			if r == Fails {
				l.Failing++
			} else if r == Passes && passing == nil {
				passing = &further[i]
			}
		}
		return nil
	}
	fixed := f.region(l)
	// Some contexts say nothing, so that there are more than are wanted.
	for batch := range 3 {
		var further []generators.Vector
		for i := l.Contexts; i < contexts; i++ {
			if q, ok := f.draw(l, fixed, "context", batch*contexts+i); ok {
				further = append(further, q)
			}
		}
		if err := try(further); err != nil || passing != nil {
			return passing, err
		}
	}
	err := try(f.rest(l, fixed))
	return passing, err
}

// rest draws contexts that have the classes with which no point was seen to fail.
func (f *finder) rest(l *FailingCondition, fixed generators.Pinned) []generators.Vector {
	var further []generators.Vector
	has := func(i, class int) bool {
		return f.fails[i][class] || slices.ContainsFunc(further, func(p generators.Vector) bool { return p.Classes[i] == class })
	}
	for i, factor := range f.m.Factors {
		if _, is := fixed[factor.Name]; is {
			continue
		}
		for class, c := range factor.Classes {
			if c.Kind != generators.Valid || has(i, class) {
				continue
			}
			if q, ok := f.draw(l, with(fixed, factor.Name, c.Name), "rest", i*100+class); ok {
				further = append(further, q)
			}
		}
	}
	return further
}

func with(fixed generators.Pinned, factor string, classes ...string) generators.Pinned {
	out := generators.Pinned{factor: classes}
	for name, classes := range fixed {
		if name != factor {
			out[name] = classes
		}
	}
	return out
}

// refine mends a law by a context in which it does not hold: some class there keeps the failure away. It is one that no failing point has; where the document ties
// several such classes together, so that none can be tried without the others, the first stands for all.
func (f *finder) refine(ctx context.Context, l *FailingCondition, passing generators.Vector) (bool, error) {
	within := f.region(l)
	suspects := f.suspects(within, passing)
	for progress := true; progress && len(suspects) > 1; {
		progress = false
		for _, i := range suspects {
			q, ok := f.apart(l, within, i, passing.Classes[i])
			if !ok {
				continue
			}
			r, err := f.try(ctx, q)
			if err != nil {
				return false, err
			}
			if r == Passes && len(f.suspects(within, q)) < len(suspects) {
				passing = q
			}
			if now := f.suspects(within, passing); len(now) < len(suspects) {
				suspects, progress = now, true
				break
			}
		}
	}
	if len(suspects) == 0 {
		return false, nil
	}
	c, err := f.classes(ctx, l, within, suspects[0], passing.Classes[suspects[0]])
	if err != nil {
		return false, err
	}
	l.Conditions = append(l.Conditions, c)
	slices.SortFunc(l.Conditions, func(a, b Condition) int { return a.Factor - b.Factor })
	return true, nil
}

// suspects are the factors whose class in a passing point no failing point has, beside those within which it was drawn.
func (f *finder) suspects(within generators.Pinned, passing generators.Vector) []int {
	var is []int
	for i, factor := range f.m.Factors {
		if _, named := within[factor.Name]; !named && !f.fails[i][passing.Classes[i]] {
			is = append(is, i)
		}
	}
	return is
}

// apart draws a point that has a class of factor i, and of every other that the law does not name a class with which the failure was seen.
func (f *finder) apart(l *FailingCondition, within generators.Pinned, i, class int) (generators.Vector, bool) {
	fixed := with(within, f.m.Factors[i].Name, f.m.Factors[i].Classes[class].Name)
	for j, factor := range f.m.Factors {
		if _, is := fixed[factor.Name]; is {
			continue
		}
		for class, failed := range f.fails[j] {
			if failed && factor.Classes[class].Kind == generators.Valid {
				fixed[factor.Name] = append(fixed[factor.Name], factor.Classes[class].Name)
			}
		}
	}
	return f.draw(l, fixed, "apart", i*100+class)
}

// classes finds with which classes of a factor the failure comes about; with one of them it does not.
func (f *finder) classes(ctx context.Context, l *FailingCondition, within generators.Pinned, i, not int) (Condition, error) {
	c := Condition{Factor: i}
	for class, of := range f.m.Factors[i].Classes {
		if of.Kind != generators.Valid || class == not {
			continue
		}
		q, ok := f.apart(l, within, i, class)
		if !ok { // the document ties the class to others
			q, ok = f.draw(l, with(within, f.m.Factors[i].Name, of.Name), "class", class)
		}
		if ok && !f.fails[i][class] {
			if _, err := f.try(ctx, q); err != nil {
				return c, err
			}
		}
		if f.fails[i][class] {
			c.Classes = append(c.Classes, class)
		}
	}
	return c, nil
}
