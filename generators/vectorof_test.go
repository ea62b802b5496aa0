package generators_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// The point that a case is read as is one whose case is the same.
func TestVectorOfACaseMakesTheSameCase(t *testing.T) {
	for _, e := range oracle.Editions() {
		m := generators.NewModel(e, generators.FullModelScope())
		points := m.Any()
		t.Run(e.Name, rapid.MakeCheck(func(t *rapid.T) {
			c := m.Case(points.Draw(t, "point"))
			if p, is := m.VectorOf(c); is {
				require.Equal(t, c, m.Case(p))
			}
		}))
		valid, err := m.Vectors(generators.Pinned{generators.Further: {"none"}, generators.DBName: {generators.Absent, generators.Existing}, generators.Retention: {generators.Absent}})
		if e.Name == oracle.Original {
			valid, err = m.Vectors(generators.Pinned{generators.Further: {"none"}, generators.DBName: {generators.Absent, generators.Existing}})
		}
		require.NoError(t, err)
		t.Run(e.Name+", what is valid", rapid.MakeCheck(func(t *rapid.T) {
			_, is := m.VectorOf(m.Case(valid.Draw(t, "point")))
			require.True(t, is)
		}))
	}
}

func TestNoVectorOfACaseOfSeveralSteps(t *testing.T) {
	e, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	m := generators.NewModel(e, generators.FullModelScope())
	c := m.Case(generators.DrawNth(m.Any(), 1, "", 0))
	c.Steps = append(c.Steps, targets.Step{Do: targets.StepNextDay})
	_, is := m.VectorOf(c)
	require.False(t, is)
}
