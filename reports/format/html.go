package format

import (
	_ "embed"
	"io"

	"github.com/cbspec/cbspec/reports"
)

//go:embed html.css
var htmlStyle string

//go:embed html.js
var htmlScript string

var htmlPage = newPage(htmlStyle, htmlScript, "html.tmpl", "html_rule.tmpl", "html_plots.tmpl")

// writeHTML writes a report as one HTML page for people: what the verdict is, what failed and how
// to see it again, what was not tested, and every rule of the document. The page needs no network,
// and runs nothing but its own script. The texts of a target are shown as text, and no more of them
// than a reader needs; report.json has the rest.
func writeHTML(w io.Writer, r *reports.Report) error {
	return htmlPage.Execute(w, newView(reports.Printable(r)))
}
