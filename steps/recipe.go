package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/targets"
)

// scenario is one example of a rule while its steps are read: first what is to be tried, then what came of it.
type scenario struct {
	s    *suite
	rule features.Rule
	name string

	model    *generators.Model
	fixed    generators.Pinned
	beside   string // the class of backups made today of a second instance; empty for none
	wrong    *wrong
	named    bool // the databases may have any names
	long     bool // each case has as many calls as days have backups, and then some: a few stand for all
	program  []op
	edits    []edit // each a variant of the last call, tried in turn
	lackable string // why the rule is shown without this example, where none of its cases can be tried
	mends    bool   // the edits are what is wrong, so that the twin goes without them
	once     bool   // each edit is tried once
	// special tries something else than points of the model.
	special func(context.Context) error

	outcomes []outcome
	ran      bool
	result   result
	illegal  *failureAt // what a race of the scenario was found to do wrong
}

// wrong is a factor that is set to a wrong class.
type wrong struct {
	factor  string
	classes []string
	each    bool // every class in turn, not any
}

// op is one thing done: it adds steps to a case.
type op func(b *casebook)

// edit changes the last call of a case, and has a name for what is unusual about it.
type edit struct {
	name  string
	apply func(t *rapid.T, c *targets.Call)
	// before, where set, changes what goes before the last call.
	before func(c *targets.Case)
}

// casebook is a case being written.
type casebook struct {
	model *generators.Model
	point generators.Vector
	kase  targets.Case
	// other is the point of the i-th further valid call on the same instance.
	other func(i int) generators.Vector
}

func (b *casebook) add(s targets.Step) { b.kase.Steps = append(b.kase.Steps, s) }

func (b *casebook) call(instance int, c targets.Call) {
	b.add(targets.Step{Do: targets.StepCall, Instance: instance, Call: &c})
}

func callOnce(b *casebook) { b.call(0, b.model.Call(b.point, 0)) }

// callAndComplete calls n times, and completes each backup before the next.
func callAndComplete(n int) op {
	return func(b *casebook) {
		for i := range n {
			if i > 0 {
				b.add(targets.Step{Do: targets.StepComplete, Result: targets.LastCompleted})
			}
			callOnce(b)
		}
	}
}

// callDifferently is callAndComplete with n calls that ask for different things.
func callDifferently(n int) op {
	return func(b *casebook) {
		for i := range n {
			if i > 0 {
				b.add(targets.Step{Do: targets.StepComplete, Result: targets.LastCompleted})
			}
			b.call(0, b.model.Call(b.other(i), 0))
		}
	}
}

// callForAnotherDatabase repeats the last call for the next of the instance's databases.
func callForAnotherDatabase(b *casebook) {
	c := *b.kase.Steps[len(b.kase.Steps)-1].Call
	names := b.kase.Conditions[0].Databases
	if name, named := c.Get(generators.DBName); named && len(names) > 0 {
		c = c.With(generators.DBName, names[(slices.Index(names, name)+1)%len(names)])
	}
	b.call(0, c)
}

// afterLogical puts a logical backup before the call, which ends with that result.
func (sc *scenario) afterLogical(result string) {
	sc.needs("complete")
	sc.do(func(b *casebook) {
		c := b.model.Call(b.point, 0).With(generators.Method, "Logical").With(generators.Strategy, "instance").Without(generators.DBName).Without(generators.Type).Without(generators.Retention)
		b.call(0, c)
		b.add(targets.Step{Do: targets.StepComplete, Result: result})
	})
}

func complete(result string) op {
	return func(b *casebook) { b.add(targets.Step{Do: targets.StepComplete, Result: result}) }
}

func nextDay(b *casebook) { b.add(targets.Step{Do: targets.StepNextDay}) }

// refusals makes n calls that every reading refuses.
func refusals(n int) op {
	return func(b *casebook) {
		for range n {
			b.call(0, b.model.Call(b.point, 0).With(generators.Method, "NoSuchMethod"))
		}
	}
}

// useUpSecond makes as many backups of the second instance as the quota allows.
func useUpSecond(n int) op {
	return func(b *casebook) {
		for range n {
			b.call(1, b.model.Call(b.point, 1))
			b.add(targets.Step{Do: targets.StepComplete, Instance: 1, Result: targets.LastCompleted})
		}
	}
}

// fullBackup makes a full physical backup, which completes.
func fullBackup(b *casebook) {
	c := b.model.Call(b.point, 0)
	for _, name := range []string{generators.Method, generators.Strategy, generators.DBName} {
		c = c.Without(name)
	}
	b.call(0, c.With(generators.Type, "FullBackup"))
	b.add(targets.Step{Do: targets.StepComplete, Result: targets.LastCompleted})
}

// build writes the case of a point.
func (sc *scenario) build(p generators.Vector) targets.Case {
	b := &casebook{model: sc.model, point: p, other: func(i int) generators.Vector {
		points, err := sc.model.AcceptedOnSameInstance(p)
		if err != nil {
			return p // no call is valid on such an instance
		}
		return generators.DrawNth(points, sc.s.o.Seed, sc.key()+"/other", i)
	}}
	b.kase.Conditions = []targets.Condition{sc.model.Condition(p)}
	if sc.beside != "" {
		second := b.kase.Conditions[0]
		second.Status, second.LockMode, second.LastBackup = targets.Running, "", targets.LastCompleted
		if _, err := fmt.Sscan(sc.beside, &second.BackupsToday); err != nil {
			panic("backups made today is no number: " + sc.beside)
		}
		if len(second.Databases) == 0 {
			second.Databases = []string{}
		}
		b.kase.Conditions = append(b.kase.Conditions, second)
	}
	program := sc.program
	if len(program) == 0 {
		program = []op{callOnce}
	}
	for _, o := range program {
		o(b)
	}
	return b.kase
}

// attempts draws the cases of the scenario.
func (sc *scenario) attempts() ([]attempt, error) {
	if sc.s.shared != nil {
		return sc.sharedAttempts()
	}
	n := sc.s.o.Checks
	if !sc.single() {
		n = max(n/4, 2)
		if sc.long {
			n = 2
		}
	}
	mutations, err := sc.mutations()
	if err != nil {
		return nil, err
	}
	if len(mutations) > 0 && sc.wrong.each {
		n = max(n, len(mutations))
	}
	if n = max(n, 3*len(sc.edits)); sc.once {
		n = len(sc.edits)
	}
	stands := sc.standing(mutations)
	var points *rapid.Generator[generators.Vector]
	if len(mutations) == 0 {
		if points, err = sc.model.Vectors(sc.fixed); err != nil {
			return nil, err
		}
	}
	var attempts []attempt
	key := sc.key()
	for i := range n + len(stands) {
		if !sc.s.o.Shard.has(key, i) {
			continue
		}
		var failure error
		st, from := stand{factor: -1}, i
		if i >= n {
			st = stands[i-n]
			from = n + (i-n)%standingContexts
		}
		g := rapid.Custom(func(t *rapid.T) attempt {
			var a attempt
			a, failure = sc.attempt(t, from, st, points, mutations)
			return a
		})
		a := generators.DrawNth(g, sc.s.o.Seed, key, from)
		if failure != nil {
			return nil, failure
		}
		attempts = append(attempts, a)
	}
	return attempts, nil
}

// attempt draws the i-th case. Where a value stands, that is the one of its class.
func (sc *scenario) attempt(t *rapid.T, i int, st stand, points *rapid.Generator[generators.Vector], mutations []generators.Mutation) (attempt, error) {
	a := attempt{model: sc.model, build: sc.build}
	rapid.Bool().Draw(t, "")
	var valid, p generators.Vector
	if len(mutations) > 0 {
		mu := mutations[i%len(mutations)]
		if st.factor >= 0 {
			mu = st.mutation
		}
		var err error
		if valid, p, err = sc.model.DrawMutated(t, mu, sc.fixed); err != nil {
			return a, err
		}
		p = st.in(p)
		a.wrong = []int{mu.Factor}
		twin := sc.build(valid)
		a.twin = &twin
	} else {
		p = st.in(points.Draw(t, "point"))
		if f := sc.model.Index(generators.DBName); st.factor >= 0 && sc.model.ClassName(p, generators.DBName) == generators.Existing {
			p.Values[f] = st.position
		}
		valid = p
	}
	a.point = &p
	if len(sc.edits) > 0 {
		e := sc.edits[i%len(sc.edits)]
		if sc.mends {
			twin := sc.build(valid)
			a.twin = &twin
		}
		seed := rapid.Int().Draw(t, "edit")
		a.group, a.edit = e.name, e.name
		a.build = func(p generators.Vector) targets.Case {
			c := sc.build(p)
			if e.before != nil {
				e.before(&c)
			}
			last := c.Steps[len(c.Steps)-1].Call
			*last = rapid.Custom(func(t *rapid.T) targets.Call {
				rapid.Bool().Draw(t, "")
				edited := *last
				edited.Params = slices.Clone(last.Params)
				e.apply(t, &edited)
				return edited
			}).Example(seed)
			return c
		}
	}
	a.kase = a.build(p)
	if a.group == "" {
		a.group = sc.groupOf(p)
	}
	return a, nil
}

// groupOf names what of a point the scenario asks for where the document leaves that open.
func (sc *scenario) groupOf(p generators.Vector) string {
	for f, factor := range sc.model.Factors {
		if factor.Classes[p.Classes[f]].Kind == generators.Unspecified && len(sc.fixed[factor.Name]) > 1 {
			return factor.Classes[p.Classes[f]].Name
		}
	}
	return ""
}

// mutations lists what the scenario makes wrong, in turn.
func (sc *scenario) mutations() ([]generators.Mutation, error) {
	if sc.wrong == nil {
		return nil, nil
	}
	f := sc.model.Index(sc.wrong.factor)
	var ms []generators.Mutation
	for _, mu := range sc.model.Mutations() {
		if mu.Factor == f && slices.Contains(sc.wrong.classes, sc.model.Factors[f].Classes[mu.Class].Name) {
			ms = append(ms, mu)
		}
	}
	// The same class can be wrong beside different things: keep those that the scenario's own choices allow.
	ms = slices.DeleteFunc(ms, func(mu generators.Mutation) bool { return !sc.model.CanMutate(mu, sc.fixed) })
	if len(sc.wrong.classes) == 0 {
		return nil, fmt.Errorf("no %s that is to be refused: %w", sc.wrong.factor, generators.ErrNoSuchCase)
	}
	if len(ms) == 0 {
		return nil, fmt.Errorf("no %s can be %v: %w", sc.wrong.factor, sc.wrong.classes, generators.ErrNoSuchCase)
	}
	return ms, nil
}

// run tries the scenario, once.
func (sc *scenario) run(ctx context.Context) error {
	if sc.ran {
		return nil
	}
	sc.ran = true
	if sc.special != nil {
		if sc.s.shared != nil {
			sc.result.lacks("provision")
			return nil
		}
		return sc.special(ctx)
	}
	attempts, err := sc.attempts()
	if errors.Is(err, generators.ErrNoSuchCase) {
		if lacking := sc.lackingEngine(); lacking != "" {
			sc.result.notApplicable("the target has no " + lacking)
		} else {
			sc.result.inconclusive("", "the target offers no such instance: "+strings.TrimSuffix(err.Error(), ": "+generators.ErrNoSuchCase.Error()))
		}
		return nil
	}
	if err != nil {
		return err
	}
	sc.outcomes, err = sc.s.tryAll(ctx, attempts)
	if sc.lackable != "" && !slices.ContainsFunc(sc.outcomes, func(o outcome) bool { return o.err == nil }) {
		sc.result.notApplicable(sc.lackable)
	}
	return err
}

// lackingEngine names the engine without which the example has no case, where the target says by its capabilities that it lacks it; else it is empty.
func (sc *scenario) lackingEngine() string {
	can := sc.s.session.Capabilities()
	if len(can.Engines) == 0 || sc.s.pool != nil || sc.s.shared != nil {
		return ""
	}
	for _, engine := range generators.FullModelScope().Engines {
		if slices.Contains(can.Engines, engine) {
			continue
		}
		scope := generators.FullModelScope()
		scope.Engines = append(slices.Clone(can.Engines), engine)
		with := *sc
		with.model = generators.NewModel(sc.s.session.Edition, scope)
		if with.possible() {
			return engine
		}
	}
	return ""
}

// needs notes that the example needs what its rule does not: where no case of it can be tried, the others show the rule.
func (sc *scenario) needs(capability string) {
	can := sc.s.session.Capabilities()
	switch {
	case slices.Contains(sc.rule.Needs, capability), capability == "complete" && can.Complete, capability == "next-day" && can.NextDay:
	case sc.s.shared != nil || sc.s.pool != nil:
		sc.result.notApplicable("the instances of this target are not made for the run")
		sc.ran = true
	default:
		sc.lackable = "the target lacks what the example needs: to " + capability
	}
}

// possible tells whether the example has any case.
func (sc *scenario) possible() bool {
	if sc.wrong != nil {
		mutations, err := sc.mutations()
		return err == nil && len(mutations) > 0
	}
	_, err := sc.model.Vectors(sc.fixed)
	return err == nil
}

// quota of the edition.
func (sc *scenario) quota() int { return sc.s.session.Edition.Quota }

// sharedWrong is the i-th wrong case on an instance that exists.
func (sc *scenario) sharedWrong(i int) (attempt, error) {
	sh := sc.s.shared
	a := attempt{model: sc.model, build: sc.build, twin: &sh.kase, kase: sh.kase}
	var err error
	key := sc.key()
	a.kase = generators.DrawNth(rapid.Custom(func(t *rapid.T) targets.Case {
		rapid.Bool().Draw(t, "")
		p := sh.point
		if sc.wrong != nil {
			var ms []generators.Mutation
			if ms, err = sc.mutations(); err != nil {
				return a.kase
			}
			mu := ms[i%len(ms)]
			p = sc.model.With(t, p, mu.Factor, mu.Class)
		}
		c := sc.build(p)
		if len(sc.edits) > 0 {
			call := *c.Steps[0].Call
			call.Params = slices.Clone(call.Params)
			sc.edits[i%len(sc.edits)].apply(t, &call)
			c.Steps[0].Call = &call
		}
		return c
	}), sc.s.o.Seed, key, i)
	return a, err
}
