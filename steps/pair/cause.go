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

// broken returns the rules that are broken, with the highest of their levels: those about a factor
// of the condition, where there are such.
func (k *cause) broken() (level string, rules []string) {
	about := slices.DeleteFunc(slices.Clone(k.Reasons), func(r oracle.Reason) bool {
		return !slices.ContainsFunc(k.when, func(w reports.Condition) bool { return w.Factor == r.Factor })
	})
	if len(about) == 0 {
		about = k.Reasons[:min(1, len(k.Reasons))]
	}
	for _, r := range about {
		if level != reports.Must {
			level = r.Level
		}
		if !slices.Contains(rules, r.Rule) {
			rules = append(rules, r.Rule)
		}
	}
	return level, rules
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
