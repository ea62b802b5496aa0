package format

import (
	"fmt"
	"io"

	"github.com/cbspec/cbspec/reports"
)

// WriteDiff writes for a terminal what two targets do differently.
func WriteDiff(w io.Writer, d *reports.Diff, o TerminalOptions) error {
	d = reports.Printable(d)
	t := newTerminalWriter(o)
	mark, color := "✓", green
	if len(d.Failing()) > 0 || d.Compared == 0 {
		mark, color = "✗", red
	}
	t.text(0, "", mark+" "+d.Verdict(), bold, color)
	t.field("A", targetWords(d.A))
	t.field("B", targetWords(d.B))
	if d.Reference != "" {
		t.field("reference", d.Reference)
	}
	t.field("compared", diffWords(d))
	if d.CutShort != "" {
		t.field("cut short", d.CutShort, yellow)
	}
	for _, c := range d.NotCompared {
		t.field("not compared", fmt.Sprintf("%s: %s", plural(c.Count, "case"), c.Name), yellow)
	}
	for _, warning := range d.Warnings {
		t.field("warning", warning, yellow)
	}
	for _, x := range d.Differences {
		writeDifference(t, x)
	}
	t.field("report", o.Dir+"/diff.html, "+o.Dir+"/diff.json")
	_, err := w.Write(t.Bytes())
	return err
}

// diffWords says what was compared.
func diffWords(d *reports.Diff) string {
	return fmt.Sprintf("%s, %s edition, seed %d: %s in %s", plural(d.Compared, "case"), d.Edition, d.Seed,
		plural(d.Requests, "request"), seconds(d.DurationSeconds))
}

func writeDifference(t *terminalWriter, x reports.Difference) {
	color := red
	if x.Known != nil || x.Right == reports.RightSilent {
		color = yellow
	}
	t.heading(fmt.Sprintf("≠ %s %s: %s", x.ID, x.Aspect, reports.Clip(x.Sentence, shownText)), color)
	t.field("right", x.RightWords())
	if x.Known != nil {
		t.field("known", waiverWords(*x.Known))
	}
	label := "minimal case"
	for _, line := range caseWords(x.Case) {
		t.field(label, line)
		label = ""
	}
	t.field("document", x.Expected)
	t.field("A", x.A)
	t.field("B", x.B)
	label = "also"
	for _, p := range x.Also {
		t.field(label, reports.Clip(p.Sentence, shownText))
		label = ""
	}
	t.field("seen", differenceWords(x))
	t.field("fingerprint", x.Fingerprint)
}

// differenceWords says how sure a difference is.
func differenceWords(x reports.Difference) string {
	return reproducedWords(reports.Failure{
		Reproduced: x.Reproduced, Tries: x.Tries, Contexts: x.Contexts,
	}) + "; seen in " + plural(x.Cases, "case")
}
