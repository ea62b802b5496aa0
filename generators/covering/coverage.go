package covering

// Coverage counts the tuples of a model that rows have reached. It is not safe for concurrent use.
type Coverage struct {
	s        *space
	missing  bitset
	possible int
	reached  int
}

// NewCoverage returns a Coverage of the t-tuples that some allowed row holds, where t is the
// strength, clamped as in Array. None of them is reached yet.
func NewCoverage(m Model, strength int) *Coverage {
	s := newSpace(m.Levels, strength)
	missing := s.feasible(newSolver(m))
	return &Coverage{s: s, missing: missing, possible: missing.count()}
}

// Add counts the tuples of a row and returns how many of them no earlier row held. A factor that is
// unset, that the row lacks, or whose level the model does not have belongs to no tuple. Tuples
// that no allowed row holds do not count.
func (cov *Coverage) Add(row []int) (added int) {
	levels := cov.s.levels
	clean := make([]int, len(levels))
	for f := range clean {
		clean[f] = Unset
		if f < len(row) && row[f] < levels[f] {
			clean[f] = row[f]
		}
	}
	for c := range cov.s.bases {
		if r := cov.s.rank(c, clean); r >= 0 && cov.missing.has(r) {
			cov.missing.clear(r)
			added++
		}
	}
	cov.reached += added
	return added
}

// Reached returns the number of tuples that some row has held.
func (cov *Coverage) Reached() int { return cov.reached }

// Possible returns the number of tuples that some allowed row holds.
func (cov *Coverage) Possible() int { return cov.possible }
