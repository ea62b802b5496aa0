package format

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"

	"github.com/cbspec/cbspec/reports"
)

//go:embed compare.tmpl compare.css
var compareFiles embed.FS

// writeComparisonHTML writes the comparison as one page, which needs no network.
func writeComparisonHTML(w io.Writer, c reports.Comparison) error {
	return compareTemplate.Execute(w, c)
}

var compareTemplate = template.Must(template.New("compare.tmpl").Funcs(template.FuncMap{
	"style": func() template.HTML { return template.HTML("<style>" + compareStyle() + "</style>") },
	"styleHash": func() string {
		sum := sha256.Sum256([]byte(compareStyle()))
		return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
	},
	"class": func(verdict string) string { return strings.ReplaceAll(verdict, " ", "-") },
	"mark":  func(verdict string) string { return marks[verdict] }, "visible": reports.Visible,
	"clip": func(s string) string { return reports.Clip(s, shownText) },
}).ParseFS(compareFiles, "compare.tmpl"))

func compareStyle() string {
	text, err := compareFiles.ReadFile("compare.css")
	if err != nil {
		panic(err) // it is embedded
	}
	return string(text)
}
