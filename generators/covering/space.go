package covering

// space numbers the t-tuples of a model. A tuple is a combination of t factors with a level for
// each. Its rank is the base of the combination plus each level times its stride. Bases are
// multiples of 64, so that two combinations share no word of a bitset.
type space struct {
	levels []int
	t      int
	bases  []int  // of each combination
	parts  []part // t for each combination, in its order
	size   int    // greater than every rank
	views  []view // of each factor
}

type part struct{ factor, stride int }

// view is the space as seen from one factor: the combinations that contain it.
type view struct {
	bases   []int
	strides []int  // of the factor, in each combination
	others  []part // the t-1 other factors of each combination
}

// newSpace clamps t to 1 and the number of factors. A model with no factor, or a factor with no
// level, has no tuples.
func newSpace(levels []int, t int) *space {
	n := len(levels)
	s := &space{levels: levels, t: min(max(t, 1), n), views: make([]view, n)}
	for _, l := range levels {
		if l < 1 {
			return s
		}
	}
	if n == 0 {
		return s
	}
	combo := make([]int, s.t)
	for i := range combo {
		combo[i] = i
	}
	for ; combo != nil; combo = nextCombo(combo, n) {
		s.add(combo)
	}
	return s
}

// nextCombo changes a combination of n factors to the next one. It returns nil after the last one.
func nextCombo(combo []int, n int) []int {
	t := len(combo)
	i := t - 1
	for i >= 0 && combo[i] == n-t+i {
		i--
	}
	if i < 0 {
		return nil
	}
	combo[i]++
	for j := i + 1; j < t; j++ {
		combo[j] = combo[j-1] + 1
	}
	return combo
}

// add appends a combination of factors.
func (s *space) add(combo []int) {
	from := len(s.parts)
	s.bases = append(s.bases, s.size)
	s.parts = append(s.parts, make([]part, s.t)...)
	parts, stride := s.parts[from:], 1
	for i := s.t - 1; i >= 0; i-- {
		parts[i] = part{combo[i], stride}
		stride *= s.levels[combo[i]]
	}
	for i, p := range parts {
		v := &s.views[p.factor]
		v.bases = append(v.bases, s.size)
		v.strides = append(v.strides, p.stride)
		v.others = append(v.others, parts[:i]...)
		v.others = append(v.others, parts[i+1:]...)
	}
	s.size += (stride + 63) / 64 * 64
}

// combo returns the parts of a combination.
func (s *space) combo(c int) []part { return s.parts[c*s.t : (c+1)*s.t] }

// count returns the number of tuples of a combination.
func (s *space) count(c int) int {
	first := s.combo(c)[0]
	return first.stride * s.levels[first.factor]
}

// rank returns the rank of the tuple of a combination that a row holds, or -1 if one of its factors
// is unset.
func (s *space) rank(c int, row []int) int {
	r := s.bases[c]
	for _, p := range s.combo(c) {
		l := row[p.factor]
		if l < 0 {
			return -1
		}
		r += l * p.stride
	}
	return r
}

// put sets the levels of the tuple with that rank in a row.
func (s *space) put(c, rank int, row []int) {
	rest := rank - s.bases[c]
	for _, p := range s.combo(c) {
		row[p.factor] = rest / p.stride
		rest %= p.stride
	}
}

// gain returns how many tuples of the set a row holds.
func (s *space) gain(set bitset, row []int) int {
	n := 0
	for c := range s.bases {
		if r := s.rank(c, row); r >= 0 && set.has(r) {
			n++
		}
	}
	return n
}

// gains counts, for each level of a factor, the tuples of the set that contain the factor and that
// the row would hold with that level. It stores the counts in into.
func (s *space) gains(set bitset, row []int, factor int, into []int) []int {
	into = into[:s.levels[factor]]
	clear(into)
	v, t := &s.views[factor], s.t-1
next:
	for i, r := range v.bases {
		for _, p := range v.others[i*t : i*t+t] {
			l := row[p.factor]
			if l < 0 {
				continue next
			}
			r += l * p.stride
		}
		stride := v.strides[i]
		for l := range into {
			into[l] += int(set[uint(r)/64] >> (uint(r) % 64) & 1)
			r += stride
		}
	}
	return into
}

// feasible returns the set of tuples that some allowed row holds.
func (s *space) feasible(x *solver) bitset {
	set := newBitset(s.size)
	n := len(s.levels)
	row, near := make([]int, n), make([]int, n)
	for c := range s.bases {
		for r, end := s.bases[c], s.bases[c]+s.count(c); r < end; r++ {
			if set.has(r) {
				continue
			}
			if x.m.Allowed == nil {
				set.set(r)
				continue
			}
			for i := range row {
				row[i] = Unset
			}
			s.put(c, r, row)
			if !x.complete(row, near) {
				continue
			}
			copy(near, row)
			// The other tuples of that row are feasible too, which spares most searches.
			for c := range s.bases {
				set.set(s.rank(c, row))
			}
		}
	}
	return set
}
