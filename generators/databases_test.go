package generators

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

func TestDatabasesHaveTheNamesThatTheInstancesOfAPoolHave(t *testing.T) {
	edition, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	pool := func(databases ...[]string) []targets.Condition {
		var cs []targets.Condition
		for _, names := range databases {
			cs = append(cs, targets.Condition{Engine: targets.MySQL, Status: targets.Running, Databases: names})
		}
		return cs
	}
	for name, c := range map[string]struct {
		pool         []targets.Condition
		one, several []string
	}{
		"no pool":                          {nil, []string{"app"}, []string{"app", "orders", "audit_log"}},
		"one instance":                     {pool([]string{"shop", "wares", "bills", "more"}), []string{"app"}, []string{"shop", "wares", "bills"}},
		"what all have":                    {pool([]string{"a", "b", "c"}, []string{"c", "a"}, []string{"x"}), []string{"x"}, []string{"a", "c"}},
		"instances with nothing in common": {pool([]string{"a", "b"}, []string{"c", "d"}, []string{"x"}, []string{"y"}, nil), []string{"app"}, []string{"app", "orders", "audit_log"}},
		"with too little in common":        {pool([]string{"a", "b"}, []string{"a", "d"}), []string{"app"}, []string{"app", "orders", "audit_log"}},
	} {
		t.Run(name, func(t *testing.T) {
			scope := FullModelScope()
			scope.FixturePool = c.pool
			m := NewModel(edition, scope)
			require.Equal(t, c.one, m.names[oneDatabase])
			require.Equal(t, c.several, m.names[severalDatabases])
			require.Equal(t, []string{}, m.names[noDatabase])
		})
	}
}
