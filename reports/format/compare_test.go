package format

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	xhtml "golang.org/x/net/html"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
)

// extensions are the golden files of the forms of a comparison.
var extensions = map[string]string{"table": "table.txt", "markdown": "report.md", "html": "page.html"}

func compared(t *testing.T, f Comparison, c reports.Comparison) string {
	return string(render(t, func(b *bytes.Buffer) error { return f.Write(b, c) }))
}

func TestComparisonsGolden(t *testing.T) {
	small := []string{"CB-PRE-1", "CB-PRE-5", "CB-QUOTA-2", "CB-METHOD-3", "CB-METHOD-8", "CB-AUTH-1"}
	var vendors []*reports.Report
	for _, r := range samples.Vendors() {
		vendors = append(vendors, samples.Excerpt(r, small...))
	}
	for _, f := range Comparisons() {
		golden(t, "compare/"+extensions[f.Name], []byte(compared(t, f, reports.Compare(vendors))))
	}
}

func TestComparisonsShowTheTextsOfATargetAsText(t *testing.T) {
	sided := func(text string) reports.Comparison {
		a, b := filled(text), filled(text)
		a.Started, b.Started = "1", "2"
		a.Target = b.Target
		for i := range b.Rules {
			for j := range b.Rules[i].Failures {
				b.Rules[i].Failures[j].Law += "."
			}
		}
		b.Behaviours[0].Observed += "."
		return reports.Compare([]*reports.Report{a, b})
	}
	for _, f := range Comparisons() {
		out := compared(t, f, sided(samples.Attacks))
		require.NotContains(t, out, "\x1b")
		require.NotContains(t, out, "\u202e")
		if f.Name == "table" {
			continue
		}
		of := elements
		if f.Name == "html" {
			of = tags
		}
		require.Equal(t, of(t, compared(t, f, sided("harmless"))), of(t, out))
	}
}

// tags counts the elements of a page.
func tags(_ *testing.T, page string) map[string]int {
	counts := map[string]int{}
	for z := xhtml.NewTokenizer(strings.NewReader(page)); z.Next() != xhtml.ErrorToken; {
		if token := z.Token(); token.Type == xhtml.StartTagToken {
			counts[token.Data]++
		}
	}
	return counts
}

func TestComparisonsSayWhatCannotBeCompared(t *testing.T) {
	other := samples.Clean()
	other.Shard = "1/2"
	other.Rules = other.Rules[1:]
	c := reports.Compare([]*reports.Report{samples.Clean(), other})
	for _, f := range Comparisons() {
		text := compared(t, f, c)
		require.Contains(t, text, "Compare with care")
		require.Contains(t, text, "acme-rds 1.4.2 2026-03-01: This is only shard 1/2 of a run")
		require.Contains(t, text, "unknown", "the report does not have the rule")
	}
}
