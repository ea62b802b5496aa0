package format

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/reports"
)

// How many of a thing the page shows. It counts the rest.
const (
	mostNotes     = 50
	mostFailed    = 12 // failed rules before a reader has to open the rest
	mostFailures  = 20 // of a rule
	mostScenarios = 30 // of a rule
	mostCaseLines = 60
	mostCounts    = 200
)

// view is what the template of the page is filled with: texts, cut to their limits, in the order in
// which they are read.
type view struct {
	headView
	Verdicts      []verdictView
	Levels        []levelView
	Explained     string // how many findings explain how many failed rules; empty without findings
	Findings      []findingView
	Failed        []ruleView // that are not waived
	FurtherFailed []ruleView
	Waived        []ruleView
	Inconclusive  []reasonView
	OutOfTime     []string
	LeftOut       []reasonView // not applicable or skipped
	Overview      []plot
	Plots         []plot
	Areas         []areaView
	Behaviours    []behaviourView
	Coverage      []countsView
}

// headView is the head of the page.
type headView struct {
	Title, Tool, Edition             string
	Verdict, Class, Mark, Lead       string
	Target, Endpoint, Implementation string
	URL                              string // of the implementation
	Notes                            []string
	Facts                            []fact
}

// fact is something to know about a run besides its verdict.
type fact struct{ Name, Value string }

// verdictView is a verdict with the number of its rules.
type verdictView struct {
	Name, Class, Mark string
	Count             int
}

// levelView is a row of the table of rules by level and verdict.
type levelView struct {
	Name   string
	Counts []levelCount
}

type levelCount struct {
	Class  string
	Count  int
	Waived int
}

// areaView is the rules of an area.
type areaView struct {
	Name, Anchor, Counts string
	Rules                []ruleView
	Failed, Inconclusive int
}

// reasonView is the rules that share a verdict and its reason.
type reasonView struct {
	Class, Mark, Verdict, Party string
	Reason                      []piece
	Rules                       []ruleView
}

// behaviourView is what the target does where the document leaves it open.
type behaviourView struct {
	ID, Anchor, Statement, Observed string
	Order                           []orderView
}

// orderView is a rule, with those that are named after it where a call breaks both.
type orderView struct{ Rule, Before []piece }

// countsView is a table of how often something was exercised.
type countsView struct {
	Title, What string
	Rows        []reports.Count
	More        int
}

func newView(r *reports.Report) view {
	b := &budget{left: allTexts}
	v := view{headView: newHead(r, b)}
	for _, s := range r.LeftOut {
		v.OutOfTime = append(v.OutOfTime, b.text(s))
	}
	v.OutOfTime, _ = firstOf(v.OutOfTime, mostNotes)

	rules := newRules(r.Rules, b)
	v.Areas = newAreas(rules)
	if v.Findings = newFindings(r, rules, b); len(v.Findings) > 0 {
		v.Explained = explainedWords(r)
	}
	for _, name := range verdicts {
		count := len(withVerdict(r.Rules, name))
		v.Verdicts = append(v.Verdicts, verdictView{name, verdictClass(name), marks[name], count})
	}
	v.Levels = newLevels(r.Rules)
	for _, rule := range rules {
		switch {
		case rule.Verdict == reports.Failed && rule.Waiver != nil:
			v.Waived = append(v.Waived, rule)
		case rule.Verdict == reports.Failed:
			v.Failed = append(v.Failed, rule)
		}
	}
	slices.SortStableFunc(v.Failed, func(a, b ruleView) int {
		return cmp.Compare(slices.Index(levels, a.Level), slices.Index(levels, b.Level))
	})
	if len(v.Failed) > mostFailed {
		v.Failed, v.FurtherFailed = v.Failed[:mostFailed], v.Failed[mostFailed:]
	}
	v.Inconclusive = newReasons(rules, reports.Inconclusive)
	v.LeftOut = slices.Concat(newReasons(rules, reports.NotApplicable), newReasons(rules, reports.Skipped))
	v.Behaviours = newBehaviours(r.Behaviours, rules, b)
	v.Overview = withContent(plotVerdicts(v.Areas, v.Verdicts), plotRequests(r.Phases, b))
	v.Plots = withContent(plotCoverage(r.Coverage.Tuples), plotLatency(r.Latency))
	v.Coverage = newCounts(r.Coverage, b)
	return v
}

func newAreas(rules []ruleView) []areaView {
	var list []areaView
	for i, group := range groupBy(rules, func(rule ruleView) string { return rule.Area }) {
		a := areaView{Name: group[0].Area, Anchor: fmt.Sprintf("area-%d", i+1), Rules: group}
		by := map[string]int{}
		for _, rule := range group {
			by[rule.Verdict]++
		}
		a.Failed, a.Inconclusive = by[reports.Failed], by[reports.Inconclusive]
		var parts []string
		for _, v := range verdicts {
			if by[v] > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", by[v], v))
			}
		}
		a.Counts = strings.Join(parts, ", ")
		list = append(list, a)
	}
	return list
}

func newLevels(rules []reports.Rule) []levelView {
	var list []levelView
	for _, level := range countsByLevel(rules) {
		row := levelView{Name: level.level}
		for _, v := range verdicts {
			c := levelCount{Class: verdictClass(v), Count: level.byVerdict[v]}
			if v == reports.Failed {
				c.Waived = level.waived
			}
			row.Counts = append(row.Counts, c)
		}
		list = append(list, row)
	}
	return list
}

// newReasons groups the rules of a verdict by their reasons, as [byReason] does.
func newReasons(rules []ruleView, verdict string) []reasonView {
	anchors := anchorsOf(rules)
	var each []ruleView // for each clause of its reason
	for _, rule := range rules {
		if rule.Verdict != verdict {
			continue
		}
		for _, clause := range rule.Reasons {
			rule.Reason = cmp.Or(clause, "no reason is given")
			each = append(each, rule)
		}
	}
	var list []reasonView
	for _, group := range groupBy(each, func(rule ruleView) [2]string { return [2]string{rule.Party, rule.Reason} }) {
		first := group[0]
		list = append(list, reasonView{
			Class: first.Class, Mark: first.Mark, Verdict: verdict,
			Party: first.Party, Reason: linkRules(first.Reason, anchors), Rules: group,
		})
	}
	return list
}

func newBehaviours(behaviours []reports.Behaviour, rules []ruleView, b *budget) []behaviourView {
	var list []behaviourView
	anchors := anchorsOf(rules)
	for _, behaviour := range behaviours {
		v := behaviourView{ID: b.name(behaviour.ID), Observed: b.text(behaviour.Sentence())}
		inOrder, _ := behaviour.InOrder()
		for _, rule := range inOrder {
			if before := behaviour.Precedes(rule); len(before) > 0 {
				v.Order = append(v.Order, orderView{
					linkRules(b.name(rule), anchors), linkRules(b.text(strings.Join(before, ", ")), anchors),
				})
			}
		}
		for _, rule := range rules {
			if rule.ID == v.ID {
				v.Anchor, v.Statement = rule.Anchor, rule.Statement
			}
		}
		list = append(list, v)
	}
	return list
}

func newCounts(c reports.Coverage, b *budget) []countsView {
	var list []countsView
	for _, l := range []struct {
		title, what string
		counts      []reports.Count
	}{
		{"Calls by the class of each value", "class", c.Classes},
		{"Refused calls by the rule that refuses them", "rule", c.Refusals},
		{"Changes of state in sequences", "change", c.Transitions},
	} {
		if len(l.counts) == 0 {
			continue
		}
		first, more := firstOf(l.counts, mostCounts)
		table := countsView{Title: l.title, What: l.what, More: more}
		for _, n := range first {
			table.Rows = append(table.Rows, reports.Count{Name: b.name(n.Name), Count: n.Count})
		}
		list = append(list, table)
	}
	return list
}
