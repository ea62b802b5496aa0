package covering

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCoverageCountsDistinctFeasibleTuples(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		strength := rapid.IntRange(1, 4).Draw(t, "strength")
		coverage := NewCoverage(m.Model, strength)
		strength = min(strength, len(m.Levels))
		feasible := tuplesOf(m.rows, strength)
		require.Equal(t, len(feasible), coverage.Possible())

		var rows [][]int
		for range 8 {
			row := make([]int, len(m.Levels))
			for f, l := range m.Levels {
				row[f] = rapid.IntRange(Unset, l-1).Draw(t, "level")
			}
			rows = append(rows, row)
			reached := 0
			for tuple := range tuplesOf(rows, strength) {
				if feasible[tuple] {
					reached++
				}
			}
			require.Equal(t, reached-coverage.Reached(), coverage.Add(row))
			require.Equal(t, reached, coverage.Reached())
		}
	})
}

func TestCoverageIgnoresWhatTheModelDoesNotHave(t *testing.T) {
	coverage := NewCoverage(Model{Levels: []int{2, 2, 2}}, 2)
	require.Equal(t, 12, coverage.Possible())
	for _, c := range []struct {
		row   []int
		added int
	}{
		{nil, 0},
		{[]int{0, 2}, 0}, // must not count as another tuple
		{[]int{0, 1}, 1},
		{[]int{0, 1, 7}, 0},
		{[]int{-5, 0, 1}, 1},
		{[]int{0, 1, 0, 9, 9}, 2},
		{[]int{0, 1, 0}, 0},
	} {
		require.Equal(t, c.added, coverage.Add(c.row), "%v", c.row)
	}
	require.Equal(t, 4, coverage.Reached())
}

func TestArrayReachesEveryTuple(t *testing.T) {
	for strength := 1; strength <= 3; strength++ {
		coverage, last := NewCoverage(constrained(), strength), 1<<30
		for _, row := range Array(constrained(), strength, 1) {
			gain := coverage.Add(row)
			require.LessOrEqual(t, gain, last)
			last = gain
		}
		require.Equal(t, coverage.Possible(), coverage.Reached())
	}
}
