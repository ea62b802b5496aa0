package generators_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
)

// Every standing value of a class that is wrong is refused by the rule of the class, or, where it is that of a database which an engine has itself, left open; every
// standing condition has names as databases have them.
func TestMustTryValuesBelongToTheirClass(t *testing.T) {
	for _, e := range oracle.Editions() {
		m := generators.NewModel(e, generators.FullModelScope())
		for _, mu := range m.Mutations() {
			for i, v := range m.Factors[mu.Factor].Classes[mu.Class].MustTry {
				g := rapid.Custom(func(t *rapid.T) generators.Vector {
					_, p, err := m.DrawMutated(t, mu, nil)
					require.NoError(t, err)
					return p
				})
				p := generators.DrawNth(g, 1, mu.Rule, i)
				p.Values[mu.Factor] = v
				switch x := m.Expect(p); {
				case mu.Rule == "CB-ACTION-2":
					require.Equal(t, mu.Rule, x.NoBackup, v)
				case mu.Rule == "CB-DBNAME-4" && slices.Contains([]string{"mysql", "master", "postgres"}, v):
				default:
					require.Contains(t, rulesOf(x), mu.Rule, "%q: %s", v, m.Describe(p))
				}
			}
		}
		class := m.Class(generators.Databases, generators.AnyNames)
		f := m.Index(generators.Databases)
		check := func(joined string) {
			p := generators.Vector{Classes: m.Baseline(), Values: make([]string, len(m.Factors))}
			for i, factor := range m.Factors {
				p.Values[i] = factor.Classes[0].Name
			}
			p.Classes[f], p.Values[f] = class, joined
			names := m.Condition(p).Databases
			require.NotEmpty(t, names)
			for i, name := range names {
				require.Regexp(t, `^[a-z][a-z0-9_-]{0,62}[a-z0-9]$`, name)
				require.NotContains(t, names[:i], name)
			}
		}
		for _, joined := range m.Factors[f].Classes[class].MustTry {
			check(joined)
		}
		for i := range 200 {
			check(generators.DrawNth(m.Factors[f].Classes[class].Value, 1, "names", i))
		}
	}
}
