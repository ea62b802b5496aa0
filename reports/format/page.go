package format

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"strings"
)

//go:embed *.tmpl
var templates embed.FS

// newPage returns the template of an HTML page, from files of templates. The page has its own style
// sheet and script, and needs no network. The template escapes whatever it is filled with.
func newPage(style, script string, files ...string) *template.Template {
	return template.Must(template.New(files[0]).Funcs(template.FuncMap{
		"style":  func() template.HTML { return template.HTML("<style>" + style + "</style>") },
		"script": func() template.HTML { return template.HTML("<script>" + script + "</script>") },
		"policy": func() string { return policy(style, script) },
		"class":  verdictClass,
		"mark":   func(verdict string) string { return marks[verdict] },
		"clip":   clipText,
	}).ParseFS(templates, files...))
}

// policy is a content security policy that allows a page its own style sheet and script, by their
// hashes, and nothing else: even markup that got past the escaping could neither run nor load
// anything.
func policy(style, script string) string {
	scripts := ""
	if script != "" {
		scripts = "; script-src '" + hash(script) + "'"
	}
	return "default-src 'none'; style-src '" + hash(style) + "'" + scripts + "; base-uri 'none'; form-action 'none'"
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// verdictClass is the name of a verdict in the style sheets.
func verdictClass(verdict string) string {
	if marks[verdict] == "" {
		return "unknown"
	}
	return strings.ReplaceAll(verdict, " ", "-")
}
