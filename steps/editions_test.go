package steps_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/simulator"
)

// ofAllCases are the rules that say of many cases at once that each is as documented: they fail with any other.
var ofAllCases = []string{"CB-COMBO-1", "CB-COMBO-3", "CB-SEQ-1", "CB-RACE-1"}

// A server of one edition that is judged by the other fails in what the table of the editions says, and in nothing else.
func TestServerOfTheOtherEdition(t *testing.T) {
	for _, c := range []struct {
		server, judged string
		breaks         func(oracle.Difference) []string
	}{
		{oracle.Current, oracle.Original, func(d oracle.Difference) []string { return d.AsOriginal }},
		{oracle.Original, oracle.Current, func(d oracle.Difference) []string { return d.AsCurrent }},
	} {
		t.Run(c.server+" judged as "+c.judged, func(t *testing.T) {
			if testing.Short() && c.judged == oracle.Current {
				t.Skip("the other way round stands for both")
			}
			r, err := steps.Run(context.Background(), brief(steps.Options{Target: serve(t, simulator.Options{Edition: c.server}), Edition: c.judged}))
			require.NoError(t, err)
			require.Equal(t, reports.NotConformant, r.Verdict)
			differing := slices.Clone(ofAllCases)
			for _, d := range oracle.Differences() {
				differing = append(differing, d.Rules...)
			}
			var failed []string
			for _, rule := range r.Rules {
				if rule.Verdict == reports.Failed {
					failed = append(failed, rule.ID)
					require.Contains(t, differing, rule.ID, "%v", lawsOf(r, rule.ID))
				}
			}
			for _, d := range oracle.Differences() {
				if testing.Short() && !slices.Contains([]string{"CB-QUOTA-2", "CB-METHOD-3"}, strings.Join(c.breaks(d), " ")) {
					continue // a few cases do not find every one
				}
				require.Subset(t, failed, c.breaks(d), "%s: %s and %s", d.What, d.Original, d.Current)
			}
		})
	}
}

// The table names every rule that one edition alone has, and every one by which the editions decide a call otherwise: by which the one wants refused, or a backup of some
// kind, and the other does not.
func TestTableOfTheEditionsIsComplete(t *testing.T) {
	named := map[string]bool{}
	for _, d := range oracle.Differences() {
		require.NotEqual(t, d.Original, d.Current)
		for _, id := range d.Rules {
			require.False(t, named[id], "%s stands twice", id)
			named[id] = true
		}
		require.Subset(t, d.Rules, slices.Concat(d.AsOriginal, d.AsCurrent))
	}
	rules, err := features.Catalogue()
	require.NoError(t, err)
	for _, r := range rules {
		require.True(t, named[r.ID] || len(r.Editions) == len(oracle.Editions()), "%s", r.ID)
	}
	if testing.Short() {
		return // the names are compared, not the calls
	}
	decided := 0
	for _, e := range oracle.Editions() {
		m := generators.NewModel(e, generators.FullModelScope())
		for _, trial := range slices.Concat(m.Valid(2, 1), m.Invalid(2, 1)) {
			conditions, call := []targets.Condition{m.Condition(trial.Vector)}, m.Call(trial.Vector, 0)
			for _, other := range oracle.Editions() {
				if other.Name == e.Name {
					continue
				}
				here, there := oracle.NewWorld(e, conditions).Expect(call), oracle.NewWorld(other, conditions).Expect(call)
				if len(here.Refuse) > 0 && len(there.Refuse) == 0 {
					decided++
					require.True(t, slices.ContainsFunc(here.Refuse, func(r oracle.Reason) bool { return named[r.Rule] }), "%s: refused in the %s edition alone, by %v",
						m.Describe(trial.Vector), e.Name, here.Refuse)
				}
				if len(here.Accept) > 0 && len(there.Accept) == 0 {
					decided++
					require.True(t, slices.ContainsFunc(here.Accept, func(r oracle.Reason) bool { return named[r.Rule] }), "%s: accepted in the %s edition alone, by %v",
						m.Describe(trial.Vector), e.Name, here.Accept)
				}
			}
		}
	}
	require.Positive(t, decided)
}

func TestEditionIsFoundOut(t *testing.T) {
	for _, edition := range []string{"original", "current"} {
		found, evidence, err := steps.DetectEdition(context.Background(), serve(t, simulator.Options{Edition: edition}))
		require.NoError(t, err)
		require.Equal(t, edition, found, evidence)
		require.Greater(t, len(evidence), 4)
		for _, e := range evidence {
			require.Contains(t, e, "as in the "+edition+" edition")
		}
	}
}

// What is as in neither edition is said, and what legitimately differs is not taken for one.
func TestEditionIsFoundOutThough(t *testing.T) {
	for _, c := range []struct {
		options simulator.Options
		found   string
		says    string // in the evidence, if anything
	}{
		{simulator.Options{Edition: "current", Faults: []string{"quota-five"}}, "current", "backup 10 of a day is refused: as in neither edition"},
		{simulator.Options{Edition: "current", Faults: []string{"quota-ignored"}}, "current", "backup 21 of a day is accepted: as in neither edition"},
		{simulator.Options{Edition: "current", Faults: []string{"quota-of-the-original"}}, "current", "the quota of a day is 10 backups: as in the original edition"},
		{simulator.Options{Edition: "current", Faults: []string{"list-first-only"}}, "current", "a list of databases is accepted, and backed up is orders: as in neither edition"},
		{simulator.Options{Edition: "current", Faults: []string{"no-job-id"}}, "current", "an answer has no BackupJobId: as in the original edition"},
		{simulator.Options{Edition: "current", Faults: []string{"retention-any"}}, "current", "no notice is taken of BackupRetentionPeriod: as in the original edition"},
		{simulator.Options{Edition: "original", Faults: []string{"method-snapshot-accepted"}}, "original", "Snapshot is accepted: as in the current edition"},
		{simulator.Options{Edition: "original", Variations: []string{"extra-members"}}, "original", "an answer has a BackupJobId: as in the current edition"},
		{simulator.Options{Edition: "original", Variations: []string{"failed-last-refused"}}, "original", "after a failed backup the next is refused: as in the original edition"},
		{simulator.Options{Edition: "current", Variations: []string{"no-storages-no-snapshots"}}, "current", ""},
		{simulator.Options{Edition: "current", Variations: []string{"only-mysql"}}, "current", ""},
		{simulator.Options{Edition: "original", Variations: []string{"no-observe"}}, "original", ""},
	} {
		found, evidence, err := steps.DetectEdition(context.Background(), serve(t, c.options))
		require.NoError(t, err)
		require.Equal(t, c.found, found, "%v: %v", c.options, evidence)
		if c.says != "" {
			require.Contains(t, evidence, c.says)
		}
	}
	none, evidence, err := steps.DetectEdition(context.Background(), serve(t, simulator.Options{Faults: []string{"physical-refused", "after-completed-refused", "never-backed-up-refused"}}))
	require.NoError(t, err)
	require.Equal(t, oracle.Original, none)
	require.Contains(t, evidence[0], "not even a plain call")
}
