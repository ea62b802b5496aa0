package localise

import (
	"context"
	"slices"

	"github.com/cbspec/cbspec/generators"
)

// dependents are factors that the document allows only with certain classes of another factor. They
// are set back if changing only the other factor gives no evidence.
var dependents = map[string][]string{
	generators.Method:   {generators.Strategy, generators.DBName, generators.Retention},
	generators.Strategy: {generators.DBName, generators.Retention},
	generators.Engine:   {generators.Method, generators.Strategy, generators.DBName, generators.Retention, generators.Type},
	generators.Today:    {generators.Last},
}

// generalise finds the factors that matter to a failing vector, by changing one factor at a time.
func (f *finder) generalise(ctx context.Context, v generators.Vector) ([]Condition, error) {
	results, err := f.alternatives(ctx, v)
	if err != nil {
		return nil, err
	}
	var c FailingCondition
	// The dependents of a factor come after it: whether they matter is known before that factor is
	// judged.
	for i := range slices.Backward(f.model.Factors) {
		x, err := f.matters(ctx, v, i, results[i], c)
		if err != nil {
			return nil, err
		}
		if x != nil {
			c.add(*x)
		}
	}
	f.addMethod(v, &c)
	return c.Conditions, nil
}

// alternatives tries a vector with each factor at each of its other classes. It returns the results
// by factor and class.
func (f *finder) alternatives(ctx context.Context, v generators.Vector) ([][]Result, error) {
	var vectors []generators.Vector
	var into []*Result
	results := make([][]Result, len(f.model.Factors))
	for i, factor := range f.model.Factors {
		results[i] = make([]Result, len(factor.Classes))
		for class, of := range factor.Classes {
			specified := of.Kind != generators.Unspecified && of.Kind != generators.OnRequest
			if specified && class != v.Classes[i] {
				vectors = append(vectors, f.set(v, i, class, 0))
				into = append(into, &results[i][class])
			}
		}
	}
	tried, err := f.tries.all(ctx, vectors)
	for n, r := range tried {
		*into[n] = r
	}
	return results, err
}

// matters returns the condition on factor i, by the results of its other classes; nil if the factor
// does not matter. c holds the conditions on the factors after it.
func (f *finder) matters(ctx context.Context, v generators.Vector, i int, results []Result, c FailingCondition) (*Condition, error) {
	own := v.Classes[i]
	x := Condition{Factor: i, Classes: []int{own}}
	for class, r := range results {
		if r == Fails {
			x.add(class)
		}
	}
	passes := slices.Contains(results, Passes) || slices.Contains(results, ControlAccepted)
	heard := passes || len(x.Classes) > 1
	if !heard && own != 0 {
		var err error
		if passes, err = f.passesWithoutDependents(ctx, v, i, c); err != nil {
			return nil, err
		}
	}
	pinned, err := f.pinned(ctx, v, i)
	if err != nil {
		return nil, err
	}
	// What is wrong with the call is part of the condition even if it fails with every other class:
	// the rule is about it.
	wrong := slices.Contains(f.keep, i) && f.model.Factors[i].Classes[own].Kind == generators.Invalid
	switch {
	case pinned:
		return &Condition{Factor: i, Classes: []int{own}, Value: &v.Values[i]}, nil
	case passes, wrong:
		return &x, nil
	default:
		return nil, nil
	}
}

// passesWithoutDependents reports whether a vector passes with another class of factor i and its
// dependents set back. It does not if one of the dependents matters itself.
func (f *finder) passesWithoutDependents(ctx context.Context, v generators.Vector, i int, c FailingCondition) (bool, error) {
	after := f.indexes(dependents[f.model.Factors[i].Name])
	if slices.ContainsFunc(after, c.names) {
		return false, nil
	}
	for _, class := range without(f.valid(i), v.Classes[i:i+1]) {
		changed := f.set(v, i, class, 0)
		for _, d := range after {
			changed = f.set(changed, d, 0, 0)
		}
		if r, err := f.tries.one(ctx, changed); err != nil || r == Passes {
			return r == Passes, err
		}
	}
	return false, nil
}

// pinned reports whether the failure needs the very value that the vector has of factor i, and not
// only its class.
func (f *finder) pinned(ctx context.Context, v generators.Vector, i int) (bool, error) {
	class := f.model.Factors[i].Classes[v.Classes[i]]
	if class.Value == nil || class.Name == generators.Existing {
		return false, nil
	}
	var others []generators.Vector
	for n := range 4 {
		others = append(others, f.set(v, i, v.Classes[i], n+1))
	}
	results, err := f.tries.all(ctx, others)
	return slices.Contains(results, Passes), err
}

// addMethod adds what the document itself requires: BackupStrategy and DBName mean something only
// with their BackupMethod.
func (f *finder) addMethod(v generators.Vector, c *FailingCondition) {
	method := f.model.Index(generators.Method)
	if method < 0 || v.Classes[method] == 0 || c.names(method) {
		return
	}
	if slices.ContainsFunc(f.indexes([]string{generators.Strategy, generators.DBName}), c.names) {
		c.add(Condition{Factor: method, Classes: []int{v.Classes[method]}})
	}
}
