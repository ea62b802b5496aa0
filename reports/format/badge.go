package format

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"text/template"

	"github.com/mattn/go-runewidth"

	"github.com/cbspec/cbspec/reports"
)

// badge says the verdict, and how many of the must rules that apply passed. Its JSON is that of an
// endpoint badge of shields.io.
type badge struct {
	SchemaVersion int    `json:"schemaVersion"`
	Label         string `json:"label"`
	Message       string `json:"message"`
	Color         string `json:"color"`
}

// badgeText is how much of an edition or a verdict a badge shows, in bytes.
const badgeText = 40

func badgeOf(r *reports.Report) badge {
	r = reports.Printable(r)
	passed, all := 0, 0
	for _, rule := range r.Rules {
		if rule.Level == reports.Must && rule.Verdict != reports.NotApplicable {
			all++
			if rule.Verdict == reports.Passed {
				passed++
			}
		}
	}
	edition := reports.Clip(r.Edition, badgeText)
	message := fmt.Sprintf("%s %d/%d", cmp.Or(reports.Clip(r.Verdict, badgeText), "no verdict"), passed, all)
	if !r.Complete {
		message += ", incomplete"
	}
	return badge{
		SchemaVersion: 1,
		Label:         "CreateBackup " + edition,
		Message:       message,
		Color:         cmp.Or(badgeColors[r.Verdict], "#59636e"),
	}
}

// badgeColors are the colours of the verdicts, dark enough for white text.
var badgeColors = map[string]string{
	reports.Conformant: "#1a7f37", reports.AsFarAsTested: "#9a6700", reports.NotConformant: "#cf222e",
	reports.NothingTested: "#59636e",
}

// writeBadgeJSON writes the badge as shields.io reads it from an endpoint.
func writeBadgeJSON(w io.Writer, r *reports.Report) error {
	return json.NewEncoder(w).Encode(badgeOf(r))
}

// writeBadge writes the badge as SVG.
func writeBadge(w io.Writer, r *reports.Report) error {
	b := badgeOf(r)
	left, right := badgeWidth(b.Label), badgeWidth(b.Message)
	return badgeTemplate.Execute(w, struct {
		badge
		Left, Right, Width, LeftMiddle, RightMiddle, LeftText, RightText int
	}{b, left, right, left + right, left / 2, left + right/2, left - badgeMargin, right - badgeMargin})
}

// badgeMargin is the space beside a text, in pixels.
const badgeMargin = 12

// badgeWidth is the width of a text at 11 pixels with its margin. The SVG fits the text to it,
// whatever font there is.
func badgeWidth(text string) int { return runewidth.StringWidth(text)*33/5 + badgeMargin }

var badgeTemplate = template.Must(template.New("badge").Parse(
	`<svg xmlns="http://www.w3.org/2000/svg" width="{{.Width}}" height="20" role="img" aria-label="{{html .Label}}: {{html .Message}}">
<title>{{html .Label}}: {{html .Message}}</title>
<rect width="{{.Left}}" height="20" fill="#444"/>
<rect x="{{.Left}}" width="{{.Right}}" height="20" fill="{{.Color}}"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{{.LeftMiddle}}" y="14" textLength="{{.LeftText}}">{{html .Label}}</text>
<text x="{{.RightMiddle}}" y="14" textLength="{{.RightText}}">{{html .Message}}</text>
</g>
</svg>
`))
