// Package format writes a report in the formats that people and CI servers read. Each format is a
// file of this package and an entry of its registry.
package format

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets/typo"
)

// Format is a form in which a report is written to a file.
type Format struct {
	// Name is how a user asks for it.
	Name string
	// File is the name or path of its file.
	File string
	// Write writes a report in it.
	Write func(io.Writer, *reports.Report) error
}

// registry is the list of formats, each with its default file.
var registry = []Format{
	{"json", "report.json", reports.WriteJSON},
	{"junit", "junit.xml", writeJUnit},
	{"html", "report.html", writeHTML},
	{"markdown", "report.md", writeMarkdown},
	{"sarif", "report.sarif", writeSARIF},
	{"gitlab", "gl-code-quality-report.json", writeGitLab},
	{"badge", "badge.svg", writeBadge},
	{"badge-json", "badge.json", writeBadgeJSON},
}

// All returns every format.
func All() []Format { return slices.Clone(registry) }

// Parse returns the format that a user asks for as NAME or as NAME=PATH, such as junit or
// junit=out/tests.xml. Besides the formats of this package it knows those in further.
func Parse(asked string, further ...Format) (Format, error) {
	name, path, hasPath := strings.Cut(asked, "=")
	formats := append(All(), further...)
	var names []string
	for _, f := range formats {
		names = append(names, f.Name)
		if f.Name != name {
			continue
		}
		if hasPath {
			f.File = path
		}
		if f.File == "" {
			return Format{}, fmt.Errorf("format %q: write the path of its file after the =", asked)
		}
		return f, nil
	}
	return Format{}, fmt.Errorf("there is no format %q%s: the formats are %s", name, typo.Hint(name, names), strings.Join(names, ", "))
}

// Comparison is a form in which a comparison of reports is written.
type Comparison struct {
	// Name is how a user asks for it.
	Name string
	// Write writes a comparison in it.
	Write func(io.Writer, reports.Comparison) error
}

// comparisons is the list of forms of a comparison.
var comparisons = []Comparison{
	{"table", writeComparisonTable},
	{"markdown", writeComparisonMarkdown},
	{"html", writeComparisonHTML},
}

// Comparisons returns every form of a comparison.
func Comparisons() []Comparison { return slices.Clone(comparisons) }
