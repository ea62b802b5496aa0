package oracle_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

func TestLevelOfADecision(t *testing.T) {
	for _, c := range []struct {
		name string
		on   targets.Condition
		call targets.Call
		want string
	}{
		{"accepted by must rules", instance(targets.MySQL), create(), oracle.Must},
		{"accepted by a should rule too: all of them have to hold", instance(targets.MySQL), create("RegionId", "cn-hangzhou"), oracle.Should},
		{"refused by a must rule", instance(targets.MySQL, status("Creating")), create(), oracle.Must},
		{"refused by a should rule", instance(targets.MySQL), create("Version", "1"), oracle.Should},
		{"refused by both: one of them suffices", instance(targets.MySQL, status("Creating")), create("Version", "1"), oracle.Must},
		{"not decided", instance(targets.MySQL, last("failed")), create(), oracle.May},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := expect(edition(t, oracle.Original), c.on, c.call)
			require.Equal(t, c.want, x.Level())
			require.Equal(t, c.want != oracle.May, x.Specified())
		})
	}
}

// Where every reading of a call is refused, a server may choose the one that only a should rule
// forbids.
func TestARefusalHasTheLevelOfItsWeakestReading(t *testing.T) {
	call := create("BackupMethod", "Logical", "BackupStrategy", "table", "BackupStrategy", "db", "DBName", "no_such")
	x := expect(edition(t, oracle.Original), instance(targets.MySQL), call)
	require.Equal(t, "refused by CB-DBNAME-4 (should)", outcome(x))
}

func TestEveryReasonSaysWhyAndWhatItIsAbout(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range oracle.Editions() {
		for _, x := range everyExpectation(e) {
			for _, r := range slices.Concat(x.Accept, x.Refuse) {
				require.Regexp(t, `^CB-[A-Z]+-[0-9]+$`, r.Rule)
				require.Contains(t, []string{oracle.Must, oracle.Should}, r.Level, r.Rule)
				require.NotEmpty(t, r.Why, r.Rule)
				require.NotEmpty(t, r.Factor, r.Rule)
				seen[r.Rule] = true
			}
		}
	}
	require.Greater(t, len(seen), 30)
}

// everyExpectation lists what an edition expects in every row of the tables.
func everyExpectation(e oracle.Edition) []oracle.Expectation {
	var all []oracle.Expectation
	for _, s := range slices.Concat(document, silence, unchanged) {
		for _, x := range s.examples {
			all = append(all, expect(e, x.on, x.call))
		}
	}
	for _, c := range changes {
		all = append(all, expect(e, c.on, c.call))
	}
	return all
}

func TestUnlike(t *testing.T) {
	for _, c := range []struct {
		value string
		want  bool
	}{
		{"Physical", false}, {"physical", false}, {" Physical\n", false}, {"Phys\u200bical", false}, {"", false}, {"\t", false},
		{"Physicals", true}, {"Physical Logical", true}, {"Phуsical", true}, {"0", true},
	} {
		require.Equal(t, c.want, oracle.Unlike(c.value, []string{"Physical", "Logical"}), "%q", c.value)
	}
}

func TestEditionOf(t *testing.T) {
	for _, e := range oracle.Editions() {
		same, err := oracle.EditionOf(e.Name)
		require.NoError(t, err)
		require.Equal(t, e, same)
	}
	_, err := oracle.EditionOf("newest")
	require.EqualError(t, err, `unknown edition "newest": it is original or current`)
}

// A rule that a server breaks under the other edition is one on which the editions differ.
func TestDifferencesNameTheRulesTheyBreak(t *testing.T) {
	for _, d := range oracle.Differences() {
		require.NotEqual(t, d.Original, d.Current, d.What)
		require.Subset(t, d.Rules, d.AsOriginal, d.What)
		require.Subset(t, d.Rules, d.AsCurrent, d.What)
	}
}
