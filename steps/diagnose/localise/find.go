package localise

import (
	"context"
	"errors"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
)

// Result is what one try of a point shows.
type Result int

// Results of a try.
const (
	NoEvidence Result = iota // the document does not want the same of this point, or it could not be tried: it says nothing
	Passes
	Fails           // in the same way
	ControlAccepted // what is wrong is right here, so that there is nothing to fail
	LowerSeverity   // it fails in the same way, by a rule of a lower level: it says nothing, but that the failure comes about there
)

// Try tries a point. An error ends the search; what was found so far stands. It is called several times at once.
type Try func(context.Context, generators.Vector) (Result, error)

// Condition is one part of a law: a factor, and the classes of it with which the failure comes about.
type Condition struct {
	Factor  int
	Classes []int
	// Value is set where the failure needs this very value of the class.
	Value *string
}

// FailingCondition is what must hold for a failure to come about.
type FailingCondition struct {
	Minimal    generators.Vector // the minimal failing point
	Conditions []Condition
	Contexts   int  // further contexts that the law was checked in
	Failing    int  // of these, how many failed
	Tries      int  // different vectors that the search tried
	Exact      bool // the search is complete, and every context failed

	model *generators.Model
}

// contexts is in how many further contexts a law is checked, at the least: every class of what it does not name is in one of them.
const contexts = 12

// refinements is how often a law is mended by a context in which it does not hold.
const refinements = 4

// Search says where to search for the failing condition of a test vector, and what the search may cost.
type Search struct {
	Model *generators.Model
	// Keep lists the factors that are not reduced, because they are what is wrong with the call.
	Keep []int
	// Seed decides the contexts that the failing condition is checked in.
	Seed uint64
	// Parallel is how many vectors are tried at once; below 1 it is 1.
	Parallel int
	// Budget is how many different vectors are tried at most; 0 sets no bound.
	Budget int
	Try    Try
}

// ErrBudget reports that the search used up its budget.
var ErrBudget = errors.New("search budget used up")

// Find finds the failing condition of the vector p.
func Find(ctx context.Context, p generators.Vector, s Search) (FailingCondition, error) {
	m := s.Model
	f := finder{m: m, keep: s.Keep, seed: s.Seed, parallel: s.Parallel}
	f.try = f.noting(s.Try)
	f.failing(p)
	p, err := f.reduce(ctx, p)
	l := FailingCondition{Minimal: p, model: m}
	if err != nil {
		return l, err
	}
	l.Conditions, err = f.generalise(ctx, p)
	if err != nil {
		return l, err
	}
	for range refinements {
		passing, err := f.check(ctx, &l)
		if err != nil || passing == nil {
			return l, err
		}
		refined, err := f.refine(ctx, &l, *passing)
		if err != nil || !refined {
			return l, err
		}
	}
	_, err = f.check(ctx, &l)
	return l, err
}

// OfVector is the law of which nothing is known but that the point fails.
func OfVector(m *generators.Model, p generators.Vector) FailingCondition {
	l := FailingCondition{Minimal: p, model: m}
	for f := range m.Factors {
		l.Conditions = append(l.Conditions, Condition{Factor: f, Classes: []int{p.Classes[f]}})
	}
	return l
}

type finder struct {
	m    *generators.Model
	try  Try
	keep []int
	seed uint64
	n    int // values drawn so far

	parallel int

	mu    sync.Mutex
	fails [][]bool // by factor and class: a failing point has it
}

// noting is a try that notes the classes of what fails.
func (f *finder) noting(try Try) Try {
	return func(ctx context.Context, p generators.Vector) (Result, error) {
		r, err := try(ctx, p)
		if err == nil && (r == Fails || r == LowerSeverity) {
			f.failing(p)
		}
		if r == LowerSeverity {
			r = NoEvidence
		}
		return r, err
	}
}

func (f *finder) failing(p generators.Vector) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fails == nil {
		f.fails = make([][]bool, len(f.m.Factors))
		for i, factor := range f.m.Factors {
			f.fails[i] = make([]bool, len(factor.Classes))
		}
	}
	for i, class := range p.Classes {
		f.fails[i][class] = true
	}
}

// groups are factors that only make sense together: each is set back as a whole before its members are.
var groups = [][]string{
	{generators.Method, generators.Strategy, generators.DBName, generators.Retention, generators.Type},
	{generators.Method, generators.Strategy, generators.DBName, generators.Retention},
	{generators.Strategy, generators.DBName, generators.Retention},
	{generators.Last, generators.Today},
}

// reduce sets back to the plainest class whatever the failure does not need.
func (f *finder) reduce(ctx context.Context, p generators.Vector) (generators.Vector, error) {
	moves := [][]int{f.all()}
	for _, g := range groups {
		moves = append(moves, f.indexes(g))
	}
	for i := range f.m.Factors {
		moves = append(moves, []int{i})
	}
	for again := true; again; {
		again = false
		for _, move := range moves {
			q := p
			for _, i := range move {
				if !slices.Contains(f.keep, i) && q.Classes[i] != 0 {
					q = f.with(q, i, 0)
				}
			}
			if slices.Equal(q.Classes, p.Classes) {
				continue
			}
			r, err := f.try(ctx, q)
			if err != nil {
				return p, err
			}
			if r == Fails {
				p, again = q, true
			}
		}
	}
	return p, nil
}

func (f *finder) all() []int {
	is := make([]int, len(f.m.Factors))
	for i := range is {
		is[i] = i
	}
	return is
}

func (f *finder) indexes(names []string) []int {
	var is []int
	for _, n := range names {
		if i := f.m.Index(n); i >= 0 {
			is = append(is, i)
		}
	}
	return is
}

// with sets factor i to a class, with a fresh value of it.
func (f *finder) with(p generators.Vector, i, class int) generators.Vector {
	f.n++
	return generators.DrawNth(rapid.Custom(func(t *rapid.T) generators.Vector {
		rapid.Bool().Draw(t, "")
		return f.m.With(t, p, i, class)
	}), f.seed, "law", f.n)
}

// generalise tries every factor at its other classes, all side by side. A factor belongs to the law when the failure goes away with one of them.
func (f *finder) generalise(ctx context.Context, p generators.Vector) ([]Condition, error) {
	var others []alternative
	var points []generators.Vector
	for i, factor := range f.m.Factors {
		for class := range factor.Classes {
			if kind := factor.Classes[class].Kind; class != p.Classes[i] && kind != generators.Unspecified && kind != generators.OnRequest {
				others = append(others, alternative{factor: i, class: class})
				points = append(points, f.with(p, i, class))
			}
		}
	}
	results, err := f.tryAll(ctx, points)
	if err != nil {
		return nil, err
	}
	for n := range others {
		others[n].result = results[n]
	}
	var conditions []Condition
	relevant := map[int]bool{}
	// From the end, so that what depends on another factor is known before that one is judged.
	for i := len(f.m.Factors) - 1; i >= 0; i-- {
		c, err := f.matters(ctx, p, i, others, relevant)
		if err != nil {
			return conditions, err
		}
		if c != nil {
			relevant[i] = true
			conditions = append(conditions, *c)
		}
	}
	conditions = f.document(p, conditions, relevant)
	slices.SortFunc(conditions, func(a, b Condition) int { return a.Factor - b.Factor })
	return conditions, nil
}

// alternative is a point with one factor at another class.
type alternative struct {
	factor, class int
	result        Result
}

// dependents lists the factors that are valid only with certain classes of another; they are set back where that one is changed and
// nothing could be learnt otherwise.
var dependents = map[string][]string{
	generators.Method:   {generators.Strategy, generators.DBName, generators.Retention},
	generators.Strategy: {generators.DBName, generators.Retention},
	generators.Engine:   {generators.Method, generators.Strategy, generators.DBName, generators.Retention, generators.Type},
	generators.Today:    {generators.Last},
}

// matters tells what the law says of factor i, by its alternatives and by other values of its class; nil where none makes the failure go away.
func (f *finder) matters(ctx context.Context, p generators.Vector, i int, others []alternative, relevant map[int]bool) (*Condition, error) {
	c := Condition{Factor: i, Classes: []int{p.Classes[i]}}
	passed, heard := false, false
	classes := f.m.Factors[i].Classes
	for _, o := range others {
		if o.factor != i {
			continue
		}
		heard = heard || o.result != NoEvidence
		passed = passed || o.result == Passes || o.result == ControlAccepted
		if o.result == Fails {
			c.Classes = append(c.Classes, o.class)
		}
	}
	if !heard && p.Classes[i] != 0 {
		r, err := f.repaired(ctx, p, i, relevant)
		if err != nil {
			return nil, err
		}
		passed = r == Passes
	}
	pinned, err := f.pinned(ctx, p, i)
	if err != nil {
		return nil, err
	}
	if pinned {
		c.Value = &p.Values[i]
		c.Classes = []int{p.Classes[i]}
		return &c, nil
	}
	if !passed {
		// The one thing that is wrong is part of the law even where no class mends it: it is what the rule speaks of.
		if slices.Contains(f.keep, i) && classes[p.Classes[i]].Kind == generators.Invalid {
			return &c, nil
		}
		return nil, nil
	}
	slices.Sort(c.Classes)
	return &c, nil
}

// repaired tries factor i at other classes with its dependents set back. It says nothing where one of these matters itself.
func (f *finder) repaired(ctx context.Context, p generators.Vector, i int, relevant map[int]bool) (Result, error) {
	for _, d := range f.indexes(dependents[f.m.Factors[i].Name]) {
		if relevant[d] {
			return NoEvidence, nil
		}
	}
	for class := range f.m.Factors[i].Classes {
		if class == p.Classes[i] || f.m.Factors[i].Classes[class].Kind != generators.Valid {
			continue
		}
		q := f.with(p, i, class)
		for _, d := range f.indexes(dependents[f.m.Factors[i].Name]) {
			q = f.with(q, d, 0)
		}
		if r, err := f.try(ctx, q); err != nil || r == Passes {
			return r, err
		}
	}
	return NoEvidence, nil
}

// pinned tells whether the failure needs this very value of a drawn class.
func (f *finder) pinned(ctx context.Context, p generators.Vector, i int) (bool, error) {
	class := f.m.Factors[i].Classes[p.Classes[i]]
	if class.Value == nil || class.Name == generators.Existing {
		return false, nil
	}
	var others []generators.Vector
	for range 4 {
		others = append(others, f.with(p, i, p.Classes[i]))
	}
	results, err := f.tryAll(ctx, others)
	return slices.Contains(results, Passes), err
}

// tryAll tries points side by side; the results are in their order.
func (f *finder) tryAll(ctx context.Context, points []generators.Vector) ([]Result, error) {
	results := make([]Result, len(points))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(f.parallel, 1))
	for i, p := range points {
		g.Go(func() (err error) {
			results[i], err = f.try(ctx, p)
			return err
		})
	}
	return results, g.Wait()
}

// document adds what the document itself makes a part of the law: BackupStrategy speaks only with its BackupMethod.
func (f *finder) document(p generators.Vector, cs []Condition, relevant map[int]bool) []Condition {
	method := f.m.Index(generators.Method)
	if p.Classes[method] != 0 && !relevant[method] && (relevant[f.m.Index(generators.Strategy)] || relevant[f.m.Index(generators.DBName)]) {
		cs = append(cs, Condition{Factor: method, Classes: []int{p.Classes[method]}})
	}
	return cs
}

// Covers tells whether a point, of this or another model, is in the region of the law.
func (l FailingCondition) Covers(m *generators.Model, p generators.Vector) bool {
	for _, c := range l.Conditions {
		own := l.model.Factors[c.Factor]
		f := m.Index(own.Name)
		if f < 0 || c.Value != nil && *c.Value != p.Values[f] {
			return false
		}
		class := m.Factors[f].Classes[p.Classes[f]].Name
		if class == generators.AnyNames && c.Value == nil && !c.has(own, class) {
			class = m.DatabaseCount(p) // a law of how many there are holds whatever they are called
		}
		if !c.has(own, class) {
			return false
		}
	}
	return true
}

// has tells whether the class of that name is one of the condition's.
func (c Condition) has(f generators.Factor, class string) bool {
	return slices.ContainsFunc(c.Classes, func(i int) bool { return f.Classes[i].Name == class })
}

// Always tells whether the failure comes about whatever a case is like, as far as that was checked.
func (l FailingCondition) Always() bool {
	return len(l.Conditions) == 0 && l.Contexts > 0 && l.Failing == l.Contexts
}

// Factors lists the names of the factors that the law speaks of.
func (l FailingCondition) Factors() []string {
	var names []string
	for _, c := range l.Conditions {
		names = append(names, l.model.Factors[c.Factor].Name)
	}
	return names
}

// Clause is one condition in names, which a sentence can be made from without the model.
type Clause struct {
	Factor  string
	Classes []string
	// Except names the one valid class of the factor with which the call does not fail, where that is shorter to say.
	Except string
	// Value is set where the failure needs this very value of the class.
	Value *string
}

// When returns the conditions in names, in the order of the model's factors.
func (c FailingCondition) When() []Clause {
	var clauses []Clause
	for _, x := range c.Conditions {
		factor := c.model.Factors[x.Factor]
		clause := Clause{Factor: factor.Name, Value: x.Value}
		for _, i := range x.Classes {
			clause.Classes = append(clause.Classes, factor.Classes[i].Name)
		}
		clauses = append(clauses, clause)
	}
	return clauses
}
