package localise

import (
	"slices"

	"github.com/cbspec/cbspec/generators"
)

// evidence is what the tries have shown so far.
type evidence struct {
	failing, passing []generators.Vector
}

func (e *evidence) note(v generators.Vector, r Result) {
	switch r {
	case Fails, LowerSeverity:
		e.failing = append(e.failing, v)
	case Passes, ControlAccepted:
		e.passing = append(e.passing, v)
	}
}

// fails reports whether a vector with that class of factor i failed.
func (e *evidence) fails(i, class int) bool {
	return slices.ContainsFunc(e.failing, func(v generators.Vector) bool { return v.Classes[i] == class })
}

// passes reports whether a passing vector shows that c does not hold for a class of factor i: the
// vector has the class, and meets the conditions on all other factors.
func (e *evidence) passes(c *FailingCondition, i, class int) bool {
	return slices.ContainsFunc(e.passing, func(v generators.Vector) bool {
		return v.Classes[i] == class && len(without(c.missed(v), []int{i})) == 0
	})
}
