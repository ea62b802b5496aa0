package generators_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
)

// Every must-try value of an invalid class is refused by the rule of the class. The exceptions are
// the names of databases that an engine itself has.
func TestMustTryValuesBelongToTheirClass(t *testing.T) {
	ofSystem := []string{"mysql", "master", "postgres"}
	for _, e := range oracle.Editions() {
		m := generators.NewModel(e, generators.FullModelScope())
		for _, mu := range m.Mutations() {
			for i, try := range m.Factors[mu.Factor].Classes[mu.Class].MustTry {
				value := try.Value
				v := generators.DrawNth(m.Mutated(mu, nil), 1, mu.Rule, i)
				v.Values[mu.Factor] = value
				switch x := m.Expect(v); {
				case mu.Rule == "CB-ACTION-2":
					require.Equal(t, mu.Rule, x.NoBackup, value)
				case mu.Rule == "CB-DBNAME-4" && slices.Contains(ofSystem, value):
				default:
					require.Contains(t, rulesOf(x), mu.Rule, "%q: %s", value, m.Describe(v))
				}
			}
		}
	}
}

func TestDatabasesOfAnyNamesHaveValidNames(t *testing.T) {
	for _, e := range oracle.Editions() {
		m := generators.NewModel(e, generators.FullModelScope())
		f, class := m.Index(generators.Databases), m.Class(generators.Databases, generators.AnyNames)
		var values []string
		for _, try := range m.Factors[f].Classes[class].MustTry {
			values = append(values, try.Value)
		}
		for i := range 200 {
			values = append(values, generators.DrawNth(m.Factors[f].Classes[class].Value, 1, "names", i))
		}
		for _, joined := range values {
			v := generators.DrawNth(m.Any(), 1, "any", 0)
			v.Classes[f], v.Values[f] = class, joined
			names := m.Condition(v).Databases
			require.NotEmpty(t, names)
			for i, name := range names {
				require.Regexp(t, `^[a-z][a-z0-9_-]{0,62}[a-z0-9]$`, name)
				require.NotContains(t, names[:i], name)
			}
		}
	}
}
