package selftest_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets/simulator"
)

// A must rule that nothing shows to be checked may as well not be there.
func TestEveryMustRuleHasAFault(t *testing.T) {
	rules, err := features.Catalogue()
	require.NoError(t, err)
	for _, e := range oracle.Editions() {
		for _, r := range rules {
			if r.Level != oracle.Must || !slices.Contains(r.Editions, e.Name) {
				continue
			}
			named := slices.ContainsFunc(simulator.Faults(), func(f simulator.Fault) bool {
				return (f.Edition == "" || f.Edition == e.Name) && slices.Contains(f.Rules, r.ID)
			})
			if !named {
				t.Errorf("%s (%s:%d: %s) has no fault in the %s edition: add to targets/simulator/faults.go a mistake by which a server breaks it, with %q among its Rules, "+
					"and see by `go run . selftest --edition %s --rule %s` that it is caught", r.ID, r.File, r.Line, r.Statement, e.Name, r.ID, e.Name, r.ID)
			}
		}
	}
}

// What a fault or a variation names is a rule of its edition, and no two have one name.
func TestFaultsAndVariationsNameRules(t *testing.T) {
	rules, err := features.Catalogue()
	require.NoError(t, err)
	check := func(t *testing.T, edition string, ids []string) {
		for _, id := range ids {
			i := slices.IndexFunc(rules, func(r features.Rule) bool { return r.ID == id })
			require.GreaterOrEqual(t, i, 0, "%s is no rule: see features/", id)
			if edition != "" {
				require.Contains(t, rules[i].Editions, edition, "%s is no rule of the edition", id)
			}
		}
	}
	names := map[string]bool{}
	for _, f := range simulator.Faults() {
		t.Run(f.Name, func(t *testing.T) {
			require.False(t, names[f.Name], "a name used twice")
			names[f.Name] = true
			require.NotEmpty(t, f.Rules)
			require.NotEmpty(t, f.Description)
			require.Positive(t, f.Factors)
			check(t, f.Edition, f.Rules)
		})
	}
	for _, v := range simulator.Variations() {
		t.Run(v.Name, func(t *testing.T) {
			require.False(t, names[v.Name], "a name used twice")
			names[v.Name] = true
			require.NotEmpty(t, v.Description)
			require.NotEmpty(t, v.Source, "say where it was seen, or what leaves it open")
			check(t, v.Edition, v.Should)
		})
	}
}
