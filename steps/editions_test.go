package steps_test

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/steps/detect"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/simulator"
)

// A server of one edition that is judged by the other fails because of what the table of the
// differences says, and because of nothing else.
func TestServerOfTheOtherEdition(t *testing.T) {
	// These rules state something about every case, and so fail whenever another rule does.
	everyCase := []string{"CB-COMBO-1", "CB-COMBO-3", "CB-SEQ-1", "CB-RACE-1"}
	for _, c := range []struct {
		server, judged string
		breaks         func(oracle.Difference) []string
		slow           []string // rules that call a whole day long, and search for why the quota differs
	}{
		{
			oracle.Current, oracle.Original, func(d oracle.Difference) []string { return d.AsOriginal },
			[]string{"CB-QUOTA-[3-7]", "CB-SEQ-1"},
		},
		{
			oracle.Original, oracle.Current, func(d oracle.Difference) []string { return d.AsCurrent },
			[]string{"CB-QUOTA-[2-7]", "CB-SEQ-1"},
		},
	} {
		t.Run(c.server+" judged as "+c.judged, func(t *testing.T) {
			if testing.Short() && c.judged == oracle.Current {
				t.Skip("-short tries one direction")
			}
			t.Parallel()
			o := steps.Options{Target: serve(t, simulator.Options{Edition: c.server}), Edition: c.judged}
			if moreSeeds(t) == 0 {
				o.Checks, o.Strength, o.Skip = 8, 2, c.slow
			}
			r := run(t, o)
			require.Equal(t, reports.NotConformant, r.Verdict)
			failed, differing := failedRules(r), slices.Clone(everyCase)
			for _, d := range oracle.Differences() {
				require.Subset(t, failed, c.breaks(d), "%s: %s and %s", d.What, d.Original, d.Current)
				differing = append(differing, d.Rules...)
			}
			for _, id := range failed {
				require.Contains(t, differing, id, "%v", sentencesOf(t, r, id))
			}
		})
	}
}

// The table of the differences names each rule once, and names every rule that one edition lacks.
func TestDifferencesNameEveryRuleOfOneEdition(t *testing.T) {
	for _, d := range oracle.Differences() {
		require.NotEqual(t, d.Original, d.Current)
		require.Subset(t, d.Rules, slices.Concat(d.AsOriginal, d.AsCurrent))
	}
	named := differingRules(t)
	rules, err := features.Catalogue()
	require.NoError(t, err)
	for _, r := range rules {
		require.True(t, named[r.ID] || len(r.Editions) == len(oracle.Editions()), "%s", r.ID)
	}
}

// differingRules returns the rules in the table of the differences.
func differingRules(t *testing.T) map[string]bool {
	t.Helper()
	named := map[string]bool{}
	for _, d := range oracle.Differences() {
		for _, id := range d.Rules {
			require.False(t, named[id], "two differences name %s", id)
			named[id] = true
		}
	}
	return named
}

// The table of the differences names every rule that makes a call refused, or a kind of backup
// expected, in one edition only.
func TestDifferencesNameEveryRuleThatDecidesDifferently(t *testing.T) {
	if testing.Short() {
		t.Skip("it compares every combination of two classes")
	}
	named, compared := differingRules(t), 0
	for _, here := range oracle.Editions() {
		m := generators.NewModel(here, generators.FullModelScope())
		for _, there := range oracle.Editions() {
			if here.Name == there.Name {
				continue
			}
			for _, combination := range slices.Concat(m.Valid(2, 1), m.Invalid(2, 1)) {
				conditions, call := []targets.Condition{m.Condition(combination.Vector)}, m.Call(combination.Vector, 0)
				own, other := oracle.NewWorld(here, conditions).Expect(call), oracle.NewWorld(there, conditions).Expect(call)
				for _, reasons := range [][2][]oracle.Reason{{own.Refuse, other.Refuse}, {own.Accept, other.Accept}} {
					if len(reasons[0]) == 0 || len(reasons[1]) > 0 {
						continue
					}
					compared++
					require.True(t, slices.ContainsFunc(reasons[0], func(r oracle.Reason) bool { return named[r.Rule] }),
						"%s: decided in the %s edition only, by %v", m.Describe(combination.Vector), here.Name, reasons[0])
				}
			}
		}
	}
	require.Positive(t, compared)
}

// The edition that a target follows is detected from what it does where the editions differ.
func TestDetectEdition(t *testing.T) {
	for _, edition := range []string{oracle.Original, oracle.Current} {
		t.Run(edition, func(t *testing.T) {
			found, err := detect.Edition(t.Context(), serve(t, simulator.Options{Edition: edition}), nil)
			require.NoError(t, err)
			require.Equal(t, edition, found.Edition, found.Evidence)
			require.Greater(t, len(found.Evidence), 4)
			for _, e := range found.Evidence {
				require.Contains(t, e, "as in the "+edition+" edition")
			}
		})
	}
}

// The edition is detected although a server has a fault or a variation. The evidence says what is
// as in the other edition or in neither.
func TestDetectEditionOfUnusualServers(t *testing.T) {
	for _, c := range []struct {
		options simulator.Options
		says    string // in the evidence; empty where the variation is as in both editions
	}{
		{simulator.Options{Edition: "current", Faults: []string{"quota-five"}}, "backup 10 of a day is refused: as in neither edition"},
		{simulator.Options{Edition: "current", Faults: []string{"quota-ignored"}}, "backup 21 of a day is accepted: as in neither edition"},
		{simulator.Options{Edition: "current", Faults: []string{"quota-of-the-original"}}, "the quota of a day is 10 backups: as in the original edition"},
		{simulator.Options{Edition: "current", Faults: []string{"list-first-only"}}, "a list of databases is accepted, and backed up is orders: as in neither edition"},
		{simulator.Options{Edition: "current", Faults: []string{"no-job-id"}}, "an answer has no BackupJobId: as in the original edition"},
		{simulator.Options{Edition: "current", Faults: []string{"retention-any"}}, "BackupRetentionPeriod is ignored: as in the original edition"},
		{simulator.Options{Edition: "original", Faults: []string{"method-snapshot-accepted"}}, "Snapshot is accepted: as in the current edition"},
		{simulator.Options{Edition: "original", Variations: []string{"extra-members"}}, "an answer has a BackupJobId: as in the current edition"},
		{simulator.Options{Edition: "original", Variations: []string{"failed-last-refused"}}, "after a failed backup the next is refused: as in the original edition"},
		{simulator.Options{Edition: "current", Variations: []string{"no-storages-no-snapshots"}}, ""},
		{simulator.Options{Edition: "current", Variations: []string{"only-mysql"}}, ""},
		{simulator.Options{Edition: "original", Variations: []string{"no-observe"}}, ""},
	} {
		t.Run(strings.Join(slices.Concat(c.options.Faults, c.options.Variations), " "), func(t *testing.T) {
			found, err := detect.Edition(t.Context(), serve(t, c.options), nil)
			require.NoError(t, err)
			require.Equal(t, c.options.Edition, found.Edition, "%v", found.Evidence)
			if c.says != "" {
				require.Contains(t, found.Evidence, c.says)
			}
		})
	}
}

// A server that refuses plain calls shows no edition: the original one is assumed.
func TestDetectEditionOfServerThatRefuses(t *testing.T) {
	target := serve(t, simulator.Options{Faults: []string{"physical-refused", "after-completed-refused", "never-backed-up-refused"}})
	found, err := detect.Edition(t.Context(), target, nil)
	require.NoError(t, err)
	require.Equal(t, oracle.Original, found.Edition)
	require.Contains(t, found.Evidence[0], "not even a plain call")
}

// What is sent to detect the edition is told to whoever listens, and counted.
func TestDetectEditionTellsWhatItSends(t *testing.T) {
	var calls, accepted atomic.Int64
	found, err := detect.Edition(t.Context(), serve(t, simulator.Options{}), func(_ targets.Call, a targets.Answer) {
		calls.Add(1)
		if a.Outcome == targets.Accepted {
			accepted.Add(1)
		}
	})
	require.NoError(t, err)
	require.Positive(t, accepted.Load())
	require.EqualValues(t, accepted.Load(), found.Backups)
	require.Greater(t, int64(found.Requests), calls.Load(), "those of the control protocol count too")

	o := steps.Options{Target: serve(t, simulator.Options{}), Rules: []string{"CB-METHOD-1"}, Checks: 1}
	without := run(t, o)
	o.SentBefore, o.MadeBefore = found.Requests, found.Backups
	with := run(t, o)
	require.Equal(t, without.Requests+found.Requests, with.Requests)
	require.Equal(t, without.Backups+found.Backups, with.Backups)
}
