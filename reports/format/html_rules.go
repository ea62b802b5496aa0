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
	Why                                []piece // the reason, with links to the rules that it names
	Cases                              string
	Reasons                            []string // each in one clause
	Waiver                             *waiverView
	Failures                           []failureView
	MoreFailures                       int
	Scenarios                          []scenarioView
	MoreScenarios                      int
}

// failureView is one way in which a rule fails.
type failureView struct {
	Finding            string // that the failure belongs to
	Law, Reproduced    string
	Case               []string
	MoreCase           int
	Expected, Answered []part
	Curl               string
	CurlWhole          bool
	Replay             string
	Picture            string
	PictureLink        bool
	Waiver             *waiverView
}

// waiverView says why a failure is waived.
type waiverView struct{ Reason, Owner, Expires string }

// scenarioView is a scenario of a rule.
type scenarioView struct {
	Name, Verdict, Class, Mark, Reason, Cases string
}

// anchorName matches the ids of rules. A rule with another id gets an anchor with a number.
var anchorName = regexp.MustCompile(`^CB-[A-Z0-9]+(-[A-Z0-9]+)*$`)

func newRules(rules []reports.Rule, b *budget) []ruleView {
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
		list[i].Why = linkRules(list[i].Reason, taken)
	}
	return list
}

func newRule(rule reports.Rule, b *budget) ruleView {
	v := ruleView{
		ID: b.name(rule.ID), Level: b.name(rule.Level), Area: b.name(rule.Area), Statement: b.text(rule.Statement),
		Verdict: b.name(rule.Verdict), Class: verdictClass(rule.Verdict), Mark: marks[rule.Verdict],
		Document: b.text(rule.Document), Section: b.name(rule.Section),
		Party: b.name(rule.Party), Reason: b.text(rule.Reason),
		Cases: plural(rule.Cases, "case"), Waiver: newWaiver(rule.Waiver, b),
	}
	if rule.Feature != "" {
		v.Source = b.name(fmt.Sprintf("%s:%d", rule.Feature, rule.Line))
	}
	failures, more := firstOf(rule.Failures, mostFailures)
	v.MoreFailures = more
	for _, f := range failures {
		v.Failures = append(v.Failures, newFailure(f, b))
	}
	for _, reason := range reasonsOf(rule) {
		v.Reasons = append(v.Reasons, b.text(reason))
	}
	scenarios, more := firstOf(rule.Scenarios, mostScenarios)
	v.MoreScenarios = more
	for _, s := range scenarios {
		v.Scenarios = append(v.Scenarios, newScenario(s, rule, b))
	}
	return v
}

// newScenario leaves out the reason of a scenario where it is that of its rule.
func newScenario(s reports.Scenario, rule reports.Rule, b *budget) scenarioView {
	v := scenarioView{
		Name: b.name(s.Name), Verdict: b.name(s.Verdict), Class: verdictClass(s.Verdict), Mark: marks[s.Verdict],
		Cases: thousands(s.Cases),
	}
	if s.Reason != rule.Reason {
		v.Reason = b.text(s.Reason)
	}
	return v
}

func newFailure(f reports.Failure, b *budget) failureView {
	expected, answered := b.text(f.Expected), b.text(f.Answered)
	v := failureView{
		Finding: b.name(f.Finding), Law: b.text(f.Law), Reproduced: reproducedWords(f),
		Expected: differences(expected, answered), Answered: differences(answered, expected),
		Picture: b.name(f.Picture), PictureLink: isBeside(f.Picture), Waiver: newWaiver(f.Known, b),
	}
	lines, more := firstOf(caseWords(f.Case), mostCaseLines)
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
