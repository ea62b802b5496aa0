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
			for _, trial := range valid {
				require.NotEmpty(t, m.Expect(trial.Vector).Accept, m.Describe(trial.Vector))
			}
			for _, trial := range invalid {
				require.NotEmpty(t, m.Expect(*trial.Control).Accept, m.Describe(*trial.Control))
			}
			for _, trial := range pairs {
				if x := m.Expect(trial.Vector); x.NoBackup == "" {
					require.NotEmpty(t, x.Refuse, m.Describe(trial.Vector))
				}
			}
			require.Equal(t, valid, m.Valid(strength, 7), "one seed, one suite")
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
