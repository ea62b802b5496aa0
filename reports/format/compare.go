package format

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/cbspec/cbspec/reports"
)

// writeComparisonTable writes the comparison for a terminal.
func writeComparisonTable(w io.Writer, c reports.Comparison) error {
	var b bytes.Buffer
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { fmt.Fprintln(t, strings.TrimRight(strings.Join(cells, "\t"), "\t ")) }
	head, verdict := []string{"", "", ""}, []string{"", "verdict", ""}
	for _, col := range c.Columns {
		head, verdict = append(head, col.Title()), append(verdict, col.Verdict)
	}
	row(head...)
	row(verdict...)
	for _, rule := range c.Rules {
		cells := []string{"", rule.ID, rule.Level}
		if rule.Differs() {
			cells[0] = "≠"
		}
		for _, cell := range rule.Cells {
			cells = append(cells, marks[cell.Verdict]+" "+cell.String())
		}
		row(cells...)
	}
	if len(c.Behaviours) > 0 {
		row("\nWhere the document leaves it open")
		for _, behaviour := range c.Behaviours {
			cells := []string{"", behaviour.ID, reports.May}
			for _, observed := range behaviour.Observed {
				cells = append(cells, cmp.Or(reports.Clip(observed, shownValue), "–"))
			}
			row(cells...)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if len(c.Changes) > 0 {
		b.WriteString("\nWhat changed\n")
	}
	for _, x := range c.Changes {
		fmt.Fprintf(&b, "%s\n", changeWords(x))
	}
	if len(c.Notes) > 0 {
		b.WriteString("\nTo be read with care\n")
	}
	for _, n := range c.Notes {
		fmt.Fprintf(&b, "%s\n", n)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// changeWords says a change in one line.
func changeWords(x reports.Change) string {
	s := fmt.Sprintf("%s  %s (%s): %s → %s", x.Target, x.Rule, x.Level, reports.Clip(x.From, shownValue), reports.Clip(x.To, shownValue))
	if x.Law != "" {
		s += ": " + reports.Clip(x.Law, shownValue)
	}
	if x.Regression {
		s = "regression  " + s
	}
	return s
}

// writeComparisonMarkdown writes the comparison as Markdown.
func writeComparisonMarkdown(w io.Writer, c reports.Comparison) error {
	var b bytes.Buffer
	b.WriteString("## cbspec: side by side\n\n")
	head, verdict := []string{"rule", "level"}, []string{"verdict", ""}
	for _, col := range c.Columns {
		head, verdict = append(head, brief(col.Title())), append(verdict, verdictMark(col.Verdict)+" "+brief(col.Verdict))
	}
	rows := [][]string{verdict}
	for _, rule := range c.Rules {
		cells := []string{brief(rule.ID), brief(rule.Level)}
		if rule.Differs() {
			cells[0] = "**" + cells[0] + "** ≠"
		}
		for _, cell := range rule.Cells {
			cells = append(cells, marks[cell.Verdict]+" "+brief(cell.String()))
		}
		rows = append(rows, cells)
	}
	b.WriteString(table(head, rows))
	if len(c.Behaviours) > 0 {
		rows = nil
		for _, behaviour := range c.Behaviours {
			cells := []string{brief(behaviour.ID), brief(behaviour.Statement)}
			for _, observed := range behaviour.Observed {
				cells = append(cells, code(observed))
			}
			rows = append(rows, cells)
		}
		b.WriteString("\n### Where the document leaves it open\n\n" + table(append([]string{"rule", ""}, head[2:]...), rows))
	}
	list := func(title string, lines []string) {
		if len(lines) > 0 {
			b.WriteString("\n### " + title + "\n\n" + bounded(lines, markdownList))
		}
	}
	var lines []string
	for _, x := range c.Changes {
		lines = append(lines, "- "+brief(changeWords(x))+"\n")
	}
	list("What changed", lines)
	lines = nil
	for _, n := range c.Notes {
		lines = append(lines, "- "+brief(n)+"\n")
	}
	list("To be read with care", lines)
	_, err := w.Write(b.Bytes())
	return err
}
