package covering

// Unset marks a factor that has no level in a partial row.
const Unset = -1

// Model is the space of rows to cover.
type Model struct {
	// Levels holds the number of levels of each factor: factor i has the levels 0 to Levels[i]-1.
	Levels []int
	// Allowed reports whether a row, partial or full, can be part of a valid row, judged by its set
	// factors only. If it refuses a row it must refuse every row that extends it. If it allows a
	// partial row it promises nothing: the search finds out whether the row can be completed. It
	// must neither change nor keep the row. Nil allows every row.
	Allowed func(row []int) bool
	// Stop is asked before each row. Once it returns true, Array returns the rows it has, which do
	// not cover everything. Nil never stops.
	Stop func() bool
}

func (m Model) stopped() bool { return m.Stop != nil && m.Stop() }

func (m Model) allows(row []int) bool {
	return m.Allowed == nil || m.Allowed(row)
}
