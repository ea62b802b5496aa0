package format

import (
	"fmt"
	"strings"

	"github.com/cbspec/cbspec/reports"
)

// verdictSymbols are the verdicts of a report where colour is not available otherwise.
var verdictSymbols = map[string]string{
	reports.Conformant: "✅", reports.AsFarAsTested: "🟡", reports.NothingTested: "⚪", reports.NotConformant: "❌",
}

// table is a Markdown table. Its cells are Markdown already.
func table(head []string, rows [][]string) string {
	line := func(cells []string) string { return "| " + strings.Join(cells, " | ") + " |\n" }
	var lines []string
	for _, row := range rows {
		lines = append(lines, line(row))
	}
	return line(head) + strings.Repeat("|---", len(head)) + "|\n" + bounded(lines, markdownList)
}

// bounded joins as many parts as fit into a number of bytes, and says how many are left out.
func bounded(parts []string, limit int) string {
	var b strings.Builder
	for i, p := range parts {
		if b.Len()+len(p) > limit {
			fmt.Fprintf(&b, "\nreport.json has %d more.\n\n", len(parts)-i)
			break
		}
		b.WriteString(p)
	}
	return b.String()
}

// brief shows a text within Markdown, cut where it is long.
func brief(s string) string { return inline(reports.Clip(s, markdownText)) }

// code shows a text that the target has influence on. Within <code> it mentions nobody and links to
// nothing, whatever it says.
func code(s string) string {
	if s == "" {
		return ""
	}
	return "<code>" + brief(s) + "</code>"
}

// inlineEscapes replaces characters by entities. Unlike backslashes, entities work within Markdown,
// within its tables and within HTML.
var inlineEscapes = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;", "\\", "&#92;", "|", "&#124;",
	"*", "&#42;", "_", "&#95;", "`", "&#96;", "[", "&#91;", "]", "&#93;", "#", "&#35;", "~", "&#126;",
	"!", "&#33;", "@", "&#64;", "$", "&#36;", "://", "&#58;//", "www.", "www&#46;", "\n", " ",
)

// inline shows a text within Markdown as it reads: nothing in it is a link, a mention, markup or
// the end of a table cell.
func inline(s string) string { return inlineEscapes.Replace(s) }
