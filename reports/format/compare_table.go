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

// Headings of a comparison, in each of its forms.
const (
	behavioursHeading = "Where the document is silent"
	changesHeading    = "What changed"
	notesHeading      = "Compare with care"
)

// writeComparisonTable writes a comparison for a terminal.
func writeComparisonTable(w io.Writer, c reports.Comparison) error {
	var b bytes.Buffer
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { fmt.Fprintln(t, strings.TrimRight(strings.Join(cells, "\t"), "\t ")) }
	head, verdict := []string{"", "", ""}, []string{"", "verdict", ""}
	for _, col := range c.Columns {
		head, verdict = append(head, col.Title()), append(verdict, fmt.Sprintf("%s, %d/%d judged", col.Verdict, col.Judged.Must, col.Judged.Of))
	}
	row(head...)
	row(verdict...)
	for _, rule := range c.Rules {
		cells := []string{"", rule.ID, rule.Level}
		if rule.Differs() {
			cells[0] = "≠"
		}
		for _, cell := range rule.Cells {
			cells = append(cells, markOf(cell)+" "+cell.String())
		}
		row(cells...)
	}
	if len(c.Behaviours) > 0 {
		row("\n" + behavioursHeading)
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
	var changes []string
	for _, x := range c.Changes {
		changes = append(changes, changeWords(x))
	}
	for _, list := range []struct {
		heading string
		lines   []string
	}{{changesHeading, changes}, {notesHeading, c.Notes}} {
		if len(list.lines) > 0 {
			fmt.Fprintf(&b, "\n%s\n%s\n", list.heading, strings.Join(list.lines, "\n"))
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// markOf says the verdict of a cell in one character.
func markOf(cell reports.Cell) string { return cmp.Or(marks[cell.Verdict], " ") }

// changeWords says a change in one line.
func changeWords(x reports.Change) string {
	from, to := reports.Clip(x.From, shownValue), reports.Clip(x.To, shownValue)
	s := fmt.Sprintf("%s  %s (%s): %s → %s", x.Target, x.Rule, x.Level, from, to)
	if x.Law != "" {
		s += ": " + reports.Clip(x.Law, shownValue)
	}
	if x.Regression {
		s = "regression  " + s
	}
	return s
}
