package diagnose

import (
	"errors"

	"github.com/cbspec/cbspec/steps/diagnose/localise"
	"github.com/cbspec/cbspec/steps/diagnose/shrink"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/testcase"
)

// Budgets of one search, in tries. To find a failing condition takes about 80 tries, and several
// times as many where the condition needs to be refined. Each further step of a case counts as
// another try of it.
const (
	conditionTries  = 1000
	caseTries       = 2000
	differenceTries = 300
	raceRounds      = 400
	// A call that is not answered costs a timeout per try. The tries of a search for a failing
	// condition wait side by side, those of the other searches do not.
	lateConditionTries = 400
	lateCaseTries      = 100
	lateRaceRounds     = 8
)

// Bounds on all searches of a run, so that a target which fails everywhere does not take forever.
const (
	runTries         = 10_000 // after that, each search gets briefTries
	briefTries       = 300
	searchesOfRule   = 4 // for failing conditions, by kind and rule
	searchesOfKind   = 3 // for minimal cases without a test vector, by kind
	knownOfRun       = 60
	lateSearchesMost = 3
	loadSearchesMost = 4
)

// longCase is how many steps come before a call that fails, from which on its case is made shorter
// before anything else.
const longCase = 10

// How often a minimal case is sent again, and one that did not fail every time.
const (
	reproductions = 3
	unsteadyTries = 12
)

// effort counts what the searches of a run cost.
type effort struct {
	tries        int
	searches     map[string]int // by what is searched for
	lateSearches int
	loadSearches int
}

// begin counts a search for the failing condition of a test case, or for the minimal case where the
// case has no test vector. It reports whether searches of its kind still are to be made.
func (e *effort) begin(c testcase.Case, v judge.Violation) bool {
	key, most := string(v.Kind)+v.Level()+v.Rule(), searchesOfRule
	if c.Vector == nil {
		key, most = "case "+string(v.Kind)+v.Level(), searchesOfKind
	}
	if e.searches == nil {
		e.searches = map[string]int{}
	}
	e.searches[key]++
	return e.searches[key] <= most
}

// budget returns the budget of a search.
func (e *effort) budget(c testcase.Case, v judge.Violation) *shrink.Budget {
	tries := conditionTries
	if c.Vector == nil {
		tries = caseTries
	}
	switch {
	case v.Late() && c.Vector != nil && e.lateSearches < lateSearchesMost:
		e.lateSearches++
		return shrink.NewBudget(lateConditionTries)
	case v.Late():
		tries = lateCaseTries
	}
	return e.limited(tries)
}

// limited returns a budget of so many tries, or of fewer once the run has used up its own.
func (e *effort) limited(tries int) *shrink.Budget {
	if e.tries > runTries {
		tries = min(tries, briefTries)
	}
	return shrink.NewBudget(tries)
}

// spent counts what a search cost.
func (e *effort) spent(b *shrink.Budget) { e.tries += b.Used() }

// usedUp reports whether a search ended because its budget was used up. What it found stands.
func usedUp(err error) bool {
	return errors.Is(err, shrink.ErrBudget) || errors.Is(err, localise.ErrBudget)
}
