package reports

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"slices"
	"strings"
)

//go:embed page
var pageFiles embed.FS

var (
	pageStyle  = pageFile("style.css")
	pageScript = pageFile("script.js")
)

func pageFile(name string) string {
	text, err := pageFiles.ReadFile("page/" + name)
	if err != nil {
		panic(err) // it is embedded
	}
	return string(text)
}

// hash is what a Content-Security-Policy lets run, and nothing else.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// class is a verdict as a name in the style sheet.
func class(verdict string) string { return strings.ReplaceAll(verdict, " ", "-") }

var templateFuncs = template.FuncMap{
	"style":      func() template.HTML { return template.HTML("<style>" + pageStyle + "</style>") },
	"script":     func() template.HTML { return template.HTML("<script>" + pageScript + "</script>") },
	"styleHash":  func() string { return hash(pageStyle) },
	"scriptHash": func() string { return hash(pageScript) },
	"class":      class, "mark": func(v string) string { return marks[v] }, "visible": visible,
	"clip": func(s string) string { return clip(s, shownText) }, "case": caseWords, "replay": replayCommand, "reproduced": reproducedWords, "waiver": waiverWords,
	"reason": reasonWords, "plural": plural, "differ": differ, "byReason": byReason, "count": func(rules []Rule, v string) int { return len(withVerdict(rules, v)) },
}

var pageTemplate = template.Must(template.New("report.tmpl").Funcs(templateFuncs).ParseFS(pageFiles, "page/report.tmpl"))

// page is what the template is filled with.
type page struct {
	*Report
	TargetWords, RunWords string
	Gaps                  []string
	Verdicts              []string
	Levels                []levelRow
	Areas                 []pageArea
	Plots                 []plot
}

type levelRow struct {
	Level  string
	Counts []int
	Waived int
}

type pageArea struct {
	Name, ID string
	Rules    []Rule
}

// WriteHTML writes the report as one page that needs no network and runs nothing but its own script. Whatever a target said stands in it as text.
func WriteHTML(w io.Writer, r *Report) error {
	r = printable(r)
	p := page{Report: r, TargetWords: targetWords(r.Target), RunWords: runWords(r), Verdicts: verdicts, Plots: plots(r)}
	p.Gaps = append(gapWords(r), r.Warnings...)
	for _, row := range countsByLevel(r.Rules) {
		l := levelRow{Level: row.level, Waived: row.waived}
		for _, v := range verdicts {
			l.Counts = append(l.Counts, row.by[v])
		}
		p.Levels = append(p.Levels, l)
	}
	for _, a := range areas(r.Rules) {
		p.Areas = append(p.Areas, pageArea{Name: a.name, ID: "area-" + strings.ReplaceAll(a.name, " ", "-"), Rules: a.rules})
	}
	return pageTemplate.Execute(w, p)
}

// part is a piece of a text, which the other text has or lacks.
type part struct {
	Text    string
	Differs bool
}

// differ marks which words of a text the other lacks.
func differ(text, other string) []part {
	known := strings.Fields(other)
	var parts []part
	for _, word := range strings.Fields(text) {
		d := !slices.Contains(known, word)
		if n := len(parts); n > 0 && parts[n-1].Differs == d {
			parts[n-1].Text += " " + word
			continue
		}
		parts = append(parts, part{word, d})
	}
	return parts
}
