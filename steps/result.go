package steps

import (
	"slices"

	"github.com/cbspec/cbspec/reports"
)

// result is what came of one scenario.
type result struct {
	states   map[int]state
	failures int
	reasons  []string // why what could not be decided could not
	party    string
	na       string // why the rule is not applicable
	extra    int    // effective cases beyond those of the states
	rounds   int    // of races
}

type state int

const (
	passed state = iota + 1
	undecided
	failed
)

func (r *result) set(i int, s state) {
	if r.states == nil {
		r.states = map[int]state{}
	}
	if s == failed && r.states[i] != failed {
		r.failures++
	}
	r.states[i] = s
}

// settled tells whether a case was found to fail, or not to say anything.
func (r *result) settled(i int) bool { return r.states[i] == undecided || r.states[i] == failed }

func (r *result) pass(i int) { r.set(i, passed) }
func (r *result) fail(i int) { r.set(i, failed) }

func (r *result) undecided(i int, why string) {
	r.set(i, undecided)
	r.inconclusive("", why)
}

func (r *result) inconclusive(party, why string) {
	if party != "" {
		r.party = party
	}
	if !slices.Contains(r.reasons, why) {
		r.reasons = append(r.reasons, why)
	}
}

func (r *result) lacks(capability string) {
	r.unseen("the target lacks the capability to " + capability)
}

// unseen leaves every case undecided that does not fail.
func (r *result) unseen(why string) {
	for i, s := range r.states {
		if s != failed {
			r.states[i] = undecided
		}
	}
	r.inconclusive(reports.PartyTarget, why)
}

func (r *result) notApplicable(why string) { r.na = why }

// effective is how many cases were sent, observed and judged.
func (r *result) effective() int { return r.extra + r.count(passed) + r.count(failed) }

func (r *result) count(of state) int {
	n := 0
	for _, s := range r.states {
		if s == of {
			n++
		}
	}
	return n
}
