package format

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
	"github.com/cbspec/cbspec/targets"
)

// diffSample is a diff with a difference that fails, one that is known, and one that does not come
// every time. text is what a target answered.
func diffSample(text string) *reports.Diff {
	call := targets.Call{Method: "GET", Params: []targets.Param{{Name: "Action", Value: "CreateBackup"}, {Name: "BackupMethod", Value: text}}}
	c := targets.Case{
		Conditions: []targets.Condition{{Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastFailed}},
		Steps:      []targets.Step{{Do: targets.StepCall, Call: &call}},
	}
	d := &reports.Diff{
		Schema: 1, Tool: reports.Tool{Name: "cbspec", Version: "1.0.0"}, Edition: "original", Seed: 7, Started: "2026-01-31T08:00:00Z",
		A: reports.Target{Name: "old", Endpoint: "http://old.example/"}, B: reports.Target{Name: "new " + text, Endpoint: "http://new.example/"},
		Gate: reports.GateAny, Complete: true, DurationSeconds: 3, Requests: 12345, Compared: 1873,
		NotCompared: []reports.Count{{Name: "the target cannot do the step \"next day\"", Count: 12}},
		Differences: []reports.Difference{
			{
				Aspect: reports.AspectStatus, A: "refused with status 400 and Code \"InvalidBackupMethod\"", B: "refused with status 403 and Code \"" + text + "\"",
				When:  []reports.Condition{{Factor: "BackupMethod", Classes: []string{"any other value"}}},
				Exact: true, Right: reports.RightA, Level: reports.Should, Rules: []string{"CB-RESPONSE-7"}, Expected: "refused", Reproduced: 3, Tries: 3,
				Cases: 80, Contexts: 12, Case: &c, CurlA: "curl http://old.example/", CurlB: "curl http://new.example/",
			},
			{
				Aspect: reports.AspectDecision, A: "accepted the call", B: "refused the call", When: []reports.Condition{{Factor: "last backup", Classes: []string{"failed"}}},
				Exact: true, Right: reports.RightSilent, Expected: "accepted or refused", Reproduced: 3, Tries: 3, Cases: 9, Case: &c,
				Known: &reports.Waiver{Reason: "agreed", Owner: "us", Expires: "2027-01-31"},
			},
			{
				Aspect: reports.AspectEffect, A: "accepted the call, and made a backup", B: "accepted the call, and made no backup", Right: reports.RightA, Level: reports.Must,
				Also: []reports.Pair{{A: "a", B: "b", Sentence: "A a, and B " + text + "."}}, Rules: []string{"CB-RESPONSE-10"}, Expected: "accepted", Reproduced: 1, Tries: 3, Cases: 1, Case: &c,
			},
		},
	}
	for i := range d.Differences {
		d.Differences[i].Describe()
	}
	d.SortDifferences()
	return d
}

func TestDiffGolden(t *testing.T) {
	d := diffSample("Other")
	golden(t, "diff/terminal.txt", render(t, func(b *bytes.Buffer) error { return WriteDiff(b, d, TerminalOptions{Dir: "cbspec-diff"}) }))
	golden(t, "diff/page.html", render(t, func(b *bytes.Buffer) error { return WriteDiffHTML(b, d) }))
	golden(t, "diff/diff.json", render(t, func(b *bytes.Buffer) error { return reports.WriteDiff(b, d) }))
}

func TestDiffShowsTheTextsOfATargetAsText(t *testing.T) {
	page := func(text string) string {
		return string(render(t, func(b *bytes.Buffer) error { return WriteDiffHTML(b, diffSample(text)) }))
	}
	require.Equal(t, tags(t, page("harmless")), tags(t, page(samples.Attacks)))
	terminal := string(render(t, func(b *bytes.Buffer) error { return WriteDiff(b, diffSample(samples.Attacks), TerminalOptions{}) }))
	require.NotContains(t, terminal+page(samples.Attacks), "\x1b")
	require.NotContains(t, terminal+page(samples.Attacks), "\u202e")
}
