package covering

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestArrayHoldsEveryTupleThatAnAllowedRowHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		strength := rapid.IntRange(1, 6).Draw(t, "strength")
		rows := Array(m.Model, strength, rapid.Uint64().Draw(t, "seed"))
		for _, row := range rows {
			require.Contains(t, m.rows, row, "a row that is not allowed")
		}
		effective := min(strength, len(m.Levels))
		require.Equal(t, tuplesOf(m.rows, effective), tuplesOf(rows, effective))
	})
}

func TestArrayIsDeterministic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, strength, seed := drawModel(t), rapid.IntRange(1, 3).Draw(t, "strength"), rapid.Uint64().Draw(t, "seed")
		require.Equal(t, Array(m.Model, strength, seed), Array(m.Model, strength, seed))
	})
	require.Equal(t, Array(constrained(), 2, 7), Array(constrained(), 2, 7))
	require.NotEqual(t, Array(constrained(), 2, 7), Array(constrained(), 2, 8), "the seed matters")
}

// The rows must be the same on every machine and in every later version. Otherwise a run cannot be
// repeated by its seed.
func TestArrayIsTheSameEverywhere(t *testing.T) {
	require.Equal(t, [][]int{
		{0, 0, 1}, {0, 1, 0}, {1, 1, 1}, {1, 0, 0}, {2, 0, 0}, {2, 1, 1},
	}, Array(Model{Levels: []int{3, 2, 2}}, 2, 1))
}

func TestEachRowAddsAsManyTuplesAsAnyLaterOneWould(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		strength := rapid.IntRange(1, 3).Draw(t, "strength")
		rows := Array(m.Model, strength, rapid.Uint64().Draw(t, "seed"))
		strength = min(strength, len(m.Levels))
		before := 0
		for i := range rows {
			now := len(tuplesOf(rows[:i+1], strength))
			require.Greater(t, now, before, "row %d adds nothing", i)
			for j := i + 1; j < len(rows); j++ {
				instead := append(slices.Clone(rows[:i]), rows[j])
				require.LessOrEqual(t, len(tuplesOf(instead, strength)), now, "row %d is better than row %d", j, i)
			}
			before = now
		}
	})
}

func TestMoreEffortNeverGivesALargerArray(t *testing.T) {
	smaller := 0
	for seed := range uint64(10) {
		m := Model{Levels: same(4, 6)}
		one := array(m, 2, seed, 0)
		best := array(m, 2, seed, effort)
		require.LessOrEqual(t, len(best), len(one))
		if len(best) < len(one) {
			smaller++
		}
	}
	require.Positive(t, smaller)
}

func TestArrayAtTheEdges(t *testing.T) {
	for name, c := range map[string]struct {
		m        Model
		strength int
		rows     int
	}{
		"no factors":                      {Model{}, 2, 0},
		"a factor without levels":         {Model{Levels: []int{2, 0, 2}}, 2, 0},
		"nothing allowed":                 {Model{Levels: []int{2, 2}, Allowed: func([]int) bool { return false }}, 2, 0},
		"one factor":                      {Model{Levels: []int{5}}, 3, 5},
		"strength below 1 is 1":           {Model{Levels: []int{3, 2}}, 0, 3},
		"strength beyond the factors":     {Model{Levels: []int{3, 2}}, 6, 6},
		"more levels than bits in a word": {Model{Levels: []int{70, 3}}, 2, 210},
		"more factors than bits in a word": {
			Model{Levels: same(1, 70)}, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			require.Len(t, Array(c.m, c.strength, 1), c.rows)
		})
	}
}
