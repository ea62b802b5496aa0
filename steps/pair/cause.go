package pair

import (
	"cmp"
	"slices"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// cause is one cause of differences, with its minimal case.
type cause struct {
	Difference
	minimal   targets.Case
	mutation  string // what is unusual about the call beside its vector
	condition *localise.FailingCondition
	when      []reports.Condition
	exact     bool
	refusals  bool // every refused call differs
	cases     int
	contexts  int
	// The minimal case was sent tries more times, and it differed seen times.
	seen, tries int
}

// count counts a case that differs because of the cause.
func (k *cause) count(d Difference) {
	k.cases++
	k.heed(d)
}

// heed lets a case decide who is right of which the document says more than of those before it,
// such as one that asks for a format.
func (k *cause) heed(d Difference) {
	if k.key() == d.key() && d.weight() > k.weight() {
		k.Ruling = d.Ruling
	}
}

// difference returns the cause as the report has it.
func (k *cause) difference() reports.Difference {
	d := reports.Difference{
		Aspect: k.aspect(), A: k.A, B: k.B, When: k.when, Exact: k.exact, Right: k.Right, Expected: judge.Expected(k.Expect),
		Reproduced: k.seen, Tries: k.tries, Cases: k.cases, Contexts: k.contexts, Case: &k.minimal,
	}
	d.Level, d.Rules = k.broken()
	d.Describe()
	return d
}

// aspect tells the order of refusals from other differences in the Code: there are several reasons
// to refuse the minimal call.
func (k *cause) aspect() string {
	rules := map[string]bool{}
	for _, r := range k.Expect.Refuse {
		rules[r.Rule] = true
	}
	for _, rule := range k.Expect.Unspecified {
		rules[rule] = true
	}
	if k.Aspect == reports.AspectStatus && k.Refused && len(rules) > 1 {
		return reports.AspectOrder
	}
	return k.Aspect
}

// broken returns the rules that are broken and their level, which is the highest: those about a
// factor of the condition, where there are such, or else the first.
func (k *cause) broken() (level string, rules []string) {
	for _, level := range []string{oracle.Must, oracle.Should} {
		var of, about []string
		for _, r := range k.Reasons {
			if r.Level != level || slices.Contains(of, r.Rule) {
				continue
			}
			of = append(of, r.Rule)
			if slices.ContainsFunc(k.when, func(w reports.Condition) bool { return w.Factor == r.Factor }) {
				about = append(about, r.Rule)
			}
		}
		switch {
		case len(about) > 0:
			return level, about
		case len(of) > 0:
			return level, of[:1]
		}
	}
	return "", nil
}

// conditionOf writes a failing condition into a cause.
func (k *cause) conditionOf(found localise.FailingCondition, c testcase.Case) {
	k.condition, k.exact, k.contexts = &found, found.Exact, found.Contexts
	k.when = diagnose.ConditionsOf(found)
	if c.Mutation != "" {
		k.mutation = cmp.Or(c.Group, c.Mutation)
		k.when = diagnose.WithGroup(k.mutation, k.when)
	}
}
