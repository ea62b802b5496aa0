package generators

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"
)

// generator generates vectors whose factors have the allowed classes. It wraps ErrNoSuchCase if
// there is none.
func (m *Model) generator(allowed [][]int, pinned Pinned) (*rapid.Generator[Vector], error) {
	if !m.constraints(pinned).completes(slices.Repeat([]int{-1}, len(m.Factors)), allowed, 0) {
		return nil, fmt.Errorf("no case has %s: %w", pinned, ErrNoSuchCase)
	}
	rows := m.row(allowed, pinned)
	return rapid.Custom(func(t *rapid.T) Vector { return m.Draw(t, rows.Draw(t, "row")) }), nil
}

// row generates rows factor by factor. A class is a candidate if the rest of the row can still be
// completed with it.
func (m *Model) row(allowed [][]int, pinned Pinned) *rapid.Generator[[]int] {
	forbidden := m.constraints(pinned)
	every := make([]*rapid.Generator[int], len(allowed)) // for the common case that each class is a candidate
	for f, classes := range allowed {
		every[f] = rapid.SampledFrom(classes)
	}
	return rapid.Custom(func(t *rapid.T) []int {
		row := slices.Repeat([]int{-1}, len(m.Factors))
		for f := range row {
			candidates := make([]int, 0, len(allowed[f]))
			for _, c := range allowed[f] {
				if row[f] = c; !forbidden.hold(row, f) && forbidden.completes(row, allowed, f+1) {
					candidates = append(candidates, c)
				}
			}
			class := every[f]
			if len(candidates) < len(allowed[f]) {
				class = rapid.SampledFrom(candidates)
			}
			row[f] = class.Draw(t, m.Factors[f].Name)
		}
		return row
	})
}

// conjunctions holds the forbidden conjunctions by their last factor. Where a row is set from front
// to back, a conjunction can only come to hold when its last factor is set.
type conjunctions [][][]choice

// constraints returns the forbidden conjunctions, except for those whose factors are all pinned: a
// scenario that pins them asks for just that.
func (m *Model) constraints(pinned Pinned) conjunctions {
	byLast := make(conjunctions, len(m.Factors))
	for _, conjunction := range m.forbidden {
		last, allPinned := 0, true
		for _, c := range conjunction {
			_, isPinned := pinned[m.Factors[c.factor].Name]
			last, allPinned = max(last, c.factor), allPinned && isPinned
		}
		if !allPinned {
			byLast[last] = append(byLast[last], conjunction)
		}
	}
	return byLast
}

// hold reports whether a row that is set up to factor f holds a conjunction whose last factor is f.
func (cs conjunctions) hold(row []int, f int) bool {
	for _, conjunction := range cs[f] {
		if holds(conjunction, row) {
			return true
		}
	}
	return false
}

// completes reports whether a row that holds nothing forbidden still can after its factors from f
// on are set.
func (cs conjunctions) completes(row []int, allowed [][]int, f int) bool {
	if f == len(row) {
		return true
	}
	defer func() { row[f] = -1 }()
	for _, c := range allowed[f] {
		row[f] = c
		if !cs.hold(row, f) && cs.completes(row, allowed, f+1) {
			return true
		}
	}
	return false
}
