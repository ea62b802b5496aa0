package covering

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func drawInvalid(t *rapid.T, m drawn) [][]int {
	invalid := make([][]int, len(m.Levels))
	for f, levels := range m.Levels {
		for l := range levels {
			if rapid.Bool().Draw(t, fmt.Sprintf("factor %d level %d is invalid", f, l)) {
				invalid[f] = append(invalid[f], l)
			}
		}
	}
	return invalid
}

// invalidIn is the partial row of the invalid levels that a row holds.
func invalidIn(row []int, invalid [][]int) (tuple []int, n int) {
	tuple = slices.Repeat([]int{Unset}, len(row))
	for f, l := range row {
		if slices.Contains(invalid[f], l) {
			tuple[f] = l
			n++
		}
	}
	return tuple, n
}

func TestNegativePutsEachInvalidLevelInEveryValidContext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		invalid := drawInvalid(t, m)
		strength := rapid.IntRange(1, 4).Draw(t, "strength")
		seed := rapid.Uint64().Draw(t, "seed")
		rows := Negative(m.Model, invalid, strength, seed)
		require.Equal(t, rows, Negative(m.Model, invalid, strength, seed))

		for _, row := range rows {
			require.Contains(t, m.rows, row)
			_, n := invalidIn(row, invalid)
			require.Equal(t, 1, n, "%v", row)
		}
		strength = min(strength, len(m.Levels))
		require.Equal(t, negativeTuples(m.rows, invalid, strength), negativeTuples(rows, invalid, strength))
	})
}

// negativeTuples is the set of tuples with an invalid level, of the rows that have exactly one.
func negativeTuples(rows [][]int, invalid [][]int, strength int) map[string]bool {
	set := map[string]bool{}
	for _, row := range rows {
		bad, n := invalidIn(row, invalid)
		if n != 1 {
			continue
		}
		rest := slices.Clone(row)
		for f, l := range bad {
			if l != Unset {
				rest[f] = Unset
			}
		}
		contexts := map[string]bool{}
		addTuples(contexts, rest, slices.Repeat([]int{Unset}, len(row)), 0, strength-1)
		for context := range contexts {
			set[fmt.Sprint(bad, context)] = true
		}
	}
	return set
}

func TestNegativeIsInGreedyOrder(t *testing.T) {
	invalid := [][]int{{7}, {6, 7}, {5}, nil, {4}, nil, {3}, nil, nil, {2}, nil, nil}
	rows := Negative(constrained(), invalid, 3, 1)
	set, last := map[string]bool{}, 1<<30
	for _, row := range rows {
		before := len(set)
		for tuple := range negativeTuples([][]int{row}, invalid, 3) {
			set[tuple] = true
		}
		gain := len(set) - before
		require.Positive(t, gain)
		require.LessOrEqual(t, gain, last)
		last = gain
	}
	first, _ := invalidIn(rows[0], invalid)
	second, _ := invalidIn(rows[1], invalid)
	require.NotEqual(t, first, second, "every invalid level has its turn early")
}

func TestPairsHoldsEveryPairOfInvalidLevelsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		invalid := drawInvalid(t, m)
		seed := rapid.Uint64().Draw(t, "seed")
		rows := Pairs(m.Model, invalid, seed)
		require.Equal(t, rows, Pairs(m.Model, invalid, seed))

		want := map[string]int{}
		for _, row := range m.rows {
			if pair, n := invalidIn(row, invalid); n == 2 {
				want[fmt.Sprint(pair)] = 1
			}
		}
		got := map[string]int{}
		for _, row := range rows {
			require.Contains(t, m.rows, row)
			pair, n := invalidIn(row, invalid)
			require.Equal(t, 2, n, "%v", row)
			got[fmt.Sprint(pair)]++
		}
		require.Equal(t, want, got)
	})
}

func TestNegativeAtTheEdges(t *testing.T) {
	m := Model{Levels: []int{3, 2, 2}}
	require.Empty(t, Negative(m, nil, 3, 1), "nothing is invalid")
	require.Empty(t, Pairs(m, nil, 1))
	require.Equal(t, [][]int{{2}}, Negative(Model{Levels: []int{3}}, [][]int{{2}}, 3, 1), "a context of nothing")
	require.Len(t, Negative(m, [][]int{{2}, {0, 1}}, 1, 1), 2, "with no valid level of the second factor, only its own can stand alone")
	require.Len(t, Negative(m, [][]int{{2}}, 3, 1), 4)
	require.Len(t, Pairs(m, [][]int{{1, 2}, {1}, {1}}, 1), 2+2+1)
}
