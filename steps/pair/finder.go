package pair

import (
	"context"
	"slices"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose/shrink"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// Bounds on the searches for the causes of differences.
const (
	conditionTries = 400 // of one search for a condition
	caseTries      = 400 // of one search for a minimal case; each further step counts as another
	searchesOfKey  = 8   // for one pair of decisions, which may differ for several causes
	searchesOfRun  = 60
	reproductions  = 3 // how often a difference is seen again before its condition is searched for
)

// Finder finds the causes of differences. Its methods are for one goroutine.
type Finder struct {
	Pair        Pair
	Model       *generators.Model
	Seed        uint64
	Concurrency int // how many cases of a search run at once
	// Unexplained counts the cases that differ and whose cause was not searched for, because there
	// were too many causes.
	Unexplained int

	found []*cause
}

// Explain finds the causes of the differences of some results: first of those in decisions, because
// others may follow from them. It returns an error that ends the run.
func (f *Finder) Explain(ctx context.Context, results []Result) error {
	for _, decisions := range []bool{true, false} {
		for _, r := range results {
			done := map[string]bool{}
			for _, d := range r.Differences {
				if (d.Aspect == reports.AspectDecision) != decisions || done[d.key()] {
					continue
				}
				done[d.key()] = true
				if err := f.explain(ctx, r.Case, d); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// explain counts a difference whose cause is known, and searches for the cause of another.
func (f *Finder) explain(ctx context.Context, c testcase.Case, d Difference) error {
	if k := f.known(c, d); k != nil {
		k.count(d)
		return nil
	}
	if len(f.found) >= searchesOfRun {
		f.Unexplained++
		return nil
	}
	steady, seen, err := f.steady(ctx, c.Case, d)
	if err != nil {
		return err
	}
	if !steady {
		if k := f.alikeUnsteady(d); k != nil {
			k.cases++
			return nil
		}
		f.add(cause{Difference: d, minimal: c.Case, seen: seen, tries: reproductions, cases: 1})
		return nil
	}
	if c.Vector == nil || len(c.Case.Steps) > 1 {
		plainer, is, err := f.alone(ctx, c, d)
		if err != nil {
			return err
		}
		if is {
			d.Step = 0 // the call is all there is
			return f.explain(ctx, plainer, d)
		}
		return f.minimise(ctx, c, d)
	}
	return f.locate(ctx, c, d)
}

// known returns the cause that explains a difference.
func (f *Finder) known(c testcase.Case, d Difference) *cause {
	vs := f.vectorsOf(c, d)
	for _, k := range f.found {
		if k.explains(c, d, vs) {
			return k
		}
	}
	alike := slices.DeleteFunc(slices.Clone(f.found), func(k *cause) bool { return k.key() != d.key() })
	if len(alike) < searchesOfKey {
		return nil
	}
	return alike[0]
}

// until returns a case without the steps after one.
func until(c targets.Case, step int) targets.Case {
	c.Steps = c.Steps[:step+1]
	return c
}

// again returns the difference that a case shows which is the same as d.
func (f *Finder) again(ctx context.Context, c targets.Case, d Difference) (Difference, bool, error) {
	ds, _, err := f.Pair.run(ctx, c)
	if runner.EndsRun(err) {
		return d, false, err
	}
	i := slices.IndexFunc(ds, func(other Difference) bool { return other.key() == d.key() })
	if i < 0 {
		return d, false, nil
	}
	return ds[i], true, nil
}

// steady reports whether a case differs again every time, and how often it did.
func (f *Finder) steady(ctx context.Context, c targets.Case, d Difference) (steady bool, seen int, err error) {
	for range reproductions {
		_, same, err := f.again(ctx, c, d)
		if err != nil {
			return false, seen, err
		}
		if same {
			seen++
		}
	}
	return seen == reproductions, seen, nil
}

// alikeUnsteady returns the cause that a difference counts to which does not come every time: one
// of the same key, or one of the same aspect that does not come every time either.
func (f *Finder) alikeUnsteady(d Difference) *cause {
	for _, k := range f.found {
		if k.key() == d.key() || k.Aspect == d.Aspect && k.unsteady() {
			return k
		}
	}
	return nil
}

// alone returns the call that differs by itself, as a vector, where it differs in the same way on
// an instance in the condition that the steps before it bring about.
func (f *Finder) alone(ctx context.Context, c testcase.Case, d Difference) (testcase.Case, bool, error) {
	single, known := shrink.LastCallAlone(f.Pair.A.Edition, until(c.Case, d.Step))
	v, is := f.Model.VectorOf(single)
	if c.Mutation != "" || !known || !is {
		return c, false, nil
	}
	m := f.Model
	plainer := testcase.Case{Model: m, Build: m.Case, Vector: &v, Case: m.Case(v)}
	steady, _, err := f.steady(ctx, plainer.Case, d)
	return plainer, steady, err
}

// add adds a cause, or counts it with another one that it is a form or a consequence of.
func (f *Finder) add(k cause) {
	for _, other := range f.found {
		if other.implies(k) || other.key() == k.key() && other.difference().Fingerprint == k.difference().Fingerprint {
			other.cases += k.cases
			return
		}
	}
	f.found = append(f.found, &k)
}

// Differences returns what was found, for the report. What another cause explains that was found
// later is counted with that.
func (f *Finder) Differences() []reports.Difference {
	var left []*cause
	for _, k := range f.found {
		c := testcase.Case{Model: f.Model, Case: k.minimal, Mutation: k.mutation}
		vs := f.vectorsOf(c, k.Difference)
		i := slices.IndexFunc(f.found, func(o *cause) bool {
			return o.mutation == "" && o.condition != nil && o.explains(c, k.Difference, vs)
		})
		root := k.Aspect == reports.AspectDecision && k.mutation == "" && k.condition != nil
		if i >= 0 && f.found[i] != k && !root {
			f.found[i].cases += k.cases
			continue
		}
		left = append(left, k)
	}
	var list []reports.Difference
	for _, k := range left {
		d := k.difference()
		i := slices.IndexFunc(list, func(other reports.Difference) bool { return sameOrder(other, d) })
		if d.Aspect != reports.AspectOrder || i < 0 {
			list = append(list, d)
			continue
		}
		list[i].Cases += d.Cases
		list[i].Also = append(list[i].Also, reports.Pair{A: d.A, B: d.B, Sentence: d.Sentence})
		list[i].Describe()
	}
	return list
}

// sameOrder reports whether one of the reasons to refuse a call is looked at earlier, or later, by
// one target in both differences.
func sameOrder(d, o reports.Difference) bool {
	return d.Aspect == reports.AspectOrder && (d.A == o.A || d.B == o.B ||
		slices.ContainsFunc(d.Also, func(p reports.Pair) bool { return p.A == o.A || p.B == o.B }))
}
