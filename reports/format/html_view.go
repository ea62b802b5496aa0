package format

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/reports"
)

// verdicts in the order in which they are shown.
var verdicts = []string{reports.Passed, reports.Failed, reports.Inconclusive, reports.NotApplicable, reports.Skipped}

// marks tell verdicts apart without colour.
var marks = map[string]string{
	reports.Passed: "✓", reports.Failed: "✗", reports.Inconclusive: "?", reports.NotApplicable: "–", reports.Skipped: "·",
	reports.Conformant: "✓", reports.NotConformant: "✗", reports.AsFarAsTested: "~",
}

// class is a verdict as the style sheet names it.
func class(verdict string) string {
	if marks[verdict] == "" {
		return "unknown"
	}
	return strings.ReplaceAll(verdict, " ", "-")
}

// How many of a thing are shown; the rest is counted.
const (
	mostFailures  = 20
	mostScenarios = 30
	mostCaseLines = 60
	mostCounts    = 200
	mostGaps      = 50
	mostAtOnce    = 12 // failed rules, before the rest has to be asked for
)

// view is what the template is filled with: words, bounded, in the order in which they are read.
type view struct {
	Title, Tool                           string
	Verdict, Class, Mark, Lead, Edition   string
	Target, Endpoint, Implementation, URL string
	Facts                                 []fact
	Notes                                 []string
	Verdicts                              []verdictName
	Levels                                []levelView
	Failed, FurtherFailed, Known          []ruleView
	Untested, LeftOut                     []groupView
	Missed                                []string
	Glance, Plots                         []drawing
	Areas                                 []areaView
	Rules                                 int
	Behaviours                            []behaviourView
	Ledger                                []ledger
}

type fact struct{ Name, Value string }

type verdictName struct {
	Name, Class, Mark string
	Count             int
}

type levelView struct {
	Name   string
	Counts []countView
}

type countView struct {
	Class string
	N     int
	Known int
}

type areaView struct {
	Name, Anchor, Counts string
	Rules                []ruleView
	Failed, Inconclusive int
}

// behaviourView is what the target does where the document leaves it open.
type behaviourView struct {
	ID, Anchor, Statement, Observed string
}

// groupView is the rules that share a reason for not being tested.
type groupView struct {
	Class, Mark, Verdict, Party string
	Reason                      []piece
	Rules                       []ruleView
}

// ledger is a table of counts.
type ledger struct {
	Title, What string
	Rows        []reports.Count
	More        int
}

func newView(r *reports.Report) view {
	b := &budget{left: allTexts}
	v := view{
		Tool: b.name(r.Tool.Name + " " + r.Tool.Version), Verdict: b.name(r.Verdict), Class: class(r.Verdict), Mark: marks[r.Verdict], Lead: lead(r),
		Edition: b.name(r.Edition), Target: b.name(r.Target.Name), Rules: len(r.Rules), Facts: facts(r, b),
	}
	v.Title = v.Target + ": " + v.Verdict
	if !strings.HasSuffix(strings.TrimRight(r.Target.Endpoint, "/"), r.Target.Name) { // else it is named by its endpoint
		v.Endpoint = b.name(r.Target.Endpoint)
	}
	if i := r.Target.Implementation; i != nil {
		v.Implementation = b.name(strings.Join(strings.Fields(i.Organization+" "+i.Project+" "+i.Version), " "))
		if webURL.MatchString(i.URL) {
			v.URL = b.name(i.URL)
		}
	}
	for _, gap := range slices.Concat(reports.Gaps(r), r.Warnings) {
		v.Notes = append(v.Notes, b.text(gap))
	}
	v.Notes, _ = shown(v.Notes, mostGaps)
	for _, s := range r.LeftOut {
		v.Missed = append(v.Missed, b.text(s))
	}
	v.Missed, _ = shown(v.Missed, mostGaps)

	rules := ruleViews(r.Rules, b)
	v.Areas = areaViews(rules)
	for _, name := range verdicts {
		v.Verdicts = append(v.Verdicts, verdictName{name, class(name), marks[name], countIn(v.Areas, name)})
	}
	v.Levels = levelViews(rules)
	for _, rule := range rules {
		switch {
		case rule.Verdict == reports.Failed && rule.Waiver != nil:
			v.Known = append(v.Known, rule)
		case rule.Verdict == reports.Failed:
			v.Failed = append(v.Failed, rule)
		}
	}
	slices.SortStableFunc(v.Failed, func(a, b ruleView) int { return strings.Compare(a.Level, b.Level) }) // must before should
	if len(v.Failed) > mostAtOnce {
		v.Failed, v.FurtherFailed = v.Failed[:mostAtOnce], v.Failed[mostAtOnce:]
	}
	v.Untested = groupViews(rules, reports.Inconclusive)
	v.LeftOut = slices.Concat(groupViews(rules, reports.NotApplicable), groupViews(rules, reports.Skipped))
	v.Behaviours = behaviourViews(r.Behaviours, rules, b)
	v.Glance = drawn(verdictsByArea(v.Areas), requestsByPhase(r.Phases, b))
	v.Plots = drawn(coverageByStrength(r.Coverage.Tuples), latency(r.Latency))
	v.Ledger = ledgers(r.Coverage, b)
	return v
}

// lead says in a sentence what the verdict rests on.
func lead(r *reports.Report) string {
	total, failed, passed := map[string]int{}, map[string]int{}, map[string]int{}
	for _, rule := range r.Rules {
		switch rule.Verdict {
		case reports.NotApplicable, reports.Skipped:
			continue
		case reports.Failed:
			failed[rule.Level]++
		case reports.Passed:
			passed[rule.Level]++
		}
		total[rule.Level]++
	}
	must, should := total[reports.Must], total[reports.Should]
	untested := must - passed[reports.Must] - failed[reports.Must]
	var s string
	switch {
	case failed[reports.Must] > 0:
		s = fmt.Sprintf("%s of %s failed", grouped(failed[reports.Must]), plural(must, "must rule"))
		if untested > 0 {
			s += fmt.Sprintf(", and %s could not be tested", grouped(untested))
		}
	case must == 0:
		s = "No must rule was tested"
	case untested == must:
		s = fmt.Sprintf("None of %s could be tested", plural(must, "must rule"))
	case untested > 0:
		s = fmt.Sprintf("No must rule failed, but %s of %s could not be tested", grouped(untested), grouped(must))
	default:
		s = fmt.Sprintf("All %s passed", plural(must, "must rule"))
	}
	if n := failed[reports.Should]; n > 0 {
		s += fmt.Sprintf("; %s of %s failed", grouped(n), plural(should, "should rule"))
	}
	return s + "."
}

// facts are what to know of a run besides its outcome.
func facts(r *reports.Report, b *budget) []fact {
	var list []fact
	add := func(name, value string) {
		if value != "" {
			list = append(list, fact{name, b.name(value)})
		}
	}
	add("Edition", r.Edition)
	add("Seed", fmt.Sprint(r.Seed))
	add("Shard", r.Shard)
	add("Started", clock(r.Started))
	add("Took", seconds(r.DurationSeconds))
	add("Cases", grouped(reports.Sum(r).Cases))
	requests := grouped(r.Requests)
	if r.Throughput > 0 {
		requests += fmt.Sprintf(" (%s a second)", grouped(int(r.Throughput+0.5)))
	}
	add("Requests", requests)
	add("Backups made", grouped(r.Backups))
	if r.Throttled > 0 {
		add("Throttled", grouped(r.Throttled)+" times")
	}
	capabilities := strings.Join(r.Target.Capabilities, ", ")
	if capabilities == "" {
		capabilities = "none"
	}
	add("The target can", capabilities)
	add("Effort", fmt.Sprintf("%s, %d-way combinations", plural(r.Options.Checks, "check"), r.Options.Strength))
	add("Gate", r.Options.Gate)
	return list
}

func areaViews(rules []ruleView) []areaView {
	var list []areaView
	index := map[string]int{}
	for _, rule := range rules {
		i, ok := index[rule.Area]
		if !ok {
			i = len(list)
			index[rule.Area] = i
			list = append(list, areaView{Name: rule.Area, Anchor: fmt.Sprintf("area-%d", i+1)})
		}
		list[i].Rules = append(list[i].Rules, rule)
	}
	for i := range list {
		a := &list[i]
		by := map[string]int{}
		for _, rule := range a.Rules {
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
	}
	return list
}

func levelViews(rules []ruleView) []levelView {
	var list []levelView
	for _, level := range []string{reports.Must, reports.Should, reports.May} {
		row, any := levelView{Name: level}, false
		for _, v := range verdicts {
			c := countView{Class: class(v)}
			for _, rule := range rules {
				if rule.Level == level && rule.Verdict == v {
					c.N++
					if rule.Waiver != nil {
						c.Known++
					}
				}
			}
			any = any || c.N > 0
			row.Counts = append(row.Counts, c)
		}
		if any {
			list = append(list, row)
		}
	}
	return list
}

func groupViews(rules []ruleView, verdict string) []groupView {
	var list []groupView
	index := map[[2]string]int{}
	for _, rule := range rules {
		if rule.Verdict != verdict {
			continue
		}
		key := [2]string{rule.Party, rule.Reason}
		i, ok := index[key]
		if !ok {
			i = len(list)
			index[key] = i
			reason := rule.Why
			if len(reason) == 0 {
				reason = []piece{{Text: "no reason is given"}}
			}
			list = append(list, groupView{Class: rule.Class, Mark: rule.Mark, Verdict: verdict, Party: rule.Party, Reason: reason})
		}
		list[i].Rules = append(list[i].Rules, rule)
	}
	return list
}

func behaviourViews(behaviours []reports.Behaviour, rules []ruleView, b *budget) []behaviourView {
	var list []behaviourView
	for _, behaviour := range behaviours {
		v := behaviourView{ID: b.name(behaviour.ID), Observed: b.text(behaviour.Observed)}
		for _, rule := range rules {
			if rule.ID == v.ID {
				v.Anchor, v.Statement = rule.Anchor, rule.Statement
			}
		}
		list = append(list, v)
	}
	return list
}

// ledgers are the counts of what was really exercised.
func ledgers(c reports.Coverage, b *budget) []ledger {
	var list []ledger
	for _, l := range []struct {
		title, what string
		counts      []reports.Count
	}{
		{"Calls by what their parameters are", "class", c.Classes},
		{"Refused calls by the rule that refuses them", "rule", c.Refusals},
		{"Changes of state in sequences", "change", c.Transitions},
	} {
		if len(l.counts) == 0 {
			continue
		}
		first, more := shown(l.counts, mostCounts)
		table := ledger{Title: l.title, What: l.what, More: more}
		for _, n := range first {
			table.Rows = append(table.Rows, reports.Count{Name: b.name(n.Name), Count: n.Count})
		}
		list = append(list, table)
	}
	return list
}

var webURL = regexp.MustCompile(`^https?://[^\s"'<>\\]+$`)

// plainPath is a path that can be a link as it is: no scheme, no host, nothing to be decoded.
var plainPath = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_./-]*$`)

// beside tells whether a path leads to a file beside the report or below it.
func beside(path string) bool { return plainPath.MatchString(path) && filepath.IsLocal(path) }
