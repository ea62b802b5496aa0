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
func TestPointOfACaseIsThatOfItsCase(t *testing.T) {
	for _, e := range oracle.Editions() {
		m := generators.NewModel(e, generators.FullScope())
		points := m.Any()
		t.Run(e.Name, rapid.MakeCheck(func(t *rapid.T) {
			c := m.Case(points.Draw(t, "point"))
			if p, is := m.PointOf(c); is {
				require.Equal(t, c, m.Case(p))
			}
		}))
		valid, err := m.Points(generators.Fixed{generators.Further: {"none"}, generators.DBName: {generators.Absent, generators.Existing}, generators.Retention: {generators.Absent}})
		if e.Name == oracle.Original {
			valid, err = m.Points(generators.Fixed{generators.Further: {"none"}, generators.DBName: {generators.Absent, generators.Existing}})
		}
		require.NoError(t, err)
		t.Run(e.Name+", what is valid", rapid.MakeCheck(func(t *rapid.T) {
			_, is := m.PointOf(m.Case(valid.Draw(t, "point")))
			require.True(t, is)
		}))
	}
}

func TestNoPointOfAStory(t *testing.T) {
	e, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	m := generators.NewModel(e, generators.FullScope())
	c := m.Case(generators.One(m.Any(), 1, "", 0))
	c.Steps = append(c.Steps, targets.Step{Do: targets.StepNextDay})
	_, is := m.PointOf(c)
	require.False(t, is)
}
