package belief

import (
	"slices"

	"github.com/cbspec/cbspec/generators/oracle"
)

// Agree returns what the document wants of a call in every possibility. It takes one expectation
// for each of them, and at least one. Its reasons are those that hold in all of them or, where
// there are none, those of the possibility that demands least.
func Agree(all []oracle.Expectation) oracle.Expectation {
	refuse, accept := true, true
	least := all[0]
	for _, e := range all {
		refuse, accept = refuse && len(e.Refuse) > 0, accept && len(e.Accept) > 0
		if e.Level() == oracle.Should {
			least = e
		}
	}
	e := oracle.Expectation{Instance: 0}
	switch {
	case refuse:
		e.Refuse = least.Refuse // one reason suffices, so that the others of stricter possibilities do not matter
	case accept:
		e.Accept = common(least.Accept, all)
	default:
		e.Unspecified = all[0].Unspecified
	}
	return e
}

// common returns those reasons to accept that hold in every possibility, or all where none does.
func common(reasons []oracle.Reason, all []oracle.Expectation) []oracle.Reason {
	both := slices.Clone(reasons)
	for _, e := range all {
		both = slices.DeleteFunc(both, func(r oracle.Reason) bool {
			return !slices.ContainsFunc(e.Accept, func(o oracle.Reason) bool { return o.Rule == r.Rule })
		})
	}
	if len(both) == 0 {
		return reasons
	}
	return both
}
