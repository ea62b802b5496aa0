package covering

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// Negative is the suite of rows with exactly one invalid level, so that no second fault masks the first (Fögen and Lichter).
// invalid[i] lists the invalid levels of factor i; all its others are valid. Each invalid level stands in every
// (strength-1)-way combination of valid levels of the other factors, as far as the model allows it there; at strength 1 it stands in
// one row. Rows are in greedy order of the strength-way tuples that hold an invalid level.
//
// Allowed is asked about rows that hold the invalid level. A constraint between valid levels must let pass any row in which one of
// its factors is invalid, or the invalid level is never tried where the constraint would speak; one that says that a row cannot be
// built at all refuses as ever. An invalid level that no allowed row holds next to valid ones is left out.
func Negative(m Model, invalid [][]int, strength int, seed uint64) [][]int {
	type ranked struct {
		row      []int
		gain, at int
	}
	var all []ranked
	v := validOnly(m, invalid)
	levels := 0
	for _, bad := range v.bad {
		levels += len(bad)
	}
	for f, bad := range v.bad {
		for _, l := range bad {
			sub := v.with(map[int]int{f: l})
			// The tuples of two invalid levels have nothing in common, so each level has an array of its own.
			rows, gains := sub.array(strength-1, mix(seed, f, l), effort/levels)
			for i, row := range rows {
				all = append(all, ranked{sub.widen(row), gains[i], i})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.gain, a.gain), cmp.Compare(a.at, b.at)) // the invalid levels take turns
	})
	rows := make([][]int, len(all))
	for i, r := range all {
		rows[i] = r.row
	}
	return rows
}

// Pairs is the suite of rows with exactly two invalid levels: one row for each pair of invalid levels of two factors, all else
// valid. It shows which refusal goes before which. Constraints apply as in Negative; a pair that no allowed row holds is left
// out. Rows are in order of the pair's factors and levels; the valid levels around vary with the seed.
func Pairs(m Model, invalid [][]int, seed uint64) [][]int {
	var rows [][]int
	v := validOnly(m, invalid)
	for f, bad := range v.bad {
		for _, l := range bad {
			for g := f + 1; g < len(v.bad); g++ {
				for _, k := range v.bad[g] {
					sub := v.with(map[int]int{f: l, g: k})
					if row := sub.any(mix(mix(seed, f, l), g, k)); row != nil {
						rows = append(rows, sub.widen(row))
					}
				}
			}
		}
	}
	return rows
}

// split is a model with the levels of each factor told apart.
type split struct {
	m         Model
	good, bad [][]int
}

func validOnly(m Model, invalid [][]int) split {
	v := split{m: m, good: make([][]int, len(m.Levels)), bad: make([][]int, len(m.Levels))}
	for f, levels := range m.Levels {
		for l := range levels {
			if f < len(invalid) && slices.Contains(invalid[f], l) {
				v.bad[f] = append(v.bad[f], l)
			} else {
				v.good[f] = append(v.good[f], l)
			}
		}
	}
	return v
}

// narrowed is the model of the valid levels of the factors that are not fixed.
type narrowed struct {
	model   Model
	factors []int   // of the whole model, by factor of this one
	levels  [][]int // likewise
	whole   []int   // the fixed levels; scratch for the rest
}

func (v split) with(fixed map[int]int) *narrowed {
	n := &narrowed{whole: make([]int, len(v.good))}
	for f, good := range v.good {
		if l, ok := fixed[f]; ok {
			n.whole[f] = l
			continue
		}
		n.factors = append(n.factors, f)
		n.levels = append(n.levels, good)
		n.model.Levels = append(n.model.Levels, len(good))
	}
	if v.m.Allowed != nil {
		n.model.Allowed = func(row []int) bool { return v.m.Allowed(n.fill(row)) }
	}
	return n
}

// fill is the row in terms of the whole model, in memory that the next call reuses.
func (n *narrowed) fill(row []int) []int {
	for i, f := range n.factors {
		n.whole[f] = Unset
		if row[i] >= 0 {
			n.whole[f] = n.levels[i][row[i]]
		}
	}
	return n.whole
}

func (n *narrowed) widen(row []int) []int { return slices.Clone(n.fill(row)) }

// array is that of this model; at strength 0 any one row.
func (n *narrowed) array(strength int, seed uint64, effort int) (rows [][]int, gains []int) {
	if strength > 0 && len(n.factors) > 0 {
		return array(n.model, strength, seed, nil, effort)
	}
	if row := n.any(seed); row != nil {
		return [][]int{row}, []int{1}
	}
	return nil, nil
}

// any is some allowed row of this model, or nil.
func (n *narrowed) any(seed uint64) []int {
	rng := rand.New(rand.NewPCG(seed, 0))
	row, near := make([]int, len(n.factors)), make([]int, len(n.factors))
	for i, l := range n.model.Levels {
		if l == 0 {
			return nil
		}
		row[i], near[i] = Unset, rng.IntN(l)
	}
	if !newSolver(n.model).complete(row, near) {
		return nil
	}
	return row
}

// mix derives a seed, so that suites for different levels do not repeat each other's contexts.
func mix(seed uint64, factor, level int) uint64 {
	return rand.NewPCG(seed, uint64(factor)<<32|uint64(level)).Uint64()
}
