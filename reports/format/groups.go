package format

import "github.com/cbspec/cbspec/reports"

// verdicts of a rule, in the order in which they are shown.
var verdicts = []string{reports.Passed, reports.Failed, reports.Inconclusive, reports.NotApplicable, reports.Skipped}

// levels of a rule, in the order in which they are shown.
var levels = []string{reports.Must, reports.Should, reports.May}

// marks say a verdict, of a rule or of a report, in one character.
var marks = map[string]string{
	reports.Passed: "✓", reports.Failed: "✗", reports.Inconclusive: "?",
	reports.NotApplicable: "–", reports.Skipped: "·",
	reports.Conformant: "✓", reports.AsFarAsTested: "~", reports.NothingTested: "∅", reports.NotConformant: "✗",
}

// groupBy splits a list into groups of equal keys. The groups, and the elements of each, keep their
// order.
func groupBy[T any, K comparable](list []T, key func(T) K) [][]T {
	var groups [][]T
	index := map[K]int{}
	for _, element := range list {
		k := key(element)
		i, ok := index[k]
		if !ok {
			i = len(groups)
			index[k] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], element)
	}
	return groups
}

// byArea groups rules by area.
func byArea(rules []reports.Rule) [][]reports.Rule {
	return groupBy(rules, func(rule reports.Rule) string { return rule.Area })
}

// reasonGroup is a reason for a verdict, in one clause, with the rules that have it.
type reasonGroup struct {
	why string
	ids []string
}

// byReason groups the rules of a verdict by their reasons. A rule with several is in several
// groups.
func byReason(rules []reports.Rule, verdict string) []reasonGroup {
	type reason struct{ why, id string }
	var all []reason
	for _, rule := range withVerdict(rules, verdict) {
		for _, clause := range reasonsOf(rule) {
			all = append(all, reason{reasonWords(clause, rule.Party), rule.ID})
		}
	}
	var list []reasonGroup
	for _, group := range groupBy(all, func(r reason) string { return r.why }) {
		g := reasonGroup{why: group[0].why}
		for _, r := range group {
			g.ids = append(g.ids, r.id)
		}
		list = append(list, g)
	}
	return list
}

// reasonsOf returns the reasons of a rule, each in one clause.
func reasonsOf(rule reports.Rule) []string {
	if len(rule.Reasons) > 0 {
		return rule.Reasons
	}
	return []string{rule.Reason}
}

// withVerdict returns the rules of a verdict.
func withVerdict(rules []reports.Rule, verdict string) []reports.Rule {
	var list []reports.Rule
	for _, rule := range rules {
		if rule.Verdict == verdict {
			list = append(list, rule)
		}
	}
	return list
}

// levelCounts counts the rules of a level by verdict, and the failed ones that are waived.
type levelCounts struct {
	level     string
	byVerdict map[string]int
	waived    int
}

// countsByLevel counts the rules of each level that has any.
func countsByLevel(rules []reports.Rule) []levelCounts {
	var rows []levelCounts
	for _, level := range levels {
		row := levelCounts{level: level, byVerdict: map[string]int{}}
		for _, rule := range rules {
			if rule.Level != level {
				continue
			}
			row.byVerdict[rule.Verdict]++
			if rule.Verdict == reports.Failed && rule.Waiver != nil {
				row.waived++
			}
		}
		if len(row.byVerdict) > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}
