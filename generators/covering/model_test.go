package covering

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"
)

// drawn is a small model together with all its allowed rows, found by trying every row.
type drawn struct {
	Model
	rows [][]int
}

func drawModel(t *rapid.T) drawn {
	levels := rapid.SliceOfN(rapid.IntRange(1, 4), 1, 5).Draw(t, "levels")
	forbidden := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) []int {
		row := slices.Repeat([]int{Unset}, len(levels))
		for range rapid.IntRange(1, min(3, len(levels))).Draw(t, "size") {
			f := rapid.IntRange(0, len(levels)-1).Draw(t, "factor")
			row[f] = rapid.IntRange(0, levels[f]-1).Draw(t, "level")
		}
		return row
	}), 0, 12).Draw(t, "forbidden")
	late := rapid.Bool().Draw(t, "judges full rows only")

	m := drawn{Model: Model{Levels: levels}}
	if len(forbidden) > 0 {
		m.Allowed = func(row []int) bool {
			if late && slices.Contains(row, Unset) {
				return true
			}
			return !slices.ContainsFunc(forbidden, func(f []int) bool { return holds(row, f) })
		}
	}
	for _, row := range product(levels) {
		if m.allows(row) {
			m.rows = append(m.rows, row)
		}
	}
	return m
}

// holds reports whether a row has all the levels that are set in a tuple.
func holds(row, tuple []int) bool {
	for f, l := range tuple {
		if l != Unset && row[f] != l {
			return false
		}
	}
	return true
}

// product lists every row.
func product(levels []int) [][]int {
	rows := [][]int{{}}
	for _, l := range levels {
		var longer [][]int
		for _, row := range rows {
			for v := range l {
				longer = append(longer, append(slices.Clone(row), v))
			}
		}
		rows = longer
	}
	return rows
}

// tuplesOf returns the set of t-tuples that the rows hold, written as partial rows.
func tuplesOf(rows [][]int, t int) map[string]bool {
	set := map[string]bool{}
	for _, row := range rows {
		addTuples(set, row, slices.Repeat([]int{Unset}, len(row)), 0, t)
	}
	return set
}

func addTuples(set map[string]bool, row, tuple []int, from, t int) {
	if t == 0 {
		set[fmt.Sprint(tuple)] = true
		return
	}
	for f := from; f <= len(row)-t; f++ {
		if row[f] == Unset {
			continue
		}
		tuple[f] = row[f]
		addTuples(set, row, tuple, f+1, t-1)
		tuple[f] = Unset
	}
}

func same(levels, factors int) []int { return slices.Repeat([]int{levels}, factors) }

// constrained is a model of realistic size: 12 factors, and rules that make some of them depend on
// others.
func constrained() Model {
	return Model{Levels: []int{8, 8, 6, 6, 5, 5, 4, 4, 4, 3, 3, 2}, Allowed: func(r []int) bool {
		set := func(f int) bool { return r[f] != Unset }
		switch {
		case r[0] == 0 && set(2) && r[2] != 0: // nothing to choose without it
			return false
		case r[2] == 0 && set(3) && r[3] > 2:
			return false
		case r[1] >= 5 && r[4] == 4:
			return false
		case r[3] == 1 && r[5] == 1 && r[6] == 1:
			return false
		case set(7) && set(8) && r[7]+r[8] > 5:
			return false
		case r[9] == 2 && set(10) && r[10] == 0:
			return false
		case r[10] == 1 && r[11] == 1 && r[0] == 3:
			return false
		}
		return true
	}}
}
