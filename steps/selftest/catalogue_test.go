package selftest_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/selftest"
	"github.com/cbspec/cbspec/targets/simulator"
)

// Without a fault, nothing shows that a rule is checked.
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
				t.Errorf("%s has no fault in the %s edition (%s:%d: %s).\n"+
					"Add a mistake by which a server breaks the rule to %s, with %q among its Rules.\n"+
					"Then see that the rule detects it: go run . selftest --edition %s --rule %s",
					r.ID, e.Name, r.File, r.Line, r.Statement, selftest.FaultFile(r), r.ID, e.Name, r.ID)
			}
		}
	}
}

func TestFaultsAndVariationsNameRules(t *testing.T) {
	rules, err := features.Catalogue()
	require.NoError(t, err)
	check := func(t *testing.T, edition string, ids []string) {
		for _, id := range ids {
			i := slices.IndexFunc(rules, func(r features.Rule) bool { return r.ID == id })
			require.GreaterOrEqual(t, i, 0, "features/ has no rule %s", id)
			if edition != "" {
				require.Contains(t, rules[i].Editions, edition, "%s is not a rule of the edition", id)
			}
		}
	}
	names := map[string]bool{}
	for _, f := range simulator.Faults() {
		t.Run(f.Name, func(t *testing.T) {
			require.False(t, names[f.Name], "the name is used twice")
			names[f.Name] = true
			require.NotEmpty(t, f.Rules)
			require.NotEmpty(t, f.Description)
			require.Positive(t, f.Factors)
			check(t, f.Edition, f.Rules)
		})
	}
	for _, v := range simulator.Variations() {
		t.Run(v.Name, func(t *testing.T) {
			require.False(t, names[v.Name], "the name is used twice")
			names[v.Name] = true
			require.NotEmpty(t, v.Description)
			require.NotEmpty(t, v.Source, "say where it was seen, or what leaves it open")
			check(t, v.Edition, v.Should)
		})
	}
}
