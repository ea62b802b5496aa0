package format

import (
	"fmt"
	"regexp"

	"github.com/cbspec/cbspec/reports"
)

// ruleView is a rule as the page shows it.
type ruleView struct {
	ID, Anchor, Level, Area, Statement string
	Verdict, Class, Mark               string
	Document, Section, Source          string
	Party, Reason                      string
	Why                                []piece // the reason, with its links
	Cases                              string
	Waiver                             *waiverView
	Failures                           []failureView
	MoreFailures                       int
	Scenarios                          []scenarioView
	MoreScenarios                      int
}

// failureView is one way in which a rule fails.
type failureView struct {
	Law, Reproduced    string
	Case               []string
	MoreCase           int
	Expected, Answered []part
	Curl               string
	CurlWhole          bool
	Replay             string
	Picture            string
	PictureLink        bool
	Known              *waiverView
}

type waiverView struct{ Reason, Owner, Expires string }

type scenarioView struct {
	Name, Verdict, Class, Mark, Reason, Cases, Took string
}

// anchorName is what rules are called; a rule called otherwise is linked to by its place.
var anchorName = regexp.MustCompile(`^CB-[A-Z0-9]+(-[A-Z0-9]+)*$`)

func ruleViews(rules []reports.Rule, b *budget) []ruleView {
	list := make([]ruleView, len(rules))
	taken := map[string]bool{}
	for i, rule := range rules {
		list[i] = newRule(rule, b)
		if list[i].Anchor = rule.ID; !anchorName.MatchString(rule.ID) || taken[rule.ID] {
			list[i].Anchor = fmt.Sprintf("rule-%d", i+1)
		}
		taken[list[i].Anchor] = true
	}
	for i := range list {
		list[i].Why = linked(list[i].Reason, taken)
	}
	return list
}

func newRule(rule reports.Rule, b *budget) ruleView {
	v := ruleView{
		ID: b.name(rule.ID), Level: b.name(rule.Level), Area: b.name(rule.Area), Statement: b.text(rule.Statement),
		Verdict: b.name(rule.Verdict), Class: class(rule.Verdict), Mark: marks[rule.Verdict],
		Document: b.text(rule.Document), Section: b.name(rule.Section),
		Party: b.name(rule.Party), Reason: b.text(rule.Reason), Cases: plural(rule.Cases, "case"), Waiver: newWaiver(rule.Waiver, b),
	}
	if rule.Feature != "" {
		v.Source = b.name(fmt.Sprintf("%s:%d", rule.Feature, rule.Line))
	}
	failures, more := shown(rule.Failures, mostFailures)
	v.MoreFailures = more
	for _, f := range failures {
		v.Failures = append(v.Failures, newFailure(f, b))
	}
	scenarios, more := shown(rule.Scenarios, mostScenarios)
	v.MoreScenarios = more
	for _, s := range scenarios {
		v.Scenarios = append(v.Scenarios, scenarioView{
			Name: b.name(s.Name), Verdict: b.name(s.Verdict), Class: class(s.Verdict), Mark: marks[s.Verdict], Reason: scenarioReason(s, rule, b),
			Cases: grouped(s.Cases), Took: seconds(s.Seconds),
		})
	}
	return v
}

// scenarioReason leaves out what the rule says already.
func scenarioReason(s reports.Scenario, rule reports.Rule, b *budget) string {
	if s.Reason == rule.Reason {
		return ""
	}
	return b.text(s.Reason)
}

func newFailure(f reports.Failure, b *budget) failureView {
	expected, answered := b.text(f.Expected), b.text(f.Answered)
	v := failureView{
		Law: b.text(f.Law), Reproduced: reproducedWords(f), Expected: differ(expected, answered), Answered: differ(answered, expected),
		Picture: b.name(f.Picture), PictureLink: beside(f.Picture), Known: newWaiver(f.Known, b),
	}
	lines, more := shown(caseWords(f.Case), mostCaseLines)
	v.MoreCase = more
	for _, line := range lines {
		v.Case = append(v.Case, b.text(line))
	}
	v.Curl, v.CurlWhole = b.command(f.Curl)
	if f.Replay != "" {
		v.Replay = b.text(replayCommand(f, ""))
	}
	return v
}

func newWaiver(w *reports.Waiver, b *budget) *waiverView {
	if w == nil {
		return nil
	}
	return &waiverView{b.text(w.Reason), b.name(w.Owner), b.name(w.Expires)}
}
