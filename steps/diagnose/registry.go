package diagnose

import (
	"slices"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/testcase"
)

// registry holds the failures of a run and what each of them explains.
type registry struct {
	failures map[string][]reports.Failure // by rule
	known    []*known
	under    map[string][]string // rules that were found to fail, by the rule under test
}

func newRegistry() registry {
	return registry{failures: map[string][]reports.Failure{}, under: map[string][]string{}}
}

// known is a failing condition with the failure that it explains.
type known struct {
	kind  judge.Kind // empty where the failure is not a violation of one call
	rule  string
	level string // of the violation
	index int    // of the failure among those of its rule
	// condition is nil where only a case is known.
	condition *localise.FailingCondition
	// within is the scenario whose steps the condition needs. It is empty where one call is enough.
	within string
	// mutation is what is unusual about the calls that the condition speaks of, beside their
	// vector.
	mutation string
	late     bool // the target does not answer in time
	shared   bool // instances share state
	refusals bool // calls fail that are to be refused, whatever for
	toRefuse bool // the call of the minimal case is to be refused
	// intermittent is set where the minimal case does not fail every time.
	intermittent bool
	// load is set where it fails only while other calls are under way.
	load bool
}

// entry is a failure that is its own explanation.
type entry struct {
	rule, level string
	kind        judge.Kind // empty where Failure.Check says how the case is judged
	failure     reports.Failure
}

// add adds a failure and what it explains.
func (r *registry) add(u Under, k known, f reports.Failure) *known {
	r.note(u, k.rule)
	k.index = len(r.failures[k.rule])
	r.failures[k.rule] = append(r.failures[k.rule], f)
	r.known = append(r.known, &k)
	return &k
}

// note notes that something went wrong by a rule while another one was under test.
func (r *registry) note(u Under, rule string) {
	if rules := r.under[u.Rule.ID]; !slices.Contains(rules, rule) {
		r.under[u.Rule.ID] = append(rules, rule)
	}
}

// failedUnder lists the rules that were found to fail while that one was under test.
func (r *registry) failedUnder(rule string) []string {
	return slices.DeleteFunc(slices.Clone(r.under[rule]), func(id string) bool { return len(r.failures[id]) == 0 })
}

// count counts a case that a known failure explains.
func (r *registry) count(u Under, k *known) {
	r.note(u, k.rule)
	r.again(k)
}

// again counts a case of a known failure without regard to what was under test.
func (r *registry) again(k *known) { r.failures[k.rule][k.index].Count++ }

// explains returns the known failure whose condition the test case meets and that fails in the same
// way. within is the scenario that the case is from.
func (r *registry) explains(c testcase.Case, v judge.Violation, within string) *known {
	if c.Vector == nil {
		return nil
	}
	return r.first(func(k *known) bool {
		return k.kind == v.Kind && (k.within == "" || k.within == within) && (k.mutation == "" || k.mutation == c.Mutation) &&
			k.severe(v) && k.covers(c) && k.concerns(v)
	})
}

// alike returns any known failure of the same kind and rule as a violation.
func (r *registry) alike(v judge.Violation) *known {
	return r.first(func(k *known) bool {
		return k.kind == v.Kind && k.level == v.Level() && (k.rule == v.Rule() || k.concerns(v) && v.Kind != judge.NoAnswer)
	})
}

// intermittent returns the known failure of the same kind and rule as a violation that does not
// come every time.
func (r *registry) intermittent(v judge.Violation) *known {
	return r.first(func(k *known) bool {
		return k.intermittent && k.kind == v.Kind && k.level == v.Level() && k.rule == v.Rule()
	})
}

// underLoad returns the known failure that comes with several calls at once and is answered as a
// violation is.
func (r *registry) underLoad(v judge.Violation) *known {
	return r.first(func(k *known) bool {
		return k.load && problem(r.failures[k.rule][k.index].Answered) == problem(v.Answered)
	})
}

// silence returns what is known about when the target does not answer in time, a failing condition
// rather than a case. It is nil for a violation of another kind.
func (r *registry) silence(v judge.Violation) *known {
	if !v.Late() {
		return nil
	}
	late := func(k *known) bool { return k.late && k.severe(v) }
	if k := r.first(func(k *known) bool { return late(k) && k.everywhere() && k.mutation == "" }); k != nil {
		return k
	}
	return r.first(late)
}

// same returns the known failure that a finding is, found in another way. Calls that are not
// answered in time under a condition in the same words have the same cause, whichever rules they
// were made for.
func (r *registry) same(rule string, f finding) *known {
	sentence := reports.Sentence(reports.Cause(f.cause))
	return r.first(func(k *known) bool {
		if k.kind != f.violation.Kind || k.mutation != f.mutation || k.intermittent {
			return false
		}
		late := k.late && f.violation.Late() && k.everywhere() && f.condition != nil && k.severe(f.violation)
		if late && r.failures[k.rule][k.index].Law == sentence {
			return true
		}
		return k.rule == rule && k.level == f.violation.Level() &&
			(k.condition == nil || f.condition == nil || equalConditions(k.condition, f.condition))
	})
}

// equal returns the known failure that is described by the same sentence.
func (r *registry) equal(e entry) *known {
	return r.first(func(k *known) bool {
		f := r.failures[k.rule][k.index]
		return k.kind == e.kind && k.rule == e.rule && f.Check == e.failure.Check && f.Law == e.failure.Law
	})
}

func (r *registry) first(is func(*known) bool) *known {
	if i := slices.IndexFunc(r.known, is); i >= 0 {
		return r.known[i]
	}
	return nil
}

// knowsLate reports whether anything is known about when the target does not answer in time.
func (r *registry) knowsLate() bool {
	return r.first(func(k *known) bool { return k.late && k.everywhere() }) != nil
}

// late reports whether a call is known not to be answered in time.
func (r *registry) late(c testcase.Case) bool {
	return c.Vector != nil && r.first(func(k *known) bool { return k.late && k.everywhere() && k.covers(c) }) != nil
}

// everywhere reports whether the failing condition is known and holds in any scenario.
func (k *known) everywhere() bool { return k.condition != nil && k.within == "" }

// covers reports whether a test case meets the failing condition.
func (k *known) covers(c testcase.Case) bool {
	return k.condition != nil && k.condition.Covers(c.Model, *c.Vector)
}

// severe reports whether the failure is severe enough to explain a violation: a should never
// explains a must.
func (k *known) severe(v judge.Violation) bool { return k.level == oracle.Must || k.level == v.Level() }

// concerns reports whether a violation may be one of the failure's rule.
func (k *known) concerns(v judge.Violation) bool {
	if k.refusals && !v.ToRefuse {
		return false
	}
	return v.Kind == judge.WronglyRefused || v.Kind == judge.ContradictsEffect || v.Kind == judge.NoAnswer || v.Has(k.rule)
}

func equalConditions(a, b *localise.FailingCondition) bool {
	return slices.EqualFunc(a.Conditions, b.Conditions, func(a, b localise.Condition) bool {
		return a.Factor == b.Factor && a.Position == b.Position && slices.Equal(a.Classes, b.Classes) && (a.Value == nil) == (b.Value == nil)
	})
}
