package steps

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators/oracle"
)

// aCatalogue returns a few rules of several areas, levels and phases.
func aCatalogue() []features.Rule {
	return []features.Rule{
		{ID: "CB-METHOD-1", Area: "method", Level: oracle.Must, Phase: "examples"},
		{ID: "CB-METHOD-2", Area: "method", Level: oracle.Should, Phase: "examples"},
		{ID: "CB-QUOTA-1", Area: "quota", Level: oracle.Must, Phase: "examples"},
		{ID: "CB-COMBO-1", Area: "combinations", Level: oracle.Must, Phase: "combinations"},
		{ID: "CB-PUBLIC-1", Area: "public parameters", Level: oracle.May, Phase: "examples"},
	}
}

func TestSelectors(t *testing.T) {
	for _, c := range []struct {
		name string
		o    Options
		want []string
	}{
		{"none takes the whole catalogue", Options{}, []string{"CB-COMBO-1", "CB-METHOD-1", "CB-METHOD-2", "CB-PUBLIC-1", "CB-QUOTA-1"}},
		{"an id", Options{Rules: []string{"CB-QUOTA-1"}}, []string{"CB-QUOTA-1"}},
		{"an id in small letters and without its prefix", Options{Rules: []string{"quota-1"}}, []string{"CB-QUOTA-1"}},
		{"a pattern", Options{Rules: []string{"CB-METHOD-*"}}, []string{"CB-METHOD-1", "CB-METHOD-2"}},
		{"several patterns", Options{Rules: []string{"METHOD-?", "C*-1"}}, []string{"CB-COMBO-1", "CB-METHOD-1", "CB-METHOD-2", "CB-PUBLIC-1", "CB-QUOTA-1"}},
		{"skipped rules", Options{Skip: []string{"CB-METHOD-*", "combo-1"}}, []string{"CB-PUBLIC-1", "CB-QUOTA-1"}},
		{"to skip wins over to ask", Options{Rules: []string{"method-*"}, Skip: []string{"method-1"}}, []string{"CB-METHOD-2"}},
		{"an area", Options{Areas: []string{"method", "quota"}}, []string{"CB-METHOD-1", "CB-METHOD-2", "CB-QUOTA-1"}},
		{"a level", Options{Levels: []string{oracle.Should, oracle.May}}, []string{"CB-METHOD-2", "CB-PUBLIC-1"}},
		{"a phase", Options{Phases: []string{"combinations"}}, []string{"CB-COMBO-1"}},
		{"all selectors have to hold", Options{Areas: []string{"method"}, Levels: []string{oracle.Must}, Phases: []string{"examples"}}, []string{"CB-METHOD-1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			selected, err := c.o.selected(aCatalogue())
			require.NoError(t, err)
			require.Len(t, selected, len(aCatalogue()), "each rule is selected or not")
			maps.DeleteFunc(selected, func(_ string, is bool) bool { return !is })
			require.Equal(t, c.want, slices.Sorted(maps.Keys(selected)))
		})
	}
}

func TestSelectorsThatMatchNothingAreErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		o    Options
		want string
	}{
		{"a mistyped id", Options{Rules: []string{"CB-METHD-1"}}, `options: no rule matches "CB-METHD-1"; did you mean CB-METHOD-1?`},
		{"an id like none", Options{Rules: []string{"something-quite-different"}}, "options: no rule matches \"something-quite-different\"; `cbspec rules` lists them"},
		{"a mistyped id to skip", Options{Skip: []string{"CB-QOUTA-1"}}, `options: no rule matches "CB-QOUTA-1"; did you mean CB-QUOTA-1?`},
		{"one of several patterns", Options{Rules: []string{"quota-1", "CB-METHOD-7*"}}, `options: no rule matches "CB-METHOD-7*"; did you mean CB-METHOD-1?`},
		{"a pattern that is none", Options{Rules: []string{"CB-QUOTA-[1"}}, `options: no rule matches "CB-QUOTA-[1"; did you mean CB-QUOTA-1?`},
		{"an area", Options{Areas: []string{"methods"}}, `options: no area is named "methods", did you mean method?`},
		{"selectors that leave nothing", Options{Areas: []string{"quota"}, Levels: []string{oracle.May}}, "options: the selectors leave no rule to run"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.o.selected(aCatalogue())
			require.ErrorIs(t, err, ErrOptions)
			require.EqualError(t, err, c.want)
		})
	}
}

// A rule that was left out by its name or its level is not reported. A rule that another selector
// leaves out may still fail, because the cases of other rules can show it.
func TestUnwantedRules(t *testing.T) {
	quota, should := aCatalogue()[2], aCatalogue()[1]
	for _, c := range []struct {
		name string
		o    Options
		rule features.Rule
		want bool
	}{
		{"nothing is left out", Options{}, quota, false},
		{"skipped by name", Options{Skip: []string{"quota-*"}}, quota, true},
		{"another one is skipped", Options{Skip: []string{"quota-*"}}, should, false},
		{"one of several patterns skips it", Options{Skip: []string{"quota-1", "method-2"}}, should, true},
		{"of another level", Options{Levels: []string{oracle.Must}}, should, true},
		{"of the level", Options{Levels: []string{oracle.Must}}, quota, false},
		{"of another area", Options{Areas: []string{"method"}}, quota, false},
		{"of another phase", Options{Phases: []string{"wire"}}, quota, false},
		{"not among the rules", Options{Rules: []string{"method-*"}}, quota, false},
	} {
		require.Equal(t, c.want, c.o.unwanted(c.rule), c.name)
	}
}
