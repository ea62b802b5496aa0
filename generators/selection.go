package generators

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// selection is the part of a model that vectors with some pinned classes are drawn from.
type selection struct {
	m         *Model
	pinned    Pinned
	allowed   [][]int // the classes that each factor may have
	forbidden conjunctions
}

// selection returns the selection in which a factor has its pinned classes, or else every valid
// one.
func (m *Model) selection(pinned Pinned) (selection, error) {
	s := selection{m: m, pinned: pinned, allowed: make([][]int, len(m.Factors)), forbidden: byLastFactor(m, pinned)}
	for f, factor := range m.Factors {
		names, isPinned := pinned[factor.Name]
		for c, class := range factor.Classes {
			if isPinned && slices.Contains(names, class.Name) || !isPinned && class.Kind == Valid {
				s.allowed[f] = append(s.allowed[f], c)
			}
		}
		if len(s.allowed[f]) == 0 {
			return selection{}, fmt.Errorf("no %s is %s: %w", factor.Name, strings.Join(names, " or "), ErrNoSuchCase)
		}
	}
	for name := range pinned {
		if m.Index(name) < 0 {
			return selection{}, fmt.Errorf("no factor %s: %w", name, ErrNoSuchCase)
		}
	}
	return s, nil
}

// keep removes the classes of a factor that keep does not report.
func (s selection) keep(factor int, keep func(class int) bool) {
	s.allowed[factor] = slices.DeleteFunc(s.allowed[factor], func(class int) bool { return !keep(class) })
}

// vectors generates the vectors of the selection. It wraps ErrNoSuchCase if there is none.
func (s selection) vectors() (*rapid.Generator[Vector], error) {
	if !s.forbidden.completes(slices.Repeat([]int{-1}, len(s.allowed)), s.allowed, 0) {
		return nil, fmt.Errorf("no case has %s: %w", s.pinned, ErrNoSuchCase)
	}
	rows := s.rows()
	return rapid.Custom(func(t *rapid.T) Vector { return s.m.Draw(t, rows.Draw(t, "row")) }), nil
}

// rows generates rows factor by factor. A class is a candidate if the rest of the row can still be
// completed with it.
func (s selection) rows() *rapid.Generator[[]int] {
	every := make([]*rapid.Generator[int], len(s.allowed)) // for the common case that each class is a candidate
	for f, classes := range s.allowed {
		every[f] = rapid.SampledFrom(classes)
	}
	return rapid.Custom(func(t *rapid.T) []int {
		row := slices.Repeat([]int{-1}, len(s.allowed))
		for f := range row {
			candidates := make([]int, 0, len(s.allowed[f]))
			for _, c := range s.allowed[f] {
				if row[f] = c; !s.forbidden.hold(row, f) && s.forbidden.completes(row, s.allowed, f+1) {
					candidates = append(candidates, c)
				}
			}
			class := every[f]
			if len(candidates) < len(s.allowed[f]) {
				class = rapid.SampledFrom(candidates)
			}
			row[f] = class.Draw(t, s.m.Factors[f].Name)
		}
		return row
	})
}

// conjunctions holds the forbidden conjunctions by their last factor. Where a row is set from front
// to back, a conjunction can only come to hold when its last factor is set.
type conjunctions [][][]choice

// byLastFactor returns the forbidden conjunctions, except for those whose factors are all pinned: a
// scenario that pins them asks for just that.
func byLastFactor(m *Model, pinned Pinned) conjunctions {
	cs := make(conjunctions, len(m.Factors))
	for _, conjunction := range m.forbidden {
		last, allPinned := 0, true
		for _, c := range conjunction {
			_, isPinned := pinned[m.Factors[c.factor].Name]
			last, allPinned = max(last, c.factor), allPinned && isPinned
		}
		if !allPinned {
			cs[last] = append(cs[last], conjunction)
		}
	}
	return cs
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
