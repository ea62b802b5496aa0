package format

import (
	"slices"
	"strings"

	"github.com/cbspec/cbspec/reports"
)

// mostFindings is how many findings the page shows in full.
const mostFindings = 40

// findingView is a finding as the page shows it.
type findingView struct {
	ID, Rule, Anchor, Level, Statement string
	Failure                            failureView
	Cases, InLogs                      string
	AlsoFails                          []piece
}

// newFindings returns the findings, with links to the rules that they are about.
func newFindings(r *reports.Report, rules []ruleView, b *budget) []findingView {
	anchors := anchorsOf(rules)
	var list []findingView
	for _, f := range findingsOf(r) {
		if len(list) == mostFindings {
			break
		}
		v := findingView{
			ID: b.name(f.ID), Rule: b.name(f.Rule), Level: b.name(f.Level), Statement: b.text(f.rule.Statement),
			Failure: newFailure(f.failure, b), Cases: plural(f.Cases, "case"), InLogs: b.name(answerWords(f.Finding)),
			AlsoFails: linkRules(b.text(strings.Join(f.AlsoFails, ", ")), anchors),
		}
		if i := slices.IndexFunc(rules, func(rule ruleView) bool { return rule.ID == v.Rule }); i >= 0 {
			v.Anchor = rules[i].Anchor
		}
		list = append(list, v)
	}
	return list
}
