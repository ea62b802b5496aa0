package covering

// order puts rows so that each adds as many tuples as any of those after it would in its place, and leaves out those that add none.
// The first fixed rows stay where they are. It says how many tuples each row adds.
//
// A row's gain only ever falls as others go before it, so a gain computed earlier is an upper bound, and only the rows that
// may be the best are counted again.
func (s *space) order(feasible bitset, rows [][]int, fixed int) (ordered [][]int, gains []int) {
	missing := append(bitset(nil), feasible...)
	take := func(row []int, gain int) {
		for c := range s.bases {
			missing.clear(s.rank(c, row))
		}
		ordered, gains = append(ordered, row), append(gains, gain)
	}
	for _, row := range rows[:fixed] {
		take(row, s.gain(missing, row))
	}
	buckets := make([][]int, len(s.bases)+1) // rows by what they add at most
	for i := range rows[fixed:] {
		buckets[len(s.bases)] = append(buckets[len(s.bases)], fixed+i)
	}
	for most := len(s.bases); most > 0; most-- {
		for i := 0; i < len(buckets[most]); i++ {
			at := buckets[most][i]
			gain := s.gain(missing, rows[at])
			if gain < most {
				buckets[gain] = append(buckets[gain], at)
				continue
			}
			take(rows[at], gain)
		}
		buckets[most] = nil
	}
	return ordered, gains
}
