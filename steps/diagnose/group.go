package diagnose

import (
	"slices"

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
// before an intermittent one, must before should, a failure of one call before one of a sequence,
// few conditions before many, and else in the order in which they were found.
func moreGeneral(a, b candidate) int {
	for _, key := range []func(candidate) int{
		func(c candidate) int { return order(c.intermittent()) },
		func(c candidate) int { return order(c.known.level != oracle.Must) },
		func(c candidate) int { return order(!c.shared()) },
		func(c candidate) int { return order(!c.plain()) },
		func(c candidate) int { return order(!c.failure.Exact) },
		func(c candidate) int { return len(c.failure.When) },
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

// shared reports whether instances share state, so that what one test case does fails others.
func (c candidate) shared() bool { return c.known.shared }

// plain reports whether one call fails by itself.
func (c candidate) plain() bool {
	return c.failure.Check == "" && c.failure.Case != nil && len(c.failure.Case.Steps) == 1
}

// explains reports whether c is the cause of another failure.
func (c candidate) explains(o candidate) bool {
	switch {
	case o.intermittent():
		return c.intermittent() || c.disturbs()
	case c.intermittent():
		return false
	case c.shared() && o.known.kind == judge.WronglyRefused:
		return true
	case c.failure.Check != "" || o.failure.Check != "":
		return c.known.rule == o.known.rule && c.failure.Check == o.failure.Check
	case c.known.kind != o.known.kind:
		return c.accepts(o)
	case c.known.level != oracle.Must && o.known.level == oracle.Must:
		return false
	case c.known.kind == judge.WrongDocument && c.known.rule != o.known.rule:
		return false
	case !c.plain():
		return !o.plain() && c.known.rule == o.known.rule
	default:
		return c.covers(o) || c.implied(o)
	}
}

// disturbs reports whether the failure makes others fail now and then: shared state, a race, or a
// target that does not answer.
func (c candidate) disturbs() bool {
	return c.shared() || c.known.late || c.failure.Check == reports.CheckRace
}

// accepts reports whether a wrong effect comes from a call that is wrongly accepted.
func (c candidate) accepts(o candidate) bool {
	return c.known.kind == judge.WronglyAccepted && o.failure.Kind == reports.KindWrongEffect &&
		len(o.failure.When) > 0 && !slices.ContainsFunc(o.failure.When, func(w reports.Condition) bool { return c.clause(w.Factor) == nil })
}

// covers reports whether the last call of the other failure's minimal case meets the failing
// condition.
func (c candidate) covers(o candidate) bool {
	if c.known.mutation != o.known.mutation && c.known.mutation != "" {
		return false
	}
	if c.known.condition == nil {
		return false
	}
	return o.last.Vector != nil && c.known.covers(o.last)
}

// implied reports whether the other failure needs all that this one needs, and more: it speaks of
// the same factors, with classes in common.
func (c candidate) implied(o candidate) bool {
	if len(c.failure.When) == 0 || c.known.mutation != o.known.mutation {
		return false
	}
	common := 0
	for _, w := range c.failure.When {
		other := o.clause(w.Factor)
		if other == nil {
			return false
		}
		if slices.ContainsFunc(w.Classes, func(class string) bool { return slices.Contains(other.Classes, class) }) {
			common++
		}
	}
	return common == len(c.failure.When) || common > 0 && len(c.failure.When) > 1
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
