package format

import (
	"io"

	"github.com/cbspec/cbspec/reports"
)

var diffPage = newPage(compareStyle, "", "diff.tmpl")

// diffView is what the page of a diff shows.
type diffView struct {
	*reports.Diff
	Rows []diffRow
}

// diffRow is one difference with its words.
type diffRow struct {
	reports.Difference
	Lines []string // of the minimal case
	Sure  string
}

// TargetA says which target A is.
func (v diffView) TargetA() string { return targetWords(v.A) }

// TargetB says which target B is.
func (v diffView) TargetB() string { return targetWords(v.B) }

// Words says what was compared.
func (v diffView) Words() string { return diffWords(v.Diff) }

// WriteDiffHTML writes what two targets do differently as one HTML page, which needs no network.
func WriteDiffHTML(w io.Writer, d *reports.Diff) error {
	v := diffView{Diff: reports.Printable(d)}
	for _, x := range v.Differences {
		v.Rows = append(v.Rows, diffRow{x, caseWords(x.Case), differenceWords(x)})
	}
	return diffPage.Execute(w, v)
}
