package shrink

import (
	"slices"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/targets"
)

// Variants returns the list of simpler variants that goes with a check: what keeps the check
// meaningful. A check without such a list has none.
func Variants(check string) func(judge.Variants) []judge.Variants {
	switch check {
	case reports.CheckType:
		return withAutoBesides
	case reports.CheckDecision:
		return simplerPairs
	case reports.CheckCode:
		return simplerCases
	default:
		return func(judge.Variants) []judge.Variants { return nil }
	}
}

// WithAuto returns the case with Auto for the BackupType of its last call.
func WithAuto(c targets.Case) targets.Case {
	n := len(c.Steps) - 1
	return withCall(c, n, c.Steps[n].Call.With(generators.Type, "Auto"))
}

// withAutoBesides lists the simpler cases that end in a call without a BackupType, each beside the
// same with Auto.
func withAutoBesides(v judge.Variants) []judge.Variants {
	var list []judge.Variants
	for _, c := range Cases(v.Case) {
		last := c.Steps[len(c.Steps)-1]
		if last.Call == nil || len(last.Call.Values(generators.Type)) > 0 {
			continue
		}
		auto := WithAuto(c)
		list = append(list, judge.Variants{Case: c, Other: &auto, Codes: v.Codes})
	}
	return list
}

// simplerCases lists the simpler cases of a check that looks at one case.
func simplerCases(v judge.Variants) []judge.Variants {
	var list []judge.Variants
	for _, c := range Cases(v.Case) {
		list = append(list, judge.Variants{Case: c, Codes: v.Codes})
	}
	return list
}

// simplerPairs lists the simpler pairs of one call in two forms: on a plainer instance, with fewer
// parameters, or with fewer differences between the forms. Other is the plain form.
func simplerPairs(v judge.Variants) []judge.Variants {
	var list []judge.Variants
	add := func(conditions []targets.Condition, plain, form targets.Call) {
		other := oneCall(conditions, plain)
		list = append(list, judge.Variants{Case: oneCall(conditions, form), Other: &other, Codes: v.Codes})
	}
	conditions, plain, form := v.Case.Conditions, *v.Other.Steps[0].Call, *v.Case.Steps[0].Call
	for _, simpler := range Conditions(conditions[0]) {
		add([]targets.Condition{simpler}, plain, form)
	}
	for _, name := range paramNames(plain) {
		if name != generators.Action && name != generators.InstanceID {
			add(conditions, plain.Without(name), form.Without(name))
		}
	}
	for _, r := range respects {
		if alike := r.liken(plain, form); r.differs(plain, form) && !r.differs(plain, alike) {
			add(conditions, plain, alike)
		}
	}
	return list
}

func oneCall(conditions []targets.Condition, call targets.Call) targets.Case {
	return targets.Case{Conditions: conditions, Steps: []targets.Step{{Do: targets.StepCall, Call: &call}}}
}

// paramNames lists the names of the parameters of a call, each once.
func paramNames(c targets.Call) []string {
	var names []string
	for _, p := range c.Params {
		if !slices.Contains(names, p.Name) {
			names = append(names, p.Name)
		}
	}
	return names
}

// pairSize measures a pair. What the plain form has counts most, because to drop a parameter may
// make the forms differ in one respect more; then the differences, the ones that others follow from
// first.
func pairSize(v judge.Variants) int {
	const most = 1000
	plain, form := *v.Other.Steps[0].Call, *v.Case.Steps[0].Call
	n := most * (conditionSize(v.Case.Conditions[0]) + callSize(plain))
	for _, r := range respects {
		if r.differs(plain, form) {
			n += r.weight
		}
	}
	return n
}
