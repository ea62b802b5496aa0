package format

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/cbspec/cbspec/reports"
)

// A summary of a job may have 1 MiB on GitHub, and what is larger is not shown at all. These bounds, in bytes and in
// number, keep every part of it short enough that all of them together stay below that.
const (
	markdownFailures = 600_000 // all failing rules
	markdownList     = 100_000 // any list or table
	markdownText     = 1000    // one text
	markdownBlock    = 8000    // the commands that reproduce a failure
	markdownLaws     = 5       // failures of one rule
)

// writeMarkdown writes the report as the summary of a CI job: the verdict, the counts, each failing rule with what
// reproduces it, what was not tested and why, and what was recorded. It is shorter than 1 MiB, and what a target said
// stands in it as text.
func writeMarkdown(w io.Writer, r *reports.Report) error {
	r = reports.Printable(r)
	var b bytes.Buffer
	fmt.Fprintf(&b, "## %s cbspec: %s\n\n", verdictMark(r.Verdict), inline(r.Verdict))
	fmt.Fprintf(&b, "%s  \n%s\n\n", brief(targetWords(r.Target)), brief(runWords(r)))
	var notes []string
	for _, note := range append(reports.Gaps(r), r.Warnings...) {
		notes = append(notes, "> **Note:** "+brief(note)+"\n\n")
	}
	b.WriteString(bounded(notes, markdownList))
	b.WriteString(markdownCounts(r))
	if failed := withVerdict(r.Rules, reports.Failed); len(failed) > 0 {
		fmt.Fprintf(&b, "\n### %s failed\n\n", plural(len(failed), "rule"))
		var rules []string
		for _, rule := range failed {
			rules = append(rules, markdownRule(rule))
		}
		b.WriteString(bounded(rules, markdownFailures))
	}
	b.WriteString(markdownUntested(r))
	if len(r.Behaviours) > 0 {
		var rows [][]string
		for _, o := range r.Behaviours {
			rows = append(rows, []string{brief(o.ID), code(o.Observed)})
		}
		fmt.Fprintf(&b, "\n<details><summary>Where the document is silent, this target</summary>\n\n%s\n</details>\n", table([]string{"rule", "observed"}, rows))
	}
	_, err := w.Write(b.Bytes())
	return err
}

func markdownCounts(r *reports.Report) string {
	var rows [][]string
	for _, level := range countsByLevel(r.Rules) {
		row := []string{level.level}
		for _, v := range verdicts {
			cell := fmt.Sprint(level.by[v])
			if v == reports.Failed && level.waived > 0 {
				cell += fmt.Sprintf(" (%d waived)", level.waived)
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	return table(append([]string{"level"}, verdicts...), rows)
}

// markdownRule tells a failing rule, folded to its statement.
func markdownRule(rule reports.Rule) string {
	var b strings.Builder
	waived := ""
	if rule.Waiver != nil {
		waived = ", waived"
	}
	fmt.Fprintf(&b, "<details><summary><b>%s</b> (%s%s) %s</summary>\n\n", brief(rule.ID), brief(rule.Level), waived, brief(rule.Statement))
	if rule.Document != "" {
		fmt.Fprintf(&b, "The document: %s\n\n", brief(rule.Document))
	}
	if len(rule.Failures) == 0 {
		fmt.Fprintf(&b, "%s\n\n", brief(rule.Reason))
	}
	for i, f := range rule.Failures {
		if i == markdownLaws {
			fmt.Fprintf(&b, "%d more of its failures stand in report.json.\n\n", len(rule.Failures)-i)
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

// markdownUntested says what has no verdict of its own, and why.
func markdownUntested(r *reports.Report) string {
	var rows [][]string
	for _, verdict := range []string{reports.Inconclusive, reports.NotApplicable, reports.Skipped} {
		for _, g := range byReason(r.Rules, verdict) {
			var ids []string
			for _, rule := range g.Rules {
				ids = append(ids, rule.ID)
			}
			rows = append(rows, []string{verdict, brief(strings.Join(ids, " ")), brief(reasonWords(g))})
		}
	}
	for _, left := range r.LeftOut {
		rows = append(rows, []string{"left out", brief(left), "for want of time"})
	}
	if len(rows) == 0 {
		return ""
	}
	return "\n### Not tested\n\n" + table([]string{"", "rules", "why"}, rows)
}

// table is a table of cells that are Markdown already.
func table(head []string, rows [][]string) string {
	line := func(cells []string) string { return "| " + strings.Join(cells, " | ") + " |\n" }
	var lines []string
	for _, row := range rows {
		lines = append(lines, line(row))
	}
	return line(head) + strings.Repeat("|---", len(head)) + "|\n" + bounded(lines, markdownList)
}

// bounded joins parts, as many as there is room for, and says how many there are besides.
func bounded(parts []string, limit int) string {
	var b strings.Builder
	for i, p := range parts {
		if b.Len()+len(p) > limit {
			fmt.Fprintf(&b, "\n%d more stand in report.json.\n\n", len(parts)-i)
			break
		}
		b.WriteString(p)
	}
	return b.String()
}

func verdictMark(verdict string) string {
	return map[string]string{reports.Conformant: "✅", reports.AsFarAsTested: "🟡", reports.NotConformant: "❌"}[verdict]
}

// brief is a text within Markdown, cut where it is long.
func brief(s string) string { return inline(reports.Clip(s, markdownText)) }

// code is a text that the target has a hand in: within <code> nobody is mentioned and nothing is linked, whatever it says.
func code(s string) string {
	if s == "" {
		return ""
	}
	return "<code>" + brief(s) + "</code>"
}

// Entities hold within Markdown, within its tables and within HTML, where backslashes would not.
var inlineEscapes = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;", "\\", "&#92;", "|", "&#124;", "*", "&#42;", "_", "&#95;", "`", "&#96;",
	"[", "&#91;", "]", "&#93;", "#", "&#35;", "~", "&#126;", "!", "&#33;", "@", "&#64;", "$", "&#36;", "://", "&#58;//", "www.", "www&#46;", "\n", " ",
)

// inline is a text within Markdown as it reads: nothing in it is a link, a mention, markup or the end of a table's cell.
func inline(s string) string { return inlineEscapes.Replace(s) }
