package covering

// Coverage accounts which tuples of a model have been exercised. It is not safe for concurrent use.
type Coverage struct {
	s        *space
	missing  bitset
	possible int
	reached  int
}

// NewCoverage returns the coverage of the model's feasible t-tuples, none of them reached yet. The strength is clamped as in Array.
func NewCoverage(m Model, strength int) *Coverage {
	s := newSpace(m.Levels, strength)
	missing := s.feasible(newSolver(m))
	return &Coverage{s: s, missing: missing, possible: missing.count()}
}

// Add takes a row into account and says how many tuples it was the first to hold. Unset factors, missing ones and levels that
// the model does not have hold nothing; neither do tuples that no allowed row holds.
func (l *Coverage) Add(row []int) (new int) {
	levels := l.s.levels
	clean := make([]int, len(levels))
	for f := range clean {
		clean[f] = Unset
		if f < len(row) && row[f] < levels[f] {
			clean[f] = row[f]
		}
	}
	for c := range l.s.bases {
		if r := l.s.rank(c, clean); r >= 0 && l.missing.has(r) {
			l.missing.clear(r)
			new++
		}
	}
	l.reached += new
	return new
}

// Reached is the number of feasible tuples that were in a row so far.
func (l *Coverage) Reached() int { return l.reached }

// Possible is the number of feasible tuples.
func (l *Coverage) Possible() int { return l.possible }
