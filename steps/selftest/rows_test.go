package selftest_test

import (
	"iter"
	"slices"

	"github.com/cbspec/cbspec/generators"
)

// comparedRows yields the rows to compare.
func comparedRows(m *generators.Model) iter.Seq[[]int] {
	everyNthWay := 48
	if *everyCase {
		everyNthWay = 3
	}
	return func(yield func([]int) bool) {
		way := 0 // the ways to send a row are consecutive
		for row := range product(m, valid(m), m.Allowed) {
			if !yield(row) {
				return
			}
			way++
			n := 0
			for other := range neighbours(m, row) {
				if n++; (way+n)%everyNthWay == 0 && !yield(other) {
					return
				}
			}
		}
		for row := range product(m, deciding(m), disksMatter(m)) {
			if (*everyCase || chosenState(m, row)) && !yield(row) {
				return
			}
		}
	}
}

// chosenState reports whether the instance accepts backups, or is in the one other state that is
// chosen for the rest of the row. The choice goes through all seven states and takes a quarter of
// the rows.
func chosenState(m *generators.Model, row []int) bool {
	states := map[int]int{m.Index(generators.Status): 1, m.Index(generators.Today): 2, m.Index(generators.Last): 4}
	state, rest := 0, 0
	for f, class := range row {
		if bit, is := states[f]; is && m.Factors[f].Classes[class].Kind == generators.Invalid {
			state += bit
		} else if !is {
			rest += class * (2*f + 1)
		}
	}
	return state == 0 || state == 1+rest%28
}

// valid lists the valid classes of each factor.
func valid(m *generators.Model) [][]int {
	return classes(m, func(_ generators.Factor, _ int, c generators.Class) bool { return c.Kind == generators.Valid })
}

// deciding lists every class of the factors that decide together, one accepting and one refusing
// class of each state of the instance, and the baseline of the other factors.
func deciding(m *generators.Model) [][]int {
	return classes(m, func(f generators.Factor, i int, c generators.Class) bool {
		switch f.Name {
		case generators.Engine, generators.Databases, generators.Storage, generators.Method,
			generators.Strategy, generators.DBName, generators.Type:
			return true
		case generators.Status, generators.Last:
			return i == 0 || c.Kind == generators.Invalid && f.Classes[i-1].Kind != generators.Invalid
		case generators.Today:
			return i == 1 || i == len(f.Classes)-1
		}
		return i == 0
	})
}

// disksMatter allows only the baseline of the disk, except for snapshots.
func disksMatter(m *generators.Model) func(row []int) bool {
	disk, method := m.Index(generators.Storage), m.Index(generators.Method)
	snapshot := m.Class(generators.Method, "Snapshot")
	return func(row []int) bool { return disk < 0 || row[disk] <= 0 || row[method] < 0 || row[method] == snapshot }
}

func classes(m *generators.Model, in func(generators.Factor, int, generators.Class) bool) [][]int {
	list := make([][]int, len(m.Factors))
	for f, factor := range m.Factors {
		for i, c := range factor.Classes {
			if in(factor, i, c) {
				list[f] = append(list[f], i)
			}
		}
	}
	return list
}

// product yields the rows of these classes. It leaves out rows as soon as what is set of them is
// not allowed; -1 is not set.
func product(m *generators.Model, classes [][]int, allowed func([]int) bool) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		row := slices.Repeat([]int{-1}, len(m.Factors))
		var from func(f int) bool
		from = func(f int) bool {
			if !allowed(row) {
				return true
			}
			if f == len(row) {
				return yield(row)
			}
			defer func() { row[f] = -1 }()
			for _, c := range classes[f] {
				row[f] = c
				if !from(f + 1) {
					return false
				}
			}
			return true
		}
		from(0)
	}
}

// neighbours yields the rows that differ from a valid one in one class and are not valid.
func neighbours(m *generators.Model, row []int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		other := slices.Clone(row)
		for f, factor := range m.Factors {
			for i, c := range factor.Classes {
				other[f] = i
				if (c.Kind != generators.Valid || !m.Allowed(other)) && !yield(other) {
					return
				}
			}
			other[f] = row[f]
		}
	}
}

// samples is how many values of each class are used. The document treats them alike.
const samples = 4

// sampled draws values of every class of every factor.
func sampled(m *generators.Model) [][][]string {
	values := make([][][]string, len(m.Factors))
	for f, factor := range m.Factors {
		for _, c := range factor.Classes {
			drawn := []string{c.Name}
			if c.Value != nil {
				drawn = nil
				for i := range samples {
					drawn = append(drawn, generators.DrawNth(c.Value, 1, factor.Name+c.Name, i))
				}
			}
			values[f] = append(values[f], drawn)
		}
	}
	return values
}

// vector gives a row values, which differ from row to row.
func vector(values [][][]string, row []int) generators.Vector {
	p := generators.Vector{Classes: row, Values: make([]string, len(row))}
	var n uint
	for f, c := range row {
		n = n*31 + uint(c)
		drawn := values[f][c]
		p.Values[f] = drawn[n%uint(len(drawn))]
	}
	return p
}
