package detect

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

func TestEditionHasMostOfTheEvidence(t *testing.T) {
	const original, current = oracle.Original, oracle.Current
	for _, c := range []struct {
		name     string
		findings []string // their editions
		want     string
	}{
		{"no evidence", nil, original},
		{"all of one", []string{current, current}, current},
		{"all of the other", []string{original}, original},
		{"more of one", []string{original, current, current}, current},
		{"more of the other", []string{original, current, original}, original},
		{"the same of both", []string{current, original}, original},
		{"what is as in neither does not count", []string{neither, neither, current}, current},
		{"nothing but that", []string{neither}, original},
	} {
		d := &detection{}
		for _, edition := range c.findings {
			d.findings = append(d.findings, finding{edition, "seen"})
		}
		edition, evidence := d.result()
		require.Equal(t, c.want, edition, c.name)
		require.Len(t, evidence, len(c.findings), "all of it is told")
	}
}

func TestEvidenceInWords(t *testing.T) {
	d := &detection{findings: []finding{{oracle.Current, "Snapshot is accepted"}, {neither, "backup 7 of a day is refused"}, {oracle.Original, "a list of databases is refused"}}}
	_, evidence := d.result()
	require.Equal(t, []string{
		"Snapshot is accepted: as in the current edition", "backup 7 of a day is refused: as in neither edition",
		"a list of databases is refused: as in the original edition",
	}, evidence)
}

func TestQuotaTellsTheEdition(t *testing.T) {
	for _, c := range []struct {
		name          string
		most, refused int
		want          finding
	}{
		{"that of the original edition", 10, 11, finding{oracle.Original, "the quota of a day is 10 backups"}},
		{"that of the current edition", 20, 21, finding{oracle.Current, "the quota of a day is 20 backups"}},
		{"one less", 9, 10, finding{neither, "backup 10 of a day is refused"}},
		{"one in between", 11, 20, finding{neither, "backup 20 of a day is refused"}},
		{"none at all", 0, 10, finding{neither, "backup 10 of a day is refused"}},
	} {
		require.Equal(t, c.want, quotaOf(c.most, c.refused), c.name)
	}
}

func TestProbesDoNotShareTheirParameters(t *testing.T) {
	base := plain(targets.MySQL).with("A", "1")
	one, two := base.with("B", "2"), base.with("C", "3")
	require.Equal(t, []string{"A", "1", "B", "2"}, one.params)
	require.Equal(t, []string{"A", "1", "C", "3"}, two.params)
	used := base.after(9, targets.LastCompleted)
	require.Equal(t, []any{9, targets.LastCompleted}, []any{used.condition.BackupsToday, used.condition.LastBackup})
	require.Zero(t, base.condition.BackupsToday)
}

func TestDatabasesThatABackupCovers(t *testing.T) {
	app := targets.Backup{Databases: []string{"app"}}
	require.Nil(t, covered(runner.Event{}), "the target shows no backups")
	require.Nil(t, covered(runner.Event{New: [][]targets.Backup{{{}}}}), "the target does not show what they cover")
	require.Nil(t, covered(runner.Event{New: [][]targets.Backup{{app, app}}}), "there is not one backup")
	require.Equal(t, []string{"app"}, covered(runner.Event{New: [][]targets.Backup{{app}}}))
}
