package reports

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
)

// badgeColours are those of the verdicts, readable under white text.
var badgeColours = map[string]string{Conformant: "#1a7f37", AsFarAsTested: "#9a6700", NotConformant: "#cf222e"}

// badgeText is what the badge says: the verdict, and of what.
func badgeText(r *Report) string {
	passed, all := 0, 0
	for _, rule := range r.Rules {
		if rule.Level == Must && rule.Verdict != NotApplicable {
			all++
			if rule.Verdict == Passed {
				passed++
			}
		}
	}
	short := map[string]string{AsFarAsTested: "as far as tested"}[r.Verdict]
	return fmt.Sprintf("%s %d/%d", word(short, r.Verdict), passed, all)
}

// WriteBadgeJSON writes the verdict as an endpoint of shields.io has it.
func WriteBadgeJSON(w io.Writer, r *Report) error {
	return json.NewEncoder(w).Encode(struct {
		SchemaVersion int    `json:"schemaVersion"`
		Label         string `json:"label"`
		Message       string `json:"message"`
		Color         string `json:"color"`
	}{1, "CreateBackup " + visible(r.Edition), badgeText(r), badgeColours[r.Verdict]})
}

// WriteBadge writes the verdict as an SVG badge.
func WriteBadge(w io.Writer, r *Report) error {
	label, text := "CreateBackup "+visible(r.Edition), badgeText(r)
	const glyph, pad = 6.6, 12 // average width of a character at 11 px, and the room around a text
	left, right := int(glyph*float64(len(label)))+pad, int(glyph*float64(len(text)))+pad
	label, text = html.EscapeString(label), html.EscapeString(text)
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="20" role="img" aria-label="%[4]s: %[5]s"><title>%[4]s: %[5]s</title>`+
		`<clipPath id="r"><rect width="%[1]d" height="20" rx="3"/></clipPath>`+
		`<g clip-path="url(#r)"><rect width="%[2]d" height="20" fill="#444"/><rect x="%[2]d" width="%[3]d" height="20" fill="%[6]s"/></g>`+
		`<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11"><text x="%[7]d" y="14" textLength="%[8]d">%[4]s</text>`+
		`<text x="%[9]d" y="14" textLength="%[10]d">%[5]s</text></g></svg>`+"\n",
		left+right, left, right, label, text, badgeColours[r.Verdict], left/2, left-pad, left+right/2, right-pad)
	return err
}
