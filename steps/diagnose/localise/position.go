package localise

import (
	"slices"
	"strconv"

	"github.com/cbspec/cbspec/generators"
)

// Position is which of the databases of the instance DBName has to name, beyond that it names one.
type Position int

// Positions of a database.
const (
	Anywhere Position = iota
	NotFirst
	NotLast
	First
	Last
)

// holds reports whether the DBName of a vector names a database at the position.
func (p Position) holds(m *generators.Model, v generators.Vector) bool {
	i, of := m.DatabaseAt(v)
	switch p {
	case NotFirst:
		return i > 0
	case NotLast:
		return i >= 0 && i < of-1
	case First:
		return i == 0
	case Last:
		return i >= 0 && i == of-1
	default:
		return true
	}
}

// drawPosition lets a vector name a database at the position that the condition needs. It reports
// whether there is one.
func (x Condition) drawPosition(m *generators.Model, v generators.Vector) bool {
	for n := 0; !x.Position.holds(m, v); n++ {
		if _, of := m.DatabaseAt(v); n >= of {
			return false
		}
		v.Values[x.Factor] = strconv.Itoa(n)
	}
	return true
}

// atPosition adds to the conditions which of its databases DBName has to name, where that tells the
// vectors that fail from one that passes. It reports whether it does.
func (f *finder) atPosition(c *FailingCondition, passing generators.Vector) bool {
	factor, class := f.model.Index(generators.DBName), f.model.Class(generators.DBName, generators.Existing)
	if factor < 0 || passing.Classes[factor] != class {
		return false
	}
	for _, p := range []Position{NotFirst, NotLast, First, Last} {
		fails := func(v generators.Vector) bool { return v.Classes[factor] == class && p.holds(f.model, v) }
		if p.holds(f.model, passing) || !allOf(f.evidence.failing, fails) {
			continue
		}
		if i := about(c.Conditions, factor); i >= 0 {
			c.Conditions = slices.Delete(c.Conditions, i, i+1)
		}
		c.add(Condition{Factor: factor, Classes: []int{class}, Position: p})
		return true
	}
	return false
}

func allOf(vectors []generators.Vector, is func(generators.Vector) bool) bool {
	return !slices.ContainsFunc(vectors, func(v generators.Vector) bool { return !is(v) })
}
