package format

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
)

func TestBadgeSaysTheVerdict(t *testing.T) {
	partly := samples.Clean()
	samples.Rule(partly, "CB-METHOD-3").Verdict = reports.Inconclusive
	samples.Finish(partly)
	for _, c := range []struct {
		r       *reports.Report
		message string
		color   string
	}{
		{samples.Clean(), "conformant 40/40", "#1a7f37"},
		{samples.Broken(), "not conformant 1/40", "#cf222e"},
		{samples.Mixed(), "not conformant 30/40", "#cf222e"},
		{partly, "conformant as far as tested 39/40", "#9a6700"},
		{samples.Untested(), "nothing tested 0/40, incomplete", "#59636e"},
		{&reports.Report{Complete: true}, "no verdict 0/0", "#59636e"},
	} {
		var b map[string]any
		require.NoError(t, json.Unmarshal(render(t, func(w *bytes.Buffer) error { return writeBadgeJSON(w, c.r) }), &b))
		require.Equal(t, map[string]any{"schemaVersion": 1.0, "label": "CreateBackup " + c.r.Edition, "message": c.message, "color": c.color}, b)
	}
}

func TestBadgeShowsTheSameAsItsJSON(t *testing.T) {
	for _, s := range samples.All() {
		svg := string(render(t, func(w *bytes.Buffer) error { return writeBadge(w, s.Make()) }))
		b := badgeOf(s.Make())
		require.Contains(t, svg, `aria-label="`+b.Label+": "+b.Message+`"`)
		require.Contains(t, svg, "<title>"+b.Label+": "+b.Message+"</title>")
		require.Contains(t, svg, `fill="`+b.Color+`"`)
		require.Contains(t, svg, ">"+b.Label+"</text>")
		require.Contains(t, svg, ">"+b.Message+"</text>")
	}
}

func TestBadgeIsWellFormedWithAnyTexts(t *testing.T) {
	for _, r := range []*reports.Report{samples.Clean(), hostile(), {}} {
		d := xml.NewDecoder(bytes.NewReader(render(t, func(w *bytes.Buffer) error { return writeBadge(w, r) })))
		elements := 0
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			if _, is := token.(xml.StartElement); is {
				elements++
			}
		}
		require.Equal(t, 7, elements)
	}
}
