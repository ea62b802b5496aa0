package localise_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
)

// A target may take another database than the one that DBName names. That shows only where these
// are not the same.
func TestFindsWhichDatabaseFails(t *testing.T) {
	edition, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	m := fullModel(edition)
	vectors, err := m.Vectors(generators.Pinned{
		generators.Method: {"Logical"}, generators.Strategy: {"db"}, generators.DBName: {generators.Existing},
		generators.Databases: {"several"},
	})
	require.NoError(t, err)
	for _, test := range []struct {
		name    string
		fails   func(i, of int) bool
		classes []string
		except  string
	}{
		{"all but the first", func(i, _ int) bool { return i > 0 }, []string{generators.Existing}, "the first of its databases"},
		{"all but the last", func(i, of int) bool { return i < of-1 }, []string{generators.Existing}, "the last of its databases"},
		{"the first", func(i, _ int) bool { return i == 0 }, []string{"the first of its databases"}, ""},
		{"the last", func(i, of int) bool { return i == of-1 }, []string{"the last of its databases"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			try := func(_ context.Context, v generators.Vector) (localise.Result, error) {
				i, of := m.DatabaseAt(v)
				switch {
				case i < 0 || of < 2:
					return localise.NoEvidence, nil
				case test.fails(i, of):
					return localise.Fails, nil
				default:
					return localise.Passes, nil
				}
			}
			start := generators.Vector{}
			for n := 0; start.Classes == nil || !test.fails(m.DatabaseAt(start)); n++ {
				start = generators.DrawNth(vectors, 1, "start", n)
			}
			c, err := localise.Find(t.Context(), start, localise.Search{Model: m, Try: try, Seed: 1, Budget: 1000})
			require.NoError(t, err)
			require.True(t, c.Exact)
			when := c.When()
			last := when[len(when)-1]
			require.Equal(t, generators.DBName, last.Factor)
			require.Equal(t, test.classes, last.Classes)
			require.Equal(t, test.except, last.Except)
			for n := range 20 {
				v := generators.DrawNth(vectors, 1, "covered", n)
				require.Equal(t, test.fails(m.DatabaseAt(v)), c.Covers(m, v))
			}
		})
	}
}
