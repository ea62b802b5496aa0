package covering

// order sorts rows so that each adds at least as many tuples as any later row would in its place.
// It leaves out rows that add none.
//
// The gain of a row can only fall as other rows go before it. A gain that was computed earlier is
// therefore an upper bound, and only the rows that may be the best are counted again.
func (s *space) order(feasible bitset, rows [][]int) [][]int {
	var ordered [][]int
	missing := append(bitset(nil), feasible...)
	buckets := make([][]int, len(s.bases)+1) // rows by an upper bound of their gain
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
