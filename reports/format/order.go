package format

import "github.com/cbspec/cbspec/reports"

// area is a group of rules in the order of the report.
type area struct {
	name  string
	rules []reports.Rule
}

func areas(rules []reports.Rule) []area {
	var list []area
	index := map[string]int{}
	for _, rule := range rules {
		i, ok := index[rule.Area]
		if !ok {
			i = len(list)
			index[rule.Area] = i
			list = append(list, area{name: rule.Area})
		}
		list[i].rules = append(list[i].rules, rule)
	}
	return list
}

// reasonGroup is the rules that share a reason for not being conclusive.
type reasonGroup struct {
	Party  string
	Reason string
	Rules  []reports.Rule
}

// byReason groups the rules of one verdict by party and reason, in the order of the report.
func byReason(rules []reports.Rule, verdict string) []reasonGroup {
	var list []reasonGroup
	index := map[[2]string]int{}
	for _, rule := range rules {
		if rule.Verdict != verdict {
			continue
		}
		if rule.Party == reports.PartyTarget {
			rule.Party = "" // the party that everything here is about needs no name
		}
		key := [2]string{rule.Party, rule.Reason}
		i, ok := index[key]
		if !ok {
			i = len(list)
			index[key] = i
			list = append(list, reasonGroup{Party: rule.Party, Reason: rule.Reason})
		}
		list[i].Rules = append(list[i].Rules, rule)
	}
	return list
}

// withVerdict returns the rules of one verdict.
func withVerdict(rules []reports.Rule, verdict string) []reports.Rule {
	var list []reports.Rule
	for _, rule := range rules {
		if rule.Verdict == verdict {
			list = append(list, rule)
		}
	}
	return list
}
