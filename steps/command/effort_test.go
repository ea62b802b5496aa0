package command

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEffort(t *testing.T) {
	plain := scopeFlags{Strength: defaultStrength, Seed: 1}
	with := func(change func(f *scopeFlags)) scopeFlags {
		f := plain
		change(&f)
		return f
	}
	for _, c := range []struct {
		name             string
		flags            scopeFlags
		checks, strength int
		phases           []string
		problem          string
	}{
		{"neither", plain, 0, 3, nil, ""},
		{"quick", with(func(f *scopeFlags) { f.Quick = true }), 1, 1, []string{"examples"}, ""},
		{"thorough", with(func(f *scopeFlags) { f.Thorough = true }), 200, 4, nil, ""},
		{"thorough, one phase", with(func(f *scopeFlags) { f.Thorough, f.Phase = true, []string{"races"} }), 200, 4, []string{"races"}, ""},
		{"both", with(func(f *scopeFlags) { f.Quick, f.Thorough = true, true }), 0, 0, nil, "exclude each other"},
		{"quick with checks", with(func(f *scopeFlags) { f.Quick, f.Checks = true, 5 }), 0, 0, nil, "--quick stands for"},
		{"thorough with a strength", with(func(f *scopeFlags) { f.Thorough, f.Strength = true, 2 }), 0, 0, nil, "--thorough stands for"},
		{"quick with a phase", with(func(f *scopeFlags) { f.Quick, f.Phase = true, []string{"wire"} }), 0, 0, nil, "leave these out"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, err := c.flags.options()
			if c.problem != "" {
				require.ErrorContains(t, err, c.problem)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.checks, o.Checks)
			require.Equal(t, c.strength, o.Strength)
			require.Equal(t, c.phases, o.Phases)
		})
	}
}
