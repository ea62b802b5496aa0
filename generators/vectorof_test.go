package generators_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// The vector that is read from a case makes the same case.
func TestVectorOfACaseMakesTheSameCase(t *testing.T) {
	for _, e := range oracle.Editions() {
		m := generators.NewModel(e, generators.FullModelScope())
		vectors := m.Any()
		t.Run(e.Name, rapid.MakeCheck(func(t *rapid.T) {
			c := m.Case(vectors.Draw(t, "vector"))
			if v, found := m.VectorOf(c); found {
				require.Equal(t, c, m.Case(v))
			}
		}))
		pinned := generators.Pinned{
			generators.Further: {"none"}, generators.DBName: {generators.Absent, generators.Existing},
		}
		if e.Retention {
			pinned[generators.Retention] = []string{generators.Absent}
		}
		valid, err := m.Vectors(pinned)
		require.NoError(t, err)
		t.Run(e.Name+", every valid vector is read", rapid.MakeCheck(func(t *rapid.T) {
			_, found := m.VectorOf(m.Case(valid.Draw(t, "vector")))
			require.True(t, found)
		}))
	}
}

func TestNoVectorOfACaseOfSeveralSteps(t *testing.T) {
	m := generators.NewModel(original(t), generators.FullModelScope())
	c := m.Case(generators.DrawNth(m.Any(), 1, "", 0))
	c.Steps = append(c.Steps, targets.Step{Do: targets.StepNextDay})
	_, found := m.VectorOf(c)
	require.False(t, found)
}
