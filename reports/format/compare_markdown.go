package format

import (
	"bytes"
	"fmt"
	"io"

	"github.com/cbspec/cbspec/reports"
)

// writeComparisonMarkdown writes a comparison as Markdown.
func writeComparisonMarkdown(w io.Writer, c reports.Comparison) error {
	var b bytes.Buffer
	b.WriteString("## cbspec: side by side\n\n")
	head, verdict := []string{"rule", "level"}, []string{"verdict", ""}
	for _, col := range c.Columns {
		head = append(head, brief(col.Title()))
		verdict = append(verdict, verdictSymbols[col.Verdict]+" "+brief(fmt.Sprintf("%s (%s)", col.Verdict, col.Judged)))
	}
	rows := [][]string{verdict}
	for _, rule := range c.Rules {
		cells := []string{brief(rule.ID), brief(rule.Level)}
		if rule.Differs() {
			cells[0] = "**" + cells[0] + "** ≠"
		}
		for _, cell := range rule.Cells {
			cells = append(cells, markOf(cell)+" "+brief(cell.String()))
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
		b.WriteString("\n### " + behavioursHeading + "\n\n" + table(append([]string{"rule", ""}, head[2:]...), rows))
	}
	var changes []string
	for _, x := range c.Changes {
		changes = append(changes, changeWords(x))
	}
	b.WriteString(bulletList(changesHeading, changes))
	b.WriteString(bulletList(notesHeading, c.Notes))
	_, err := w.Write(b.Bytes())
	return err
}

// bulletList is a heading with a list below it, or nothing where the list is empty.
func bulletList(heading string, texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	var lines []string
	for _, text := range texts {
		lines = append(lines, "- "+brief(text)+"\n")
	}
	return "\n### " + heading + "\n\n" + bounded(lines, markdownList)
}
