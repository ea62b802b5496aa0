package localise_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
)

// Every condition on 1 to 3 factors of a small model is found as it is planted.
func TestEveryConditionOfASmallModelIsFound(t *testing.T) {
	m := modelOf(2, 3, 3, 2, 4)
	const bound = 30 // 9 alternatives, 12 contexts, and the tries that reduce
	for n, p := range plants(m, 3, allClasses) {
		start := p.draw(t, m, n)
		c, err := localise.Find(t.Context(), start, localise.Search{Model: m, Seed: uint64(n), Try: p.try(every)})
		require.NoError(t, err)
		require.Equal(t, p, found(c), "planted: %s", p.in(m))
		require.True(t, c.Exact)
		require.True(t, c.Covers(m, start))
		require.LessOrEqual(t, c.Tries, bound)
	}
}

// Conditions on valid calls: each vector that the document wants accepted is evidence. What is
// found is equal to what is planted on all of them.
func TestConditionsOfAcceptedCallsAreFound(t *testing.T) {
	eachEdition(t, func(t *testing.T, m *generators.Model) {
		judge := accepted(m)
		rows := validRows(m)
		for n, p := range sample(plants(m, 3, someClasses), size(150)) {
			if covered := count(rows, p); covered == 0 || covered == len(rows) {
				continue // the document does not allow the planted classes together, or implies them
			}
			start := p.draw(t, m, n)
			if judge(start) == localise.NoEvidence {
				continue
			}
			c, err := localise.Find(t.Context(), start, localise.Search{Model: m, Seed: uint64(n), Try: p.try(judge)})
			require.NoError(t, err)
			requireEqualOn(t, m, rows, p, c)
			require.True(t, c.Exact)
			require.True(t, c.Covers(m, start))
			require.LessOrEqual(t, c.Tries, alternatives(m)+90)
			if m.Edition.Name == oracle.Original && distinct(m, rows, p) {
				require.Equal(t, p, found(c), "planted: %s", p.in(m))
			}
		}
	})
}

// Conditions on calls that are wrong in one thing: a call is evidence if only that rule refuses it,
// and a control if nothing does.
func TestConditionsOfRefusedCallsAreFound(t *testing.T) {
	eachEdition(t, func(t *testing.T, m *generators.Model) {
		all := plants(m, 2, someClasses)
		for k, mutation := range m.Mutations() {
			judge := func(v generators.Vector) localise.Result {
				x := m.Expect(v)
				other := func(r oracle.Reason) bool { return r.Rule != mutation.Rule }
				switch {
				case len(x.Accept) > 0:
					return localise.ControlAccepted
				case len(x.Refuse) == 0 || len(x.Unspecified) > 0 || slices.ContainsFunc(x.Refuse, other):
					return localise.NoEvidence
				default:
					return localise.Passes
				}
			}
			vectors := wrongAndValid(t, m, mutation)
			for n := k; n < len(all); n += len(all) / size(4) {
				p := all[n]
				if _, planted := p[mutation.Factor]; planted || !m.CanMutate(mutation, p.pinned(m)) {
					continue
				}
				start := generators.DrawNth(m.Mutated(mutation, p.pinned(m)), 1, "start", n)
				if judge(start) != localise.Passes {
					continue
				}
				c, err := localise.Find(t.Context(), start, localise.Search{
					Model: m, Keep: []int{mutation.Factor}, Seed: uint64(n), Try: p.try(judge),
				})
				require.NoError(t, err)
				for _, v := range vectors {
					if r := judge(v); r != localise.NoEvidence {
						fails := r == localise.Passes && p.covers(v)
						require.Equal(t, fails, c.Covers(m, v), "%s, planted: %s, found: %s", mutation.Rule, p.in(m), found(c).in(m))
					}
				}
				require.True(t, c.Exact)
				require.True(t, c.Covers(m, start))
				require.LessOrEqual(t, c.Tries, alternatives(m)+90)
			}
		}
	})
}

// accepted judges that the calls which the document wants accepted are evidence.
func accepted(m *generators.Model) func(generators.Vector) localise.Result {
	return func(v generators.Vector) localise.Result {
		if len(m.Expect(v).Accept) == 0 {
			return localise.NoEvidence
		}
		return localise.Passes
	}
}

// wrongAndValid draws vectors that a mutation makes wrong, and valid ones.
func wrongAndValid(t *testing.T, m *generators.Model, mutation generators.Mutation) []generators.Vector {
	valid, err := m.Vectors(nil)
	require.NoError(t, err)
	var vectors []generators.Vector
	for n := range 50 {
		vectors = append(vectors, generators.DrawNth(valid, 1, "valid", n), generators.DrawNth(m.Mutated(mutation, nil), 1, "wrong", n))
	}
	return vectors
}

// requireEqualOn requires that the planted and the found condition cover the same of the rows.
func requireEqualOn(t *testing.T, m *generators.Model, rows []generators.Vector, p plant, c localise.FailingCondition) {
	t.Helper()
	q := found(c)
	for _, row := range rows {
		if p.covers(row) != q.covers(row) {
			require.Equal(t, p.covers(row), q.covers(row), "planted: %s, found: %s", p.in(m), q.in(m))
		}
	}
}

// validRows lists all rows of valid classes that the document allows together, as vectors without
// values.
func validRows(m *generators.Model) []generators.Vector {
	var rows []generators.Vector
	row := slices.Repeat([]int{-1}, len(m.Factors))
	var set func(int)
	set = func(i int) {
		if i == len(row) {
			rows = append(rows, generators.Vector{Classes: slices.Clone(row)})
			return
		}
		for class, of := range m.Factors[i].Classes {
			row[i] = class
			if of.Kind == generators.Valid && m.Allowed(row) {
				set(i + 1)
			}
		}
		row[i] = -1
	}
	set(0)
	return rows
}

// count counts the rows that a condition covers.
func count(rows []generators.Vector, p plant) int {
	n := 0
	for _, row := range rows {
		if p.covers(row) {
			n++
		}
	}
	return n
}

// distinct reports whether a plant covers other rows than the same plant with one class or one
// factor less does. If not, the document ties its factors together, and a shorter condition is as
// good.
func distinct(m *generators.Model, rows []generators.Vector, p plant) bool {
	for i, classes := range p {
		if name := m.Factors[i].Name; name == generators.Strategy || name == generators.DBName {
			return false // the document always ties them to other factors
		}
		fewer := maps.Clone(p)
		delete(fewer, i)
		if count(rows, fewer) == count(rows, p) {
			return false
		}
		for _, class := range classes {
			fewer[i] = []int{class}
			if count(rows, fewer) == 0 {
				return false
			}
		}
	}
	return true
}

// alternatives counts the classes that a search tries one at a time.
func alternatives(m *generators.Model) int {
	n := 0
	for _, factor := range m.Factors {
		for _, class := range factor.Classes[1:] {
			if class.Kind == generators.Valid || class.Kind == generators.Invalid {
				n++
			}
		}
	}
	return n
}

// size is the size of a sample; with -short, it is a quarter.
func size(n int) int {
	if testing.Short() {
		return max(n/4, 1)
	}
	return n
}

// sample takes n of all, evenly.
func sample[V any](all []V, n int) []V {
	var some []V
	for i := range n {
		some = append(some, all[i*len(all)/n])
	}
	return some
}

// BenchmarkFind reports how many tries searches take: the median, the 95th percentile and the most.
func BenchmarkFind(b *testing.B) {
	m := fullModel(oracle.Editions()[0])
	for factors := 1; factors <= 3; factors++ {
		b.Run(fmt.Sprintf("factors=%d", factors), func(b *testing.B) {
			rows := validRows(m)
			all := slices.DeleteFunc(plants(m, factors, someClasses), func(p plant) bool {
				return len(p) < factors || count(rows, p) == 0
			})
			var tries []int
			for n := 0; b.Loop(); n++ {
				p := all[n*7919%len(all)]
				start := p.draw(b, m, n)
				if accepted(m)(start) == localise.NoEvidence {
					continue
				}
				c, err := localise.Find(context.Background(), start, localise.Search{Model: m, Try: p.try(accepted(m))})
				require.NoError(b, err)
				tries = append(tries, c.Tries)
			}
			slices.Sort(tries)
			b.ReportMetric(float64(tries[len(tries)/2]), "median-tries")
			b.ReportMetric(float64(tries[len(tries)*95/100]), "p95-tries")
			b.ReportMetric(float64(tries[len(tries)-1]), "max-tries")
		})
	}
}
