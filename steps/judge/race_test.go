package judge

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

func TestRaceIsJudgedByTheOrdersThatTheDocumentAllows(t *testing.T) {
	edition, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	const never = 1 << 61
	call := func(o targets.Outcome, from, to time.Duration) runner.RaceEntry {
		return runner.RaceEntry{Outcome: o, From: from, To: to}
	}
	done := func(from, to time.Duration) runner.RaceEntry {
		return runner.RaceEntry{Completes: true, From: from, To: to}
	}
	yes, no, unknown := targets.Accepted, targets.Refused, targets.Broken
	for _, c := range []struct {
		name    string
		today   int
		instant bool
		entries []runner.RaceEntry
		made    int // -1 is not seen
		wrong   bool
	}{
		{"one accepted", 0, false, []runner.RaceEntry{call(yes, 0, 5), call(no, 0, 5)}, 1, false},
		{"two accepted", 0, false, []runner.RaceEntry{call(yes, 0, 5), call(yes, 0, 5)}, 2, true},
		{"none accepted", 0, false, []runner.RaceEntry{call(no, 0, 5), call(no, 0, 5)}, 0, true},
		{"two accepted, one completed between", 0, false, []runner.RaceEntry{call(yes, 0, 5), call(yes, 0, 5), done(1, 4)}, 2, false},
		{"two accepted, one completed before either", 0, false, []runner.RaceEntry{call(yes, 3, 5), call(yes, 3, 5), done(0, 1)}, 2, true},
		{"two accepted where one is left of the quota", 9, false, []runner.RaceEntry{call(yes, 0, 5), call(yes, 0, 5), done(1, 4)}, 2, true},
		{"two accepted where backups are complete at once", 0, true, []runner.RaceEntry{call(yes, 0, 5), call(yes, 0, 5)}, 2, false},
		{"one refused where backups are complete soon", 0, true, []runner.RaceEntry{call(yes, 0, 5), call(no, 0, 5)}, 1, false},
		{"an unanswered call may have been the one accepted", 0, false, []runner.RaceEntry{call(unknown, 0, never), call(no, 0, 5)}, 1, false},
		{"an unanswered call that made nothing so far may still", 0, false, []runner.RaceEntry{call(unknown, 0, never), call(no, 0, 5)}, 0, false},
		{"an unanswered call may have come to nothing", 0, false, []runner.RaceEntry{call(unknown, 0, never), call(yes, 0, 5)}, 1, false},
		{"two accepted beside an unanswered one", 0, false, []runner.RaceEntry{call(unknown, 0, never), call(yes, 0, 5), call(yes, 0, 5)}, -1, true},
		{"a refused call that made a backup", 0, false, []runner.RaceEntry{call(yes, 0, 5), call(no, 0, 5)}, 2, true},
		{"an accepted call that made none", 0, false, []runner.RaceEntry{call(yes, 0, 5), call(no, 0, 5)}, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := runner.RaceHistory{Entries: c.entries, Instant: c.instant, Looked: [2]time.Duration{10, 11}}
			h.Case.Conditions = []targets.Condition{{Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, BackupsToday: c.today, LastBackup: targets.LastCompleted}}
			for _, e := range c.entries {
				if !e.Completes {
					h.Case.Steps = append(h.Case.Steps, targets.Step{Do: targets.StepCall})
				}
				h.Broken = h.Broken || e.To == never
			}
			if c.made >= 0 {
				h.New = [][]targets.Backup{make([]targets.Backup, c.made)}
			}
			wrong, undecided := Race(edition, h)
			require.Equal(t, c.wrong, len(wrong) > 0, "%+v", wrong)
			require.Equal(t, h.Broken, undecided != "")
		})
	}
}
