package reports

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	xhtml "golang.org/x/net/html"
)

// vendors are the reports of three targets: one of them twice, the second time after a fault crept in.
func vendors() []*Report {
	older := clean()
	older.Started, older.Target.Implementation.Version = "2026-01-01T00:00:00Z", "1.4.1"
	newer := clean()
	rule := ruleOf(newer, "CB-METHOD-3")
	rule.Verdict, rule.Failures = Failed, ruleOf(broken(), "CB-METHOD-3").Failures
	newer.Behaviours[0].Observed = "refused with LastBackupFailed"
	other := mixed()
	other.Target.Name = "vendor-b"
	return []*Report{finish(newer), older, broken(), other}
}

func ruleOf(r *Report, id string) *Rule {
	for i := range r.Rules {
		if r.Rules[i].ID == id {
			return &r.Rules[i]
		}
	}
	panic("there is no rule " + id)
}

// comparisons are the forms of a comparison.
var comparisons = map[string]func(Comparison, io.Writer) error{
	"txt": Comparison.WriteTable, "md": Comparison.WriteMarkdown, "html": Comparison.WriteHTML,
}

func TestCompareGolden(t *testing.T) {
	for extension, write := range comparisons {
		golden(t, "compare."+extension, render(t, func(b *bytes.Buffer) error { return write(Compare(vendors()), b) }))
	}
}

func TestCompareShowsWhatATargetSaidAsText(t *testing.T) {
	sided := func(text string) Comparison {
		a, b := filled(text), filled(text)
		a.Started, b.Started = "1", "2" // a.Target is b.Target
		b.Rules[0].Failures[0].Law += "."
		b.Behaviours[0].Observed += "."
		return Compare([]*Report{a, b})
	}
	for extension, write := range comparisons {
		out := string(render(t, func(b *bytes.Buffer) error { return write(sided(attacks), b) }))
		require.NotContains(t, out, "\x1b")
		require.NotContains(t, out, "\u202e")
		if extension == "txt" {
			continue
		}
		of := elements
		if extension == "html" {
			of = tags
		}
		harmless := string(render(t, func(b *bytes.Buffer) error { return write(sided("harmless"), b) }))
		require.Equal(t, of(t, harmless), of(t, out))
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

func TestChangesAreFromOlderToNewer(t *testing.T) {
	for _, order := range [][]*Report{vendors()[:2], {vendors()[1], vendors()[0]}} {
		c := Compare(order)
		require.Len(t, c.Changes, 2)
		require.Equal(t, Change{
			Target: "acme-rds", Rule: "CB-METHOD-3", Level: Must, From: Passed, To: Failed, Regression: true,
			Law: "fails whenever the value is none of those listed; fails whenever BackupMethod is empty and BackupStrategy is db",
		}, c.Changes[0])
		require.Equal(t, Change{
			Target: "acme-rds", Rule: clean().Behaviours[0].ID, Level: May, From: clean().Behaviours[0].Observed, To: "refused with LastBackupFailed",
		}, c.Changes[1])
		require.Equal(t, c.Changes[:1], c.Regressions(GateMust))
	}
}

func TestRegressions(t *testing.T) {
	for _, c := range []struct {
		name                string
		level, before, then string
		waived              bool
		must, should        int
	}{
		{"a must rule fails", Must, Passed, Failed, false, 1, 1},
		{"a should rule fails", Should, Passed, Failed, false, 0, 1},
		{"a may rule fails", May, Passed, Failed, false, 0, 0},
		{"it is waived", Must, Passed, Failed, true, 0, 0},
		{"it failed before", Must, Failed, Failed, false, 0, 0},
		{"it was inconclusive before", Must, Inconclusive, Failed, false, 0, 0},
		{"it is inconclusive now", Must, Passed, Inconclusive, false, 0, 0},
		{"it is mended", Must, Failed, Passed, false, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			report := func(started, verdict string) *Report {
				return &Report{Started: started, Rules: []Rule{{ID: "A", Level: c.level, Verdict: verdict}}}
			}
			before, after := report("2026-01-01T00:00:00Z", c.before), report("2026-02-01T00:00:00Z", c.then)
			if c.waived {
				after.Rules[0].Waiver = &Waiver{}
			}
			compared := Compare([]*Report{before, after})
			require.Len(t, compared.Regressions(GateMust), c.must)
			require.Len(t, compared.Regressions(GateShould), c.should)
			require.Equal(t, c.before != c.then, len(compared.Changes) == 1)
		})
	}
}

func TestReportsOfDifferentTargetsHaveNoChanges(t *testing.T) {
	require.Empty(t, Compare([]*Report{clean(), broken()}).Changes)
	edition := broken()
	edition.Edition = "current"
	require.Empty(t, Compare([]*Report{broken(), edition}).Changes, "nor of different editions")
	renamed := clean()
	renamed.Target.Name, renamed.Rules[0].Verdict = "staging", Failed
	require.Len(t, Compare([]*Report{clean(), renamed}).Changes, 1, "the implementation is the same, whatever the target is called")
}

func TestCompareSaysWhatCannotBeCompared(t *testing.T) {
	other := clean()
	other.Tool.Version, other.Edition, other.Shard, other.Options.Strength = "0.9", "current", "1/2", 2
	other.Complete, other.CutShort = false, "interrupted"
	other.Rules[0].Level = Should
	lost := other.Rules[1].ID
	other.Rules = append(other.Rules[:1:1], other.Rules[2:]...)
	other.Rules = append(other.Rules, Rule{ID: "CB-NEW-1", Level: Must, Verdict: Passed})
	c := Compare([]*Report{clean(), other})
	notes := strings.Join(c.Notes, "\n")
	for _, says := range []string{
		"cut short: interrupted", "only shard 1/2", "judged by the current edition", "strength 2 and 100 checks",
		"cbspec 0.9, which wrote this report, does not know " + lost, "cbspec 1.0.0, which wrote this report, does not know CB-NEW-1",
		"read otherwise than in an earlier column, so that their verdicts may not compare: " + other.Rules[0].ID,
	} {
		require.Contains(t, notes, says)
	}
	require.Empty(t, Compare([]*Report{clean(), clean()}).Notes)
	require.Equal(t, "unknown", c.Rules[1].Cells[1].Words())
	require.False(t, c.Rules[1].Differs(), "what one does not know is no difference")
}

func TestCompareShowsWhatIsWaived(t *testing.T) {
	for _, rule := range Compare([]*Report{clean(), mixed()}).Rules {
		if rule.ID == "CB-PRE-1" {
			require.Equal(t, "failed, waived", rule.Cells[1].Words())
			require.True(t, rule.Differs())
		}
	}
}
