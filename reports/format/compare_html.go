package format

import (
	_ "embed"
	"io"

	"github.com/cbspec/cbspec/reports"
)

//go:embed compare.css
var compareStyle string

var comparePage = newPage(compareStyle, "", "compare.tmpl")

// writeComparisonHTML writes a comparison as one HTML page, which needs no network.
func writeComparisonHTML(w io.Writer, c reports.Comparison) error { return comparePage.Execute(w, c) }

// clipText cuts a text of a comparison that is too long to show.
func clipText(s string) string { return reports.Clip(s, shownText) }
