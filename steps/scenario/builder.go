package scenario

import (
	"cmp"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// builder builds the test cases that the Given and When steps of a scenario describe.
type builder struct {
	env   *Env
	model *generators.Model
	// rule is the id of the rule, and key the name of the scenario in seeds and shards.
	rule, key string

	pinned   generators.Pinned
	anyNames bool // the databases may have any names
	// second is the number of backups that a second instance has today; nil where there is none.
	second  *int
	actions []action
	long    bool // a case has more calls than a day has backups, so that few cases stand for all
	fault   *fault
	// mutations are applied to the last call, one to each case in turn.
	mutations []mutation
	// faulty is set where the mutations are what is wrong: the control case goes without them.
	faulty bool
	once   bool // each mutation is tried in one case
}

// fault is a factor that is set to a wrong class.
type fault struct {
	factor  string
	classes []string
	each    bool // every class is tried, and not any of them
}

// single reports whether a case is one call on one instance.
func (b *builder) single() bool { return len(b.actions) <= 1 && b.second == nil }

// do adds actions. A scenario without any makes one valid call.
func (b *builder) do(actions ...action) { b.actions = append(b.actions, actions...) }

// quota returns how many backups a day the edition allows.
func (b *builder) quota() int { return b.env.edition().Quota }

// write returns the case of a vector.
func (b *builder) write(v generators.Vector) targets.Case {
	w := &caseWriter{model: b.model, vector: v, other: func(i int) generators.Vector { return b.other(v, i) }}
	w.c.Conditions = []targets.Condition{b.model.Condition(v)}
	if b.second != nil {
		w.c.Conditions = append(w.c.Conditions, besides(w.c.Conditions[0], *b.second))
	}
	actions := b.actions
	if len(actions) == 0 {
		actions = []action{callOnce}
	}
	for _, do := range actions {
		do(w)
	}
	return w.c
}

// other returns the vector of the i-th further valid call on the instance of v, or v itself where
// no further call is valid on it.
func (b *builder) other(v generators.Vector, i int) generators.Vector {
	vectors, err := b.model.AcceptedOnSameInstance(v)
	if err != nil {
		return v
	}
	return generators.DrawNth(vectors, b.env.Seed, b.key+"/other", i)
}

// besides returns the condition of a second, idle instance that has so many backups today.
func besides(first targets.Condition, today int) targets.Condition {
	second := first
	second.Status, second.LockMode, second.LastBackup = targets.Running, "", targets.LastCompleted
	second.BackupsToday = today
	if len(second.Databases) == 0 {
		second.Databases = []string{}
	}
	return second
}

// count returns how many cases are drawn, those of must-try values not included.
func (b *builder) count(faults []generators.Mutation) int {
	n := b.env.Checks
	if !b.single() {
		n = max(n/4, 2)
		if b.long {
			n = 2
		}
	}
	if len(faults) > 0 && b.fault.each {
		n = max(n, len(faults))
	}
	if b.once {
		return len(b.mutations)
	}
	return max(n, 3*len(b.mutations))
}

// cases draws the test cases of the scenario.
func (b *builder) cases() ([]testcase.Case, error) {
	if single, is := b.env.single(); is {
		return b.casesOfSingle(single)
	}
	faults, err := b.faults()
	if err != nil {
		return nil, err
	}
	var vectors *rapid.Generator[generators.Vector]
	if len(faults) == 0 {
		if vectors, err = b.model.Vectors(b.pinned); err != nil {
			return nil, err
		}
	}
	d := drawing{builder: b, faults: faults, vectors: vectors}
	n, values := b.count(faults), b.mustTry(faults)
	var cases []testcase.Case
	for i := range n + len(values) {
		if !b.env.Shard.Has(b.key, i) {
			continue
		}
		value, from := noValue, i
		if i >= n {
			value, from = values[i-n], n+(i-n)%mustTryContexts
		}
		c, err := d.nth(from, value)
		if err != nil {
			return nil, err
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// drawing draws the cases of a builder.
type drawing struct {
	*builder
	faults  []generators.Mutation
	vectors *rapid.Generator[generators.Vector] // where there are no faults
}

// nth draws the i-th case with a must-try value, if there is one.
func (d drawing) nth(i int, value mustTryValue) (testcase.Case, error) {
	var failure error
	g := rapid.Custom(func(t *rapid.T) testcase.Case {
		var c testcase.Case
		c, failure = d.draw(t, i, value)
		return c
	})
	c := generators.DrawNth(g, d.env.Seed, d.key, i)
	return c, failure
}

func (d drawing) draw(t *rapid.T, i int, value mustTryValue) (testcase.Case, error) {
	c := testcase.Case{Model: d.model, Build: d.write}
	drawNothing(t)
	valid, v, err := d.vector(t, i, value, &c)
	if err != nil {
		return c, err
	}
	c.Vector = &v
	if len(d.mutations) > 0 {
		m := d.mutations[i%len(d.mutations)]
		if d.faulty {
			control := d.write(valid)
			c.Control = &control
		}
		c.Group, c.Mutation = cmp.Or(m.group, m.name), m.name
		c.Build = d.mutated(m, rapid.Int().Draw(t, "edit"))
	}
	c.Case = c.Build(v)
	if c.Group == "" {
		c.Group = d.group(v)
	}
	return c, nil
}

// drawNothing lets rapid accept a generator that may draw nothing else.
func drawNothing(t *rapid.T) { rapid.Bool().Draw(t, "") }

// vector draws the vector of the i-th case, and the valid one that it was made of. It notes in the
// case what is wrong.
func (d drawing) vector(t *rapid.T, i int, value mustTryValue, c *testcase.Case) (valid, v generators.Vector, err error) {
	if len(d.faults) == 0 {
		v = value.in(d.vectors.Draw(t, "point"))
		if f := d.model.Index(generators.DBName); value.factor >= 0 && d.model.ClassName(v, generators.DBName) == generators.Existing {
			v.Values[f] = value.position
		}
		return v, v, nil
	}
	f := d.faults[i%len(d.faults)]
	if value.factor >= 0 {
		f = value.fault
	}
	if valid, v, err = d.model.DrawMutated(t, f, d.pinned); err != nil {
		return valid, v, err
	}
	valid, v = value.on(d.model, valid), value.on(d.model, v)
	control := d.write(valid)
	c.Control, c.Wrong = &control, []int{f.Factor}
	return valid, value.in(v), nil
}

// mutated returns a build function that applies a mutation to the last call.
func (d drawing) mutated(m mutation, seed int) func(generators.Vector) targets.Case {
	return func(v generators.Vector) targets.Case {
		c := d.write(v)
		if m.before != nil {
			m.before(&c)
		}
		last := c.Steps[len(c.Steps)-1].Call
		*last = rapid.Custom(func(t *rapid.T) targets.Call {
			drawNothing(t)
			return m.to(t, *last)
		}).Example(seed)
		return c
	}
}

// group names what a vector asks for where the document leaves that open.
func (b *builder) group(v generators.Vector) string {
	for f, factor := range b.model.Factors {
		class := factor.Classes[v.Classes[f]]
		if class.Kind == generators.Unspecified && len(b.pinned[factor.Name]) > 1 {
			return class.Name
		}
	}
	return ""
}

// faults lists what the scenario makes wrong, in turn.
func (b *builder) faults() ([]generators.Mutation, error) {
	if b.fault == nil {
		return nil, nil
	}
	f := b.model.Index(b.fault.factor)
	var faults []generators.Mutation
	for _, mu := range b.model.Mutations() {
		// The same class can be wrong beside different things: the pinned values choose among these.
		if mu.Factor == f && slices.Contains(b.fault.classes, b.model.Factors[f].Classes[mu.Class].Name) && b.model.CanMutate(mu, b.pinned) {
			faults = append(faults, mu)
		}
	}
	switch {
	case len(b.fault.classes) == 0:
		return nil, noSuchCase("needs another " + b.fault.factor + " than " + b.validNames(f) + ": " + moreInstances)
	case len(faults) == 0:
		need := reports.Condition{Factor: b.fault.factor, Classes: b.fault.classes}
		return nil, noSuchCase("needs an instance for which " + need.String() + ": " + moreInstances)
	}
	return faults, nil
}

// validNames lists the valid classes of a factor.
func (b *builder) validNames(factor int) string {
	var names []string
	for _, class := range b.model.Factors[factor].Classes {
		if class.Kind == generators.Valid {
			names = append(names, class.Name)
		}
	}
	return strings.Join(names, ", ")
}

// possible reports whether the scenario has any case.
func (b *builder) possible() bool {
	if b.fault != nil {
		faults, err := b.faults()
		return err == nil && len(faults) > 0
	}
	_, err := b.model.Vectors(b.pinned)
	return err == nil
}

// missingEngine names the engine without which the scenario has no case, where the target says that
// it lacks that engine. Otherwise it is empty.
func (b *builder) missingEngine() string {
	engines := b.env.can().Engines
	if len(engines) == 0 || !b.env.disposable() {
		return ""
	}
	for _, engine := range generators.FullModelScope().Engines {
		if slices.Contains(engines, engine) {
			continue
		}
		scope := generators.FullModelScope()
		scope.Engines = append(slices.Clone(engines), engine)
		with := *b
		with.model = generators.NewModel(b.env.edition(), scope)
		if with.possible() {
			return engine
		}
	}
	return ""
}
