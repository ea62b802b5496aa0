package reports_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
)

func TestChangesAreFromOlderToNewer(t *testing.T) {
	for _, order := range [][]*reports.Report{samples.Vendors()[:2], {samples.Vendors()[1], samples.Vendors()[0]}} {
		c := reports.Compare(order)
		require.Len(t, c.Changes, 2)
		require.Equal(t, reports.Change{
			Target: "acme-rds", Rule: "CB-METHOD-3", Level: reports.Must, From: reports.Passed, To: reports.Failed, Regression: true,
			Law: "Wrongly accepted when BackupMethod is another letter case; Wrongly accepted when BackupMethod is empty and BackupStrategy is db",
		}, c.Changes[0])
		require.Equal(t, reports.Change{
			Target: "acme-rds", Rule: samples.Clean().Behaviours[0].ID, Level: reports.May, From: samples.Clean().Behaviours[0].Observed, To: "refused with LastBackupFailed",
		}, c.Changes[1])
		require.Equal(t, c.Changes[:1], c.Regressions(reports.GateMust))
	}
}

func TestRegressions(t *testing.T) {
	for _, c := range []struct {
		name                string
		level, before, then string
		waived              bool
		must, should        int
	}{
		{"a must rule fails", reports.Must, reports.Passed, reports.Failed, false, 1, 1},
		{"a should rule fails", reports.Should, reports.Passed, reports.Failed, false, 0, 1},
		{"a may rule fails", reports.May, reports.Passed, reports.Failed, false, 0, 0},
		{"it is waived", reports.Must, reports.Passed, reports.Failed, true, 0, 0},
		{"it failed before", reports.Must, reports.Failed, reports.Failed, false, 0, 0},
		{"it was inconclusive before", reports.Must, reports.Inconclusive, reports.Failed, false, 0, 0},
		{"it is inconclusive now", reports.Must, reports.Passed, reports.Inconclusive, false, 0, 0},
		{"it is fixed", reports.Must, reports.Failed, reports.Passed, false, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			report := func(started, verdict string) *reports.Report {
				return &reports.Report{Started: started, Rules: []reports.Rule{{ID: "A", Level: c.level, Verdict: verdict}}}
			}
			before, after := report("2026-01-01T00:00:00Z", c.before), report("2026-02-01T00:00:00Z", c.then)
			if c.waived {
				after.Rules[0].Waiver = &reports.Waiver{}
			}
			compared := reports.Compare([]*reports.Report{before, after})
			require.Len(t, compared.Regressions(reports.GateMust), c.must)
			require.Len(t, compared.Regressions(reports.GateShould), c.should)
			require.Equal(t, c.before != c.then, len(compared.Changes) == 1)
		})
	}
}

func TestAFailureInOtherWordsIsNoChange(t *testing.T) {
	report := func(started string, f reports.Failure) *reports.Report {
		return &reports.Report{Started: started, Rules: []reports.Rule{fails("A", f)}}
	}
	before := report("2026-01-01T00:00:00Z", reports.Failure{Law: "In some words.", Kind: reports.KindWronglyAccepted})
	reworded := report("2026-02-01T00:00:00Z", reports.Failure{Law: "In others.", Kind: reports.KindWronglyAccepted})
	other := report("2026-02-01T00:00:00Z", reports.Failure{Law: "In some words.", Kind: reports.KindWronglyRefused})
	require.Empty(t, reports.Compare([]*reports.Report{before, reworded}).Changes)
	require.Len(t, reports.Compare([]*reports.Report{before, other}).Changes, 1)

	old, oldReworded := report("2026-01-01T00:00:00Z", reports.Failure{Law: "a"}), report("2026-02-01T00:00:00Z", reports.Failure{Law: "b"})
	require.Len(t, reports.Compare([]*reports.Report{old, oldReworded}).Changes, 1, "an older cbspec wrote sentences alone")
}

func TestReportsOfDifferentTargetsHaveNoChanges(t *testing.T) {
	require.Empty(t, reports.Compare([]*reports.Report{samples.Clean(), samples.Broken()}).Changes)
	edition := samples.Broken()
	edition.Edition = "current"
	require.Empty(t, reports.Compare([]*reports.Report{samples.Broken(), edition}).Changes, "reports of different editions have no changes either")
	renamed := samples.Clean()
	renamed.Target.Name, renamed.Rules[0].Verdict = "staging", reports.Failed
	require.Len(t, reports.Compare([]*reports.Report{samples.Clean(), renamed}).Changes, 1, "the implementation is the same, although the target has another name")
}

func TestCompareSaysWhatCannotBeCompared(t *testing.T) {
	other := samples.Clean()
	other.Tool.Version, other.Edition, other.Shard, other.Options.Strength = "0.9", "current", "1/2", 2
	other.Complete, other.CutShort = false, "interrupted"
	other.Rules[0].Level = reports.Should
	lost := other.Rules[1].ID
	other.Rules = append(other.Rules[:1:1], other.Rules[2:]...)
	other.Rules = append(other.Rules, reports.Rule{ID: "CB-NEW-1", Level: reports.Must, Verdict: reports.Passed})
	c := reports.Compare([]*reports.Report{samples.Clean(), other})
	notes := strings.Join(c.Notes, "\n")
	for _, says := range []string{
		"cut short: interrupted", "only shard 1/2", "judged by the current edition", "strength 2 and 100 checks",
		"cbspec 0.9 wrote this report and does not know " + lost, "cbspec 1.0.0 wrote this report and does not know CB-NEW-1",
		"another text than in an earlier column, and their verdicts may not compare: " + other.Rules[0].ID,
	} {
		require.Contains(t, notes, says)
	}
	require.Empty(t, reports.Compare([]*reports.Report{samples.Clean(), samples.Clean()}).Notes)
	require.Equal(t, "unknown", c.Rules[1].Cells[1].String())
	require.False(t, c.Rules[1].Differs(), "a rule that a report does not have is no difference")
}

func TestCompareShowsWhatIsWaived(t *testing.T) {
	for _, rule := range reports.Compare([]*reports.Report{samples.Clean(), samples.Mixed()}).Rules {
		if rule.ID == "CB-QUOTA-2" {
			require.Equal(t, "failed, waived", rule.Cells[1].String())
			require.True(t, rule.Differs())
		}
	}
}
