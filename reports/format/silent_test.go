package format

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
)

func TestTheOrderOfFaultsIsALineAndATable(t *testing.T) {
	r := samples.Clean()
	r.Behaviours = []reports.Behaviour{
		{ID: "CB-COMBO-2", Subject: "the one of two faults that is named", Observed: "x", Order: []reports.Precedence{
			{First: "CB-METHOD-3", Then: "CB-TYPE-3"}, {First: "CB-ACTION-1", Then: "CB-METHOD-3"}, {First: "CB-ACTION-1", Then: "CB-TYPE-3"},
		}},
		{ID: "CB-PUBLIC-4", Subject: "an unknown parameter", Observed: "ignored"},
	}
	const line = "the one of two faults that is named: the first of CB-ACTION-1, CB-METHOD-3, CB-TYPE-3"
	text := terminalOf(t, r, TerminalOptions{})
	require.Contains(t, text, "\nWhere the document is silent\n  CB-COMBO-2   "+line+"\n  CB-PUBLIC-4  an unknown parameter is ignored\n")

	page := render(t, func(b *bytes.Buffer) error { return writeHTML(b, r) })
	require.Contains(t, string(page), line)
	require.Contains(t, string(page), `<tr><th scope="row"><a href="#CB-ACTION-1">CB-ACTION-1</a></th><td><a href="#CB-METHOD-3">CB-METHOD-3</a>, <a href="#CB-TYPE-3">CB-TYPE-3</a></td></tr>`)
	require.Contains(t, string(page), `<tr><th scope="row"><a href="#CB-METHOD-3">CB-METHOD-3</a></th><td><a href="#CB-TYPE-3">CB-TYPE-3</a></td></tr>`)
}

func TestARuleIsUnderEachOfItsReasons(t *testing.T) {
	rule := func(id, reason string) reports.Rule {
		return reports.Rule{ID: id, Level: reports.Must, Verdict: reports.Inconclusive, Reason: reason, Reasons: reports.ReasonsOf(reason)}
	}
	r := &reports.Report{Complete: true, Rules: []reports.Rule{rule("CB-A-1", "needs this"), rule("CB-A-2", "needs this; needs that"), rule("CB-A-3", "needs that")}}
	text := terminalOf(t, r, TerminalOptions{})
	require.Contains(t, text, "3 rules inconclusive\n  needs this\n    CB-A-1 CB-A-2\n  needs that\n    CB-A-2 CB-A-3\n")
	page := string(render(t, func(b *bytes.Buffer) error { return writeHTML(b, r) }))
	require.Contains(t, page, ` needs this</p>`)
	require.Contains(t, page, ` needs that</p>`)
}
