package generators

import (
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/targets"
)

// Any generates vectors of any classes, valid or not.
func (m *Model) Any() *rapid.Generator[Vector] {
	rows := m.anyRow()
	return rapid.Custom(func(t *rapid.T) Vector { return m.Draw(t, rows.Draw(t, "row")) })
}

// anyRow draws a class of every factor. Most of them are valid, so that what is wrong is not always
// masked by something else that is wrong.
func (m *Model) anyRow() *rapid.Generator[[]int] {
	return rapid.Custom(func(t *rapid.T) []int {
		row := make([]int, len(m.Factors))
		for f, factor := range m.Factors {
			var valid []int
			for c, class := range factor.Classes {
				if class.Kind == Valid {
					valid = append(valid, c)
				}
			}
			row[f] = rapid.SampledFrom(valid).Draw(t, factor.Name)
			if factor.Name != Last && rapid.IntRange(0, 9).Draw(t, "stray") == 0 {
				row[f] = rapid.IntRange(0, len(factor.Classes)-1).Draw(t, factor.Name)
			}
		}
		if m.ClassName(Vector{Classes: row}, Last) == targets.LastNone { // a backup of today would be the last one
			row[m.Index(Today)] = 0
		}
		return row
	})
}

// Unspecified generates vectors that are valid except for one thing that the document does not
// mention.
func (m *Model) Unspecified() *rapid.Generator[Vector] {
	vectors := m.valid()
	var unspecified [][2]int // factor and class
	for f, factor := range m.Factors {
		for c, class := range factor.Classes {
			if class.Kind == Unspecified {
				unspecified = append(unspecified, [2]int{f, c})
			}
		}
	}
	return rapid.Custom(func(t *rapid.T) Vector {
		thing := rapid.SampledFrom(unspecified).Draw(t, "thing")
		return m.With(t, vectors.Draw(t, "vector"), thing[0], thing[1])
	})
}
