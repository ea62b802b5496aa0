package localise_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
)

func TestOfVectorCoversOnlyItsClasses(t *testing.T) {
	m := modelOf(2, 3)
	c := localise.OfVector(m, vectorOf(m, 1, 2))
	require.Equal(t, []string{"factor A", "factor B"}, c.Factors())
	require.True(t, c.Covers(m, vectorOf(m, 1, 2)))
	require.False(t, c.Covers(m, vectorOf(m, 0, 2)))
	require.False(t, c.Covers(m, vectorOf(m, 1, 1)))
	require.False(t, c.Exact)
	require.False(t, c.Always())
}

// Models of different scope have their factors and classes at different places.
func TestConditionCoversVectorsOfAnotherModel(t *testing.T) {
	m := fullModel(oracle.Editions()[0])
	c := localise.FailingCondition{}
	find := func(p plant) {
		var err error
		c, err = localise.Find(t.Context(), p.draw(t, m, 0), localise.Search{Model: m, Try: p.try(accepted(m))})
		require.NoError(t, err)
	}
	scope := generators.FullModelScope()
	scope.LockMode, scope.Engines = "", []string{"MariaDB"}
	other := generators.NewModel(oracle.Editions()[0], scope)
	mariaDB := plant{}.draw(t, other, 0)

	find(plant{m.Index(generators.Engine): {m.Class(generators.Engine, "MariaDB")}})
	require.True(t, c.Covers(other, mariaDB))
	find(plant{m.Index(generators.Engine): {m.Class(generators.Engine, "MySQL")}})
	require.False(t, c.Covers(other, mariaDB))

	// A factor that the other model does not have.
	c = localise.OfVector(m, vectorOf(m, m.Baseline()...))
	require.False(t, c.Covers(other, vectorOf(other, other.Baseline()...)))
}

// A condition on the number of databases covers databases of any names.
func TestConditionOnTheNumberOfDatabases(t *testing.T) {
	m := fullModel(oracle.Editions()[0])
	databases := m.Index(generators.Databases)
	p := plant{databases: {m.Class(generators.Databases, "one")}}
	c, err := localise.Find(t.Context(), p.draw(t, m, 0), localise.Search{Model: m, Try: p.try(accepted(m))})
	require.NoError(t, err)
	v := vectorOf(m, m.Baseline()...)
	v.Classes[databases] = m.Class(generators.Databases, generators.AnyNames)
	v.Values[databases] = "shop"
	require.True(t, c.Covers(m, v))
	v.Values[databases] = "shop,stock"
	require.False(t, c.Covers(m, v))
}

func TestWhen(t *testing.T) {
	m := modelOf(2, 4, 4)
	for i := range m.Factors[2].Classes {
		m.Factors[2].Classes[i].Name = []string{"absent", "full", "automatic", "any other value"}[i]
	}
	m.Factors[2].Classes[3].Kind = generators.Invalid
	find := func(p plant, start ...int) []localise.Clause {
		c, err := localise.Find(t.Context(), vectorOf(m, start...), localise.Search{Model: m, Try: p.try(every)})
		require.NoError(t, err)
		return c.When()
	}
	require.Empty(t, find(plant{}, 1, 1, 1))
	require.Equal(t, []localise.Clause{
		{Factor: "factor A", Classes: []string{"1"}},
		{Factor: "factor C", Classes: []string{"absent", "automatic"}},
	}, find(plant{0: {1}, 2: {0, 2}}, 1, 1, 2))
	// One valid class is shorter to name than three others.
	require.Equal(t, []localise.Clause{{Factor: "factor B", Classes: []string{"0", "1", "3"}, Except: "2"}}, find(plant{1: {0, 1, 3}}, 1, 1, 1))
	require.Equal(t, []localise.Clause{{Factor: "factor C", Classes: []string{"absent", "automatic", "any other value"}, Except: "full"}}, find(plant{2: {0, 2, 3}}, 1, 1, 2))
	require.Equal(t, []localise.Clause{{Factor: "factor C", Classes: []string{"full", "any other value"}}}, find(plant{2: {1, 3}}, 1, 1, 1))
}
