// Package page writes a report as one page for people: what the verdict is, what failed and how to see it again, what
// was not tested, and every rule of the document. The page needs no network, and runs nothing but its own script.
package format

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"

	"github.com/cbspec/cbspec/reports"
)

//go:embed html.tmpl html_plots.tmpl html.css html.js
var htmlFiles embed.FS

var (
	style  = mustRead("html.css")
	script = mustRead("html.js")
)

func mustRead(name string) string {
	text, err := htmlFiles.ReadFile(name)
	if err != nil {
		panic(err) // it is embedded
	}
	return string(text)
}

// pageTemplate escapes by context whatever it is filled with; only the style sheet and the script are taken as they are.
var pageTemplate = template.Must(template.New("html.tmpl").Funcs(template.FuncMap{
	"style":  func() template.HTML { return template.HTML("<style>" + style + "</style>") },
	"script": func() template.HTML { return template.HTML("<script>" + script + "</script>") },
	"policy": policy,
}).ParseFS(htmlFiles, "html.tmpl", "html_plots.tmpl"))

// writeHTML writes the report as one HTML page. Whatever the target said stands in it as text, and no more of it than a
// reader needs; report.json has the rest.
func writeHTML(w io.Writer, r *reports.Report) error {
	return pageTemplate.Execute(w, newView(reports.Printable(r)))
}

// policy allows the page its own style sheet and script, by their hashes, and nothing else: even markup that got past
// the escaping could neither run nor load anything.
func policy() string {
	return "default-src 'none'; style-src '" + hash(style) + "'; script-src '" + hash(script) + "'; base-uri 'none'; form-action 'none'"
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
