package scenario

import (
	"strconv"
	"testing"

	messages "github.com/cucumber/messages/go/v21"
	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

func TestRowsOfTables(t *testing.T) {
	current := oracle.Current
	for _, c := range []struct {
		edition, factor, cell string
		classes               []string
	}{
		{oracle.Original, generators.Engine, "MySQL", []string{"MySQL"}},
		{oracle.Original, generators.Engine, "MySQL or SQLServer", []string{"MySQL", "SQLServer"}},
		{oracle.Original, generators.Today, "the quota", []string{"10"}},
		{current, generators.Today, "the quota", []string{"20"}},
		{current, generators.Today, "one less than the quota or one more than the quota or 0", []string{"19", "21", "0"}},
		{oracle.Original, generators.Status, "any other", targets.Statuses},
		{oracle.Original, generators.Lock, "any", []string{"any"}},
	} {
		s := scenarioOf(t, envOf(t, c.edition), features.Rule{ID: "CB-A-1"})
		if c.factor == generators.Lock {
			scope := generators.FullModelScope()
			scope.LockMode = ""
			s.build.model = generators.NewModel(s.env.edition(), scope)
		}
		factor, classes, err := tables{s}.row(c.factor, c.cell)
		require.NoError(t, err)
		require.Equal(t, c.factor, factor)
		require.Equal(t, c.classes, classes, "%s: %s", c.factor, c.cell)
	}
}

func TestTableOfAnUnknownFactor(t *testing.T) {
	s := scenarioOf(t, envOf(t, oracle.Original), features.Rule{ID: "CB-A-1"})
	for _, read := range []func(*messages.PickleTable) error{tables{s}.pin, tables{s}.oneFault, tables{s}.eachFault} {
		require.EqualError(t, read(table([]string{"engines", "MySQL"})), `no factor is named "engines"`)
	}
}

func TestTableOfDisksThatMakeNoDifference(t *testing.T) {
	env := envOf(t, oracle.Current)
	s := scenarioOf(t, env, features.Rule{ID: "CB-A-1"})
	require.NoError(t, tables{s}.pin(table([]string{generators.Storage, generators.Absent})))
	require.Empty(t, s.Outcome().NotApplicable)
	require.NotContains(t, s.build.pinned, generators.Storage)
	require.NoError(t, tables{s}.pin(table([]string{generators.Storage, "cloud"})))
	require.Equal(t, "the target makes no difference between kinds of disk", s.Outcome().NotApplicable)
}

// Any other value is also a value that a backup has elsewhere.
func TestAnyOtherValueOfAFault(t *testing.T) {
	for _, c := range []struct {
		edition, factor string
		classes         []string
	}{
		{oracle.Original, generators.Method, []string{generators.Other, "Snapshot"}},
		{oracle.Current, generators.Method, []string{generators.Other}},
		{oracle.Original, generators.Type, []string{generators.Other, "IncrementalBackup"}},
		{oracle.Original, generators.Strategy, []string{generators.Other}},
	} {
		s := scenarioOf(t, envOf(t, c.edition), features.Rule{ID: "CB-A-1"})
		require.NoError(t, tables{s}.oneFault(table([]string{c.factor, generators.Other})))
		require.Equal(t, &fault{factor: c.factor, classes: c.classes}, s.build.fault, "%s of the %s edition", c.factor, c.edition)
	}
}

func TestUsedUpQuotaIsThatOfTheEdition(t *testing.T) {
	for edition, quota := range map[string]int{oracle.Original: 10, oracle.Current: 20} {
		s := scenarioOf(t, envOf(t, edition), features.Rule{ID: "CB-A-1"})
		tables{s}.usedUp()
		require.Equal(t, generators.Pinned{generators.Today: {strconv.Itoa(quota)}, generators.Last: {targets.LastCompleted}}, s.build.pinned)
	}
}
