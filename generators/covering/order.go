package covering

// order puts rows so that each adds as many tuples as any of those after it would in its place, and leaves out those that add none.
//
// A row's gain only ever falls as others go before it, so a gain computed earlier is an upper bound, and only the rows that
// may be the best are counted again.
func (s *space) order(feasible bitset, rows [][]int) [][]int {
	var ordered [][]int
	missing := append(bitset(nil), feasible...)
	buckets := make([][]int, len(s.bases)+1) // rows by what they add at most
	for i := range rows {
		buckets[len(s.bases)] = append(buckets[len(s.bases)], i)
	}
	for most := len(s.bases); most > 0; most-- {
		for i := 0; i < len(buckets[most]); i++ {
			at := buckets[most][i]
			gain := s.gain(missing, rows[at])
			if gain < most {
				buckets[gain] = append(buckets[gain], at)
				continue
			}
			for c := range s.bases {
				missing.clear(s.rank(c, rows[at]))
			}
			ordered = append(ordered, rows[at])
		}
		buckets[most] = nil
	}
	return ordered
}
