package covering

// Unset marks a factor that has no level in a partial row.
const Unset = -1

// Model is what is to be covered.
type Model struct {
	// Levels holds the number of levels of each factor: factor i has the levels 0 to Levels[i]-1.
	Levels []int
	// Allowed says whether a row, partial or full, can still be part of a valid one, judged on its set factors only.
	// A refusal is final: no row that extends a refused one may be allowed. Saying yes to a partial row binds to
	// nothing: whether it can be completed is searched for. It must neither change nor keep the row. Nil allows all.
	Allowed func(row []int) bool
	// Stop, where set, is asked before each row: once it says so the array is given as far as it came, and does not cover everything.
	Stop func() bool
}

func (m Model) stopped() bool { return m.Stop != nil && m.Stop() }

func (m Model) allows(row []int) bool {
	return m.Allowed == nil || m.Allowed(row)
}
