package covering

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestLedgerCountsDistinctFeasibleTuples(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		strength := rapid.IntRange(1, 4).Draw(t, "strength")
		ledger := NewCoverage(m.Model, strength)
		strength = min(strength, len(m.Levels))
		feasible := tuplesOf(m.rows, strength)
		require.Equal(t, len(feasible), ledger.Possible())

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
			require.Equal(t, reached-ledger.Reached(), ledger.Add(row))
			require.Equal(t, reached, ledger.Reached())
		}
	})
}

func TestLedgerTakesStrangeRows(t *testing.T) {
	ledger := NewCoverage(Model{Levels: []int{2, 2, 2}}, 2)
	require.Equal(t, 12, ledger.Possible())
	for _, c := range []struct {
		row []int
		new int
	}{
		{nil, 0},
		{[]int{0, 2}, 0}, // not to be taken for another tuple
		{[]int{0, 1}, 1},
		{[]int{0, 1, 7}, 0},
		{[]int{-5, 0, 1}, 1},
		{[]int{0, 1, 0, 9, 9}, 2},
		{[]int{0, 1, 0}, 0},
	} {
		require.Equal(t, c.new, ledger.Add(c.row), "%v", c.row)
	}
	require.Equal(t, 4, ledger.Reached())
}

func TestArrayReachesItsLedger(t *testing.T) {
	for strength := 1; strength <= 3; strength++ {
		ledger, last := NewCoverage(constrained(), strength), 1<<30
		for _, row := range Array(constrained(), strength, 1) {
			gain := ledger.Add(row)
			require.LessOrEqual(t, gain, last)
			last = gain
		}
		require.Equal(t, ledger.Possible(), ledger.Reached())
	}
}
