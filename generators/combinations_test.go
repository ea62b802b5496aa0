package generators_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
)

func TestCombinations(t *testing.T) {
	for _, e := range oracle.Editions() {
		m := generators.NewModel(e, generators.FullModelScope())
		for _, strength := range []int{2, 3} {
			if strength == 3 && testing.Short() {
				continue
			}
			valid, invalid, pairs := m.Valid(strength, 7), m.Invalid(strength, 7), m.Pairs(7)
			t.Logf("%s, strength %d: %d valid, %d invalid, %d pairs", e.Name, strength, len(valid), len(invalid), len(pairs))
			for _, c := range valid {
				require.NotEmpty(t, m.Expect(c.Vector).Accept, m.Describe(c.Vector))
			}
			for _, c := range invalid {
				require.NotEmpty(t, m.Expect(*c.Control).Accept, m.Describe(*c.Control))
			}
			for _, c := range pairs {
				if x := m.Expect(c.Vector); x.NoBackup == "" {
					require.NotEmpty(t, x.Refuse, m.Describe(c.Vector))
				}
			}
			require.Equal(t, valid, m.Valid(strength, 7), "the same seed makes the same suite")
		}
	}
}

func BenchmarkCombinations(b *testing.B) {
	e, err := oracle.EditionOf(oracle.Original)
	require.NoError(b, err)
	m := generators.NewModel(e, generators.FullModelScope())
	for b.Loop() {
		m.Valid(3, 7)
		m.Invalid(3, 7)
	}
}
