package generators_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/targets"
)

func TestVectorsOfASingleInstanceHaveItsCondition(t *testing.T) {
	single := targets.Condition{
		Engine: targets.PostgreSQL, Status: targets.Running, Databases: []string{"only"}, LastBackup: targets.LastCompleted,
	}
	scope := generators.FullModelScope()
	scope.SingleInstance = &single
	m := generators.NewModel(original(t), scope)
	vectors, err := m.Vectors(nil)
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		require.Equal(t, single, m.Condition(vectors.Draw(t, "vector")))
	})
}

func TestVectorsOfAFixturePoolHaveOneOfItsConditions(t *testing.T) {
	scope := generators.FullModelScope()
	scope.FixturePool = []targets.Condition{
		{Engine: targets.MySQL, Status: targets.Running, Databases: []string{"a"}},
		{Engine: targets.SQLServer, Status: targets.Running, Databases: []string{}},
		{Engine: targets.SQLServer, Status: "Creating", Databases: []string{"a", "b"}}, // not active, so of no use here
	}
	m := generators.NewModel(original(t), scope)
	vectors, err := m.Vectors(nil)
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		c := m.Condition(vectors.Draw(t, "vector"))
		wanted := map[string]int{targets.MySQL: 1, targets.SQLServer: 0}
		require.Contains(t, wanted, c.Engine)
		require.Len(t, c.Databases, wanted[c.Engine])
		require.Zero(t, c.BackupsToday)
	})
}

func TestPinnedClasses(t *testing.T) {
	scope := generators.FullModelScope()
	scope.Engines = []string{targets.MySQL}
	m := generators.NewModel(original(t), scope)
	for _, c := range []struct {
		name   string
		pinned generators.Pinned
		err    string // empty where there are such vectors
	}{
		{"valid", generators.Pinned{generators.Method: {"Logical"}, generators.Databases: {"one"}}, ""},
		{"one of several", generators.Pinned{generators.Databases: {"none", "one"}, generators.Method: {"Physical"}}, ""},
		{"invalid", generators.Pinned{generators.Method: {generators.Other}}, ""},
		{"every factor of a constraint: the scenario asks for just that",
			generators.Pinned{generators.Method: {"Logical"}, generators.Databases: {"none"}}, ""},
		{"what the target does not have", generators.Pinned{generators.Engine: {targets.SQLServer}},
			"no engine is SQLServer: no such case on this target"},
		{"a factor of the other edition", generators.Pinned{generators.Retention: {"7"}},
			"no factor BackupRetentionPeriod: no such case on this target"},
		{"what no DBName allows", generators.Pinned{generators.Strategy: {"db"}, generators.Databases: {"none"}},
			"no case has BackupStrategy db, databases none: no such case on this target"},
	} {
		t.Run(c.name, func(t *testing.T) {
			vectors, err := m.Vectors(c.pinned)
			if c.err != "" {
				require.ErrorIs(t, err, generators.ErrNoSuchCase)
				require.EqualError(t, err, c.err)
				return
			}
			require.NoError(t, err)
			for i := range 20 {
				v := generators.DrawNth(vectors, 1, c.name, i)
				for factor, classes := range c.pinned {
					require.Contains(t, classes, m.ClassName(v, factor))
				}
			}
		})
	}
}
