package format

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/cbspec/cbspec/reports"
)

// GitHub shows a summary of a job only if it has at most 1 MiB. These bounds keep each part of it
// so short that all of them together stay below that. They are in bytes, unless they say otherwise.
const (
	markdownFailures = 600_000 // all failing rules
	markdownList     = 100_000 // a list or a table
	markdownText     = 1000    // a text
	markdownBlock    = 8000    // the commands that reproduce a failure
	markdownPerRule  = 5       // how many failures of a rule
)

// writeMarkdown writes a report as the summary of a CI job: the verdict, the counts, each failing
// rule with the commands that reproduce it, what was not tested and why, and what was observed. It
// is shorter than 1 MiB, and shows the texts of a target as text.
func writeMarkdown(w io.Writer, r *reports.Report) error {
	r = reports.Printable(r)
	var b bytes.Buffer
	fmt.Fprintf(&b, "## %s cbspec: %s (%s)\n\n", verdictSymbols[r.Verdict], inline(r.Verdict), reports.JudgedOf(r))
	fmt.Fprintf(&b, "%s  \n%s\n\n", brief(targetWords(r.Target)), brief(runWords(r)))
	var notes []string
	for _, note := range append(reports.Gaps(r), r.Warnings...) {
		notes = append(notes, "> **Note:** "+brief(note)+"\n\n")
	}
	b.WriteString(bounded(notes, markdownList))
	b.WriteString(markdownCounts(r))
	b.WriteString(markdownFailed(r))
	b.WriteString(markdownUntested(r))
	b.WriteString(markdownBehaviours(r))
	_, err := w.Write(b.Bytes())
	return err
}

// markdownFailed shows the findings, and then the failed rules: each with the findings that it
// fails because of, or in full.
func markdownFailed(r *reports.Report) string {
	failed := withVerdict(r.Rules, reports.Failed)
	if len(failed) == 0 {
		return ""
	}
	var b strings.Builder
	var shown []string
	for _, f := range findingsOf(r) {
		shown = append(shown, markdownFinding(f))
	}
	if len(shown) > 0 {
		fmt.Fprintf(&b, "\n### %s\n\n", explainedWords(r))
		b.WriteString(bounded(shown, markdownFailures))
	}
	fmt.Fprintf(&b, "\n### %s failed\n\n", plural(len(failed), "rule"))
	var refs [][]string
	var full []string
	for _, rule := range failed {
		if ids := refersTo(rule); ids != "" {
			refs = append(refs, []string{brief(rule.ID), brief(rule.Level), brief(rule.Statement), brief(ids)})
		} else {
			full = append(full, markdownRule(rule))
		}
	}
	if len(refs) > 0 {
		b.WriteString(table([]string{"rule", "level", "statement", "finding"}, refs) + "\n")
	}
	b.WriteString(bounded(full, markdownList))
	return b.String()
}

// markdownFinding shows a finding, folded to its sentence.
func markdownFinding(f finding) string {
	waived := ""
	if f.failure.Known != nil {
		waived = ", waived"
	}
	return fmt.Sprintf("<details open><summary><b>%s</b> %s (%s%s) %s</summary>\n\n%s- explains %s\n\n</details>\n\n",
		brief(f.ID), brief(f.Rule), brief(f.Level), waived, brief(f.rule.Statement), markdownFailure(f.failure), brief(f.reachWords()))
}

// markdownCounts is a table of the rules by level and verdict.
func markdownCounts(r *reports.Report) string {
	var rows [][]string
	for _, level := range countsByLevel(r.Rules) {
		row := []string{level.level}
		for _, v := range verdicts {
			cell := fmt.Sprint(level.byVerdict[v])
			if v == reports.Failed && level.waived > 0 {
				cell += fmt.Sprintf(" (%d waived)", level.waived)
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	return table(append([]string{"level"}, verdicts...), rows)
}

// markdownRule shows a failing rule, folded to its statement.
func markdownRule(rule reports.Rule) string {
	var b strings.Builder
	waived := ""
	if rule.Waiver != nil {
		waived = ", waived"
	}
	fmt.Fprintf(&b, "<details><summary><b>%s</b> (%s%s) %s</summary>\n\n",
		brief(rule.ID), brief(rule.Level), waived, brief(rule.Statement))
	if rule.Document != "" {
		fmt.Fprintf(&b, "The document: %s\n\n", brief(rule.Document))
	}
	if len(rule.Failures) == 0 {
		fmt.Fprintf(&b, "%s\n\n", brief(rule.Reason))
	}
	for i, f := range rule.Failures {
		if i == markdownPerRule {
			fmt.Fprintf(&b, "report.json has %d more.\n\n", len(rule.Failures)-i)
			break
		}
		b.WriteString(markdownFailure(f))
	}
	b.WriteString("</details>\n\n")
	return b.String()
}

func markdownFailure(f reports.Failure) string {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**\n\n", brief(f.Law))
	if f.Known != nil {
		fmt.Fprintf(&b, "- waived: %s\n", brief(waiverWords(*f.Known)))
	}
	fmt.Fprintf(&b, "- expected: %s\n- answered: %s\n- %s\n\n", code(f.Expected), code(f.Answered), reproducedWords(f))
	lines := caseWords(f.Case)
	if f.Curl != "" {
		lines = append(lines, "", f.Curl)
	}
	if f.Replay != "" {
		lines = append(lines, "", replayCommand(f, ""))
	}
	if len(lines) > 0 {
		block := reports.Clip(strings.TrimSpace(strings.Join(lines, "\n")), markdownBlock)
		fence := "```"
		for strings.Contains(block, fence) {
			fence += "`"
		}
		fmt.Fprintf(&b, "%s\n%s\n%s\n\n", fence, block, fence)
	}
	return b.String()
}

// markdownUntested is a table of the rules without a verdict of their own, and why.
func markdownUntested(r *reports.Report) string {
	var rows [][]string
	for _, verdict := range []string{reports.Inconclusive, reports.NotApplicable, reports.Skipped} {
		for _, group := range byReason(r.Rules, verdict) {
			rows = append(rows, []string{verdict, brief(strings.Join(group.ids, " ")), brief(group.why)})
		}
	}
	for _, left := range r.LeftOut {
		rows = append(rows, []string{"not run", brief(left), "out of time"})
	}
	if len(rows) == 0 {
		return ""
	}
	return "\n### Not tested\n\n" + table([]string{"", "rules", "why"}, rows)
}

// markdownBehaviours is a folded table of what was observed.
func markdownBehaviours(r *reports.Report) string {
	if len(r.Behaviours) == 0 {
		return ""
	}
	var rows [][]string
	for _, o := range r.Behaviours {
		rows = append(rows, []string{brief(o.ID), code(o.Sentence())})
	}
	return "\n<details><summary>Where the document is silent</summary>\n\n" +
		table([]string{"rule", "what this target does"}, rows) + "\n</details>\n"
}
