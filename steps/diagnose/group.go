package diagnose

import (
	"slices"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/testcase"
)

// Groups returns the causes of the failures: one group for each cause, with the failures that the
// cause explains. A failure may be explained by one that was found later.
func (d *Diagnosis) Groups() []reports.Group {
	var all []candidate
	for i, k := range d.registry.known {
		f := d.registry.failures[k.rule][k.index]
		all = append(all, candidate{known: k, failure: f, found: i, last: d.lastCall(f)})
	}
	return group(all)
}

// lastCall returns the last call of a minimal case by itself.
func (d *Diagnosis) lastCall(f reports.Failure) testcase.Case {
	if f.Case == nil || len(f.Case.Steps) == 0 {
		return testcase.Case{}
	}
	return d.searcher.callAlone(*f.Case, len(f.Case.Steps)-1)
}

// group puts every failure under the most general one that explains it.
func group(all []candidate) []reports.Group {
	slices.SortStableFunc(all, moreGeneral)
	var groups []reports.Group
	var mains []candidate
	for _, c := range all {
		ref := reports.FailureRef{Rule: c.known.rule, Index: c.known.index}
		i := slices.IndexFunc(mains, func(m candidate) bool { return m.explains(c) })
		if i < 0 {
			mains = append(mains, c)
			groups = append(groups, reports.Group{Main: ref})
			continue
		}
		groups[i].Others = append(groups[i].Others, ref)
	}
	return groups
}

// candidate is a failure that may be the cause of others.
type candidate struct {
	known   *known
	failure reports.Failure
	found   int // its place in the order in which failures were found
	last    testcase.Case
}

// moreGeneral orders what may explain others before what others may explain: a steady failure
// before an intermittent one, shared state before all else, a failure of one call before one of a
// sequence, few conditions before many, must before should, and else in the order in which they were
// found.
func moreGeneral(a, b candidate) int {
	for _, key := range []func(candidate) int{
		func(c candidate) int { return order(c.intermittent()) },
		func(c candidate) int { return order(!c.known.shared) },
		func(c candidate) int { return order(!c.plain()) },
		func(c candidate) int { return order(!c.failure.Exact) },
		func(c candidate) int { return c.steps() },
		func(c candidate) int { return len(c.failure.When) },
		func(c candidate) int { return order(c.known.level != oracle.Must) },
		func(c candidate) int { return c.found },
	} {
		if n := key(a) - key(b); n != 0 {
			return n
		}
	}
	return 0
}

func order(late bool) int {
	if late {
		return 1
	}
	return 0
}

// intermittent reports whether the failure does not come each time.
func (c candidate) intermittent() bool {
	return c.failure.Kind == reports.KindIntermittent || c.failure.Tries > 0 && c.failure.Reproduced == 0
}

// plain reports whether one call fails by itself.
func (c candidate) plain() bool {
	return c.failure.Check == "" && c.failure.Case != nil && len(c.failure.Case.Steps) == 1
}

// steps counts the steps of the minimal case.
func (c candidate) steps() int {
	if c.failure.Case == nil {
		return 0
	}
	return len(c.failure.Case.Steps)
}

// explains reports whether c is the cause of another failure.
func (c candidate) explains(o candidate) bool {
	switch {
	case o.intermittent():
		return c.intermittent() || c.disturbs()
	case c.intermittent():
		return false
	case c.known.shared && o.known.kind == judge.WronglyRefused:
		return true
	case c.failure.Check != "" || o.failure.Check != "":
		return c.known.rule == o.known.rule && c.failure.Check == o.failure.Check
	case c.known.kind != o.known.kind:
		return c.known.kind == judge.WronglyAccepted && o.failure.Kind == reports.KindWrongEffect && (c.covers(o) || c.sameFactors(o))
	case c.known.kind == judge.WrongDocument && c.known.rule != o.known.rule:
		return false
	case !c.plain():
		return !o.plain() && c.within(o)
	case c.implied(o):
		return true
	case c.known.level != oracle.Must && o.known.level == oracle.Must:
		return false
	default:
		return c.covers(o) || o.covers(c) || c.unspecified(o)
	}
}

// disturbs reports whether the failure makes others fail now and then: shared state, a race, or a
// target that does not answer.
func (c candidate) disturbs() bool {
	return c.known.shared || c.known.late || c.failure.Check == reports.CheckRace
}

// within reports whether the steps of the minimal case are among those of the other, in their order,
// so that the other sequence only adds to this one.
func (c candidate) within(o candidate) bool {
	at := 0
	for _, step := range o.failure.Case.Steps {
		if at < c.steps() && step.Do == c.failure.Case.Steps[at].Do && step.Result == c.failure.Case.Steps[at].Result {
			at++
		}
	}
	return at == c.steps()
}

// covers reports whether the last call of the other failure's minimal case meets the failing
// condition.
func (c candidate) covers(o candidate) bool {
	if c.known.condition == nil || c.known.mutation != "" && c.known.mutation != o.known.mutation {
		return false
	}
	return o.last.Vector != nil && c.known.covers(o.last)
}

// implied reports whether the other failure needs all that this one needs: it speaks of the same
// factors, with classes in common.
func (c candidate) implied(o candidate) bool {
	if len(c.failure.When) == 0 || c.known.mutation != o.known.mutation {
		return false
	}
	return !slices.ContainsFunc(c.failure.When, func(w reports.Condition) bool {
		other := o.clause(w.Factor)
		return other == nil || !slices.ContainsFunc(w.Classes, func(class string) bool { return slices.Contains(other.Classes, class) })
	})
}

// sameFactors reports whether the other failure speaks of no factor that this one does not speak of.
func (c candidate) sameFactors(o candidate) bool {
	return len(o.failure.When) > 0 &&
		!slices.ContainsFunc(o.failure.When, func(w reports.Condition) bool { return c.clause(w.Factor) == nil })
}

// unspecified reports whether the other failure speaks of the same factors, and differs only in
// classes that the document says nothing about. That such a class is accepted is not wrong by
// itself, so the other failure is a consequence.
func (c candidate) unspecified(o candidate) bool {
	if len(c.failure.When) == 0 || c.known.mutation != o.known.mutation || o.last.Model == nil {
		return false
	}
	for _, w := range c.failure.When {
		other := o.clause(w.Factor)
		if other == nil {
			return false
		}
		common := slices.ContainsFunc(w.Classes, func(class string) bool { return slices.Contains(other.Classes, class) })
		if !common && !allUnspecified(o.last.Model, *other) {
			return false
		}
	}
	return true
}

// allUnspecified reports whether the document says nothing about any of the classes.
func allUnspecified(m *generators.Model, c reports.Condition) bool {
	f := m.Index(c.Factor)
	return f >= 0 && !slices.ContainsFunc(c.Classes, func(name string) bool {
		class := m.Class(c.Factor, name)
		return class < 0 || m.Factors[f].Classes[class].Kind != generators.Unspecified
	})
}

// clause returns the condition on a factor, or nil.
func (c candidate) clause(factor string) *reports.Condition {
	for i, w := range c.failure.When {
		if w.Factor == factor {
			return &c.failure.When[i]
		}
	}
	return nil
}
