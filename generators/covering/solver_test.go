package covering

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// allDifferent allows only rows that have no level twice.
func allDifferent(row []int) bool {
	for i, l := range row {
		if l != Unset && slices.Contains(row[:i], l) {
			return false
		}
	}
	return true
}

func TestCoverageCountsOnlyFeasibleTuples(t *testing.T) {
	for name, c := range map[string]struct {
		m        Model
		strength int
		want     int
	}{
		"free":                                   {Model{Levels: []int{2, 3, 4}}, 2, 6 + 8 + 12},
		"as many levels as factors":              {Model{Levels: same(7, 7), Allowed: allDifferent}, 2, 21 * 42},
		"fewer levels than factors":              {Model{Levels: same(5, 6), Allowed: allDifferent}, 2, 0},
		"a level that rules itself out far away": {farAway(14), 1, 14*4 - 1},
		"only full rows are judged": {Model{Levels: same(3, 4), Allowed: func(row []int) bool {
			return slices.Contains(row, Unset) || row[0]+row[1]+row[2]+row[3] == 8
		}}, 1, 4},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, NewCoverage(c.m, c.strength).Possible())
		})
	}
}

// farAway is a model in which level 0 of the first factor is impossible, because of the last two. A
// search that tries the factors between them one by one has 4^(n-3) ways to try.
func farAway(factors int) Model {
	return Model{Levels: same(4, factors), Allowed: func(row []int) bool {
		a, b := row[factors-2], row[factors-1]
		if a == Unset || b == Unset {
			return true
		}
		return a == b && row[0] != 0
	}}
}

func TestSearchGoesBackToTheCauseOfADeadEnd(t *testing.T) {
	m, calls := farAway(40), 0
	allowed := m.Allowed
	m.Allowed = func(row []int) bool { calls++; return allowed(row) }
	row := slices.Repeat([]int{Unset}, 40)
	row[0] = 0
	require.False(t, newSolver(m).complete(row, make([]int, 40)))
	require.Less(t, calls, 50_000)
}

func TestCarefulSearchContinuesWhereTheQuickOneGivesUp(t *testing.T) {
	m := farAway(40)
	row := slices.Repeat([]int{Unset}, 40)
	require.True(t, newSolver(m).complete(row, make([]int, 40)), "level 0 of the first factor, which is tried first, is a dead end")
	require.True(t, m.Allowed(row))
}

// Two or three levels and many forbidden pairs: dead ends at every depth, and about as many models
// with an allowed row as without.
func TestCarefulSearchFindsTheFewRowsOfTightModels(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	possible := 0
	const models = 1000
	for range models {
		m := Model{Levels: make([]int, 6)}
		for f := range m.Levels {
			m.Levels[f] = 2 + rng.IntN(2)
		}
		forbidden := make([][]int, 18+rng.IntN(10))
		for i := range forbidden {
			forbidden[i] = slices.Repeat([]int{Unset}, 6)
			for _, f := range rng.Perm(6)[:2] {
				forbidden[i][f] = rng.IntN(m.Levels[f])
			}
		}
		m.Allowed = func(row []int) bool {
			return !slices.ContainsFunc(forbidden, func(f []int) bool { return holds(row, f) })
		}
		exists := slices.ContainsFunc(product(m.Levels), m.Allowed)
		if exists {
			possible++
		}
		row := slices.Repeat([]int{Unset}, 6)
		require.Equal(t, exists, newSolver(m).careful(row, make([]int, 6)) == nil, "%v without %v", m.Levels, forbidden)
		require.Equal(t, exists, !slices.Contains(row, Unset) && m.Allowed(row))
	}
	require.Greater(t, possible, models/10)
	require.Less(t, possible, models*9/10)
}

func TestCarefulSearchAgreesWithTryingEveryRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		x := newSolver(m.Model)
		// One solver for all partial rows: what it remembers about one must hold for the others.
		for range 20 {
			row, near := make([]int, len(m.Levels)), make([]int, len(m.Levels))
			for f, l := range m.Levels {
				row[f] = rapid.IntRange(Unset, l-1).Draw(t, "level")
				near[f] = rapid.IntRange(0, l-1).Draw(t, "near")
			}
			if !m.allows(row) {
				continue
			}
			partial := slices.Clone(row)
			possible := slices.ContainsFunc(m.rows, func(r []int) bool { return holds(r, partial) })
			require.Equal(t, possible, x.careful(row, near) == nil)
			if possible {
				require.Contains(t, m.rows, row)
				require.True(t, holds(row, partial))
			} else {
				require.Equal(t, partial, row)
			}
		}
	})
}
