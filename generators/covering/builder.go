package covering

import "math/rand/v2"

// builder makes rows one at a time until no tuple is missing.
type builder struct {
	s       *space
	x       *solver
	rng     *rand.Rand
	missing bitset
	left    int     // members of missing
	combos  []int   // missing tuples of each combination
	weight  [][]int // missing tuples that hold a level, by factor and level

	row     []int // the candidate being made
	witness []int // an allowed row that holds it
	order   []int // the order in which its factors are visited
	scratch []int
	sums    []int // scratch, by level
}

func newBuilder(s *space, x *solver, feasible bitset, total int, rng *rand.Rand) *builder {
	n := len(s.levels)
	b := &builder{s: s, x: x, rng: rng, missing: append(bitset(nil), feasible...), left: total,
		combos: make([]int, len(s.bases)), weight: make([][]int, n),
		row: make([]int, n), witness: make([]int, n), scratch: make([]int, n), order: make([]int, n)}
	most := 0
	for f, l := range s.levels {
		b.weight[f] = make([]int, l)
		most = max(most, l)
	}
	b.sums = make([]int, most)
	for c := range s.bases {
		end := s.bases[c] + s.count(c)
		for r := b.missing.next(s.bases[c], end); r >= 0; r = b.missing.next(r+1, end) {
			b.combos[c]++
			s.put(c, r, b.row)
			for _, p := range s.combo(c) {
				b.weight[p.factor][b.row[p.factor]]++
			}
		}
	}
	return b
}

// build makes the rows. It ends early once stopped returns true.
func (b *builder) build(candidates int, stopped func() bool) [][]int {
	var rows [][]int
	best := make([]int, len(b.row))
	last := len(b.s.bases)
	for b.left > 0 && !stopped() {
		most := 0
		for range candidates {
			b.start()
			b.fill()
			b.improve()
			if gain := b.s.gain(b.missing, b.row); gain > most {
				most = gain
				copy(best, b.row)
			}
			if most >= last { // good enough, for rows get worse as the array grows
				break
			}
		}
		last = most
		rows = append(rows, b.take(best))
	}
	return rows
}

// start sets the row to a missing tuple of a combination that misses the most tuples.
func (b *builder) start() {
	most, c, ties := 0, 0, 0
	for i, n := range b.combos {
		switch {
		case n > most:
			most, c, ties = n, i, 1
		case n == most:
			if ties++; b.rng.IntN(ties) == 0 {
				c = i
			}
		}
	}
	from, end := b.s.bases[c], b.s.bases[c]+b.s.count(c)
	r := b.missing.next(from+b.rng.IntN(end-from), end)
	if r < 0 {
		r = b.missing.next(from, end)
	}
	for f := range b.row {
		b.row[f] = Unset
	}
	b.s.put(c, r, b.row)
	b.findWitness()
}

// findWitness looks for an allowed row that holds the levels of this one.
func (b *builder) findWitness() {
	for f, l := range b.s.levels {
		b.witness[f] = b.rng.IntN(l)
	}
	copy(b.scratch, b.row)
	b.x.complete(b.scratch, b.witness)
	copy(b.witness, b.scratch)
}

// fill sets the unset factors in random order, each to the level that adds the most missing tuples
// and that some allowed row holds together with the levels that are set.
func (b *builder) fill() {
	for i := range b.order {
		b.order[i] = i
	}
	b.rng.Shuffle(len(b.order), func(i, j int) { b.order[i], b.order[j] = b.order[j], b.order[i] })
	for _, f := range b.order {
		if b.row[f] >= 0 {
			continue
		}
		sums := b.s.gains(b.missing, b.row, f, b.sums)
		for {
			l := b.best(f, sums)
			if b.possible(f, l) {
				break
			}
			sums[l] = -1
		}
	}
}

// best returns the level with the largest sum. Among several it is the level that the most missing
// tuples hold.
func (b *builder) best(f int, sums []int) int {
	best, ties := -1, 0
	for l, n := range sums {
		switch {
		case n < 0:
		case best < 0 || n > sums[best] || n == sums[best] && b.weight[f][l] > b.weight[f][best]:
			best, ties = l, 1
		case n == sums[best] && b.weight[f][l] == b.weight[f][best]:
			if ties++; b.rng.IntN(ties) == 0 {
				best = l
			}
		}
	}
	return best
}

// possible sets a factor of the row to a level if the row can still be completed with it. It keeps
// the witness in step with the row.
func (b *builder) possible(f, l int) bool {
	b.row[f] = l
	if b.witness[f] == l {
		return true
	}
	copy(b.scratch, b.row)
	if !b.x.complete(b.scratch, b.witness) {
		b.row[f] = Unset
		return false
	}
	copy(b.witness, b.scratch)
	return true
}

// improve changes single levels of the full row as long as that adds missing tuples.
func (b *builder) improve() {
	n := len(b.row)
	for i, same := 0, 0; same < n; i, same = (i+1)%n, same+1 {
		f := b.order[i]
		had := b.row[f]
		sums := b.s.gains(b.missing, b.row, f, b.sums)
		for {
			l := b.best(f, sums)
			if sums[l] <= sums[had] {
				b.row[f] = had
				break
			}
			b.row[f] = l
			if b.x.m.allows(b.row) {
				same = 0
				break
			}
			sums[l] = -1
		}
	}
}

// take copies a row and removes its tuples from the missing ones.
func (b *builder) take(row []int) []int {
	for c := range b.s.bases {
		r := b.s.rank(c, row)
		if !b.missing.has(r) {
			continue
		}
		b.missing.clear(r)
		b.left--
		b.combos[c]--
		for _, p := range b.s.combo(c) {
			b.weight[p.factor][row[p.factor]]--
		}
	}
	return append([]int(nil), row...)
}
