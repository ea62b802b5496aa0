package reports

import (
	"cmp"
	"slices"
	"strings"
)

// Change is what changed in a rule, or a behaviour, from one report of a target to the next.
type Change struct {
	Target string
	Rule   string
	Level  string
	// From and To are verdicts, or what was observed.
	From, To string
	// Law says how the rule fails now and did not fail before. It is empty where there is nothing.
	Law string
	// Regression reports whether the rule passed before and fails now, and that is not waived.
	Regression bool
}

// Regressions lists the regressions of the rules that a gate looks at: of level must, or of level
// should too.
func (c Comparison) Regressions(gate string) []Change {
	return slices.DeleteFunc(slices.Clone(c.Changes), func(x Change) bool {
		return !x.Regression || x.Level == May || x.Level == Should && gate == GateMust
	})
}

// changes compares each report with the report before it of the same target and edition, in the
// order in which the runs started. Regressions come first.
func changes(reports []*Report) []Change {
	var list []Change
	ordered := slices.Clone(reports)
	slices.SortStableFunc(ordered, func(a, b *Report) int { return cmp.Compare(a.Started, b.Started) })
	last := map[string]*Report{}
	for _, r := range ordered {
		key := lineage(r) + "\x00" + r.Edition
		if before := last[key]; before != nil {
			list = append(list, ruleChanges(before, r)...)
			list = append(list, behaviourChanges(before, r)...)
		}
		last[key] = r
	}
	rank := map[bool]int{true: 0, false: 1}
	slices.SortStableFunc(list, func(a, b Change) int { return rank[a.Regression] - rank[b.Regression] })
	return list
}

// lineage identifies the target of a report across runs: by its implementation or, where that is
// not stated, by its name.
func lineage(r *Report) string {
	if i := implementation(r); i.Project != "" {
		return i.Organization + "\x00" + i.Project
	}
	return r.Target.Name
}

func ruleChanges(before, after *Report) []Change {
	var list []Change
	for _, rule := range after.Rules {
		i := slices.IndexFunc(before.Rules, func(old Rule) bool { return old.ID == rule.ID })
		if i < 0 {
			continue
		}
		old := before.Rules[i]
		laws := newLaws(old, rule)
		if old.Verdict == rule.Verdict && laws == "" {
			continue
		}
		list = append(list, Change{
			Target: after.Target.Name, Rule: rule.ID, Level: rule.Level, From: old.Verdict, To: rule.Verdict, Law: laws,
			Regression: old.Verdict == Passed && rule.Verdict == Failed && rule.Waiver == nil,
		})
	}
	return list
}

// newLaws says how a rule fails now and did not fail before.
func newLaws(old, now Rule) string {
	var laws []string
	for _, f := range now.Failures {
		was := func(was Failure) bool { return identity(old.ID, was) == identity(now.ID, f) }
		if !slices.ContainsFunc(old.Failures, was) {
			laws = append(laws, strings.TrimSuffix(f.Law, "."))
		}
	}
	return strings.Join(laws, "; ")
}

func behaviourChanges(before, after *Report) []Change {
	var list []Change
	for _, b := range after.Behaviours {
		for _, old := range before.Behaviours {
			if old.ID == b.ID && old.Observed != b.Observed {
				list = append(list, Change{
					Target: after.Target.Name, Rule: b.ID, Level: May, From: old.Observed, To: b.Observed,
				})
			}
		}
	}
	return list
}
