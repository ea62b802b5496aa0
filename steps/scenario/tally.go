package scenario

import (
	"slices"
	"strings"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
)

// tally counts what the cases of a scenario showed.
type tally struct {
	states        map[int]state // by case
	failures      int
	rounds        int      // of races
	reasons       []string // why cases are undecided
	party         string   // that this is up to
	notApplicable string   // why the rule is not applicable
}

// state is what one case showed.
type state int

const (
	passed state = iota + 1
	undecided
	failed
)

func (t *tally) set(i int, s state) {
	if t.states == nil {
		t.states = map[int]state{}
	}
	if s == failed && t.states[i] != failed {
		t.failures++
	}
	t.states[i] = s
}

// settled reports whether a case was found to fail, or to say nothing.
func (t *tally) settled(i int) bool { return t.states[i] == undecided || t.states[i] == failed }

func (t *tally) pass(i int) { t.set(i, passed) }
func (t *tally) fail(i int) { t.set(i, failed) }

func (t *tally) undecide(i int, why string) {
	t.set(i, undecided)
	t.inconclusive(why)
}

// inconclusive notes why something could not be decided. A reason that is an error of the target
// loses the words that are common to all of them.
func (t *tally) inconclusive(why string) {
	why = strings.TrimPrefix(why, targets.ErrUnmet.Error()+": ")
	if !slices.Contains(t.reasons, why) {
		t.reasons = append(t.reasons, why)
	}
}

// lacks leaves the cases undecided because the target lacks a capability.
func (t *tally) lacks(capability string) {
	t.unobservable(Lacks(capability))
}

// remedies say what gives a target a capability.
var remedies = map[string]string{
	"provision": "use --control, or list fixtures in a target file",
	"observe":   "use --control, or set observe in a target file",
	"complete":  "use --control, or add hooks.complete to a target file",
	"next-day":  "use --control, or add hooks.nextDay to a target file",
	"lock":      "list lockModes in the capabilities of --control, or add a locked fixture",
	"storage":   "list storages in the capabilities of --control, or add a fixture with storage",
}

// moreInstances is what gives a target instances in other conditions.
const moreInstances = "use --control, list more in its capabilities, or add a fixture"

// Lacks says that the target lacks a capability, and what to do about it.
func Lacks(capability string) string {
	why := "the target lacks the capability to " + capability
	if remedy := remedies[capability]; remedy != "" {
		why += ": " + remedy
	}
	return why
}

// unobservable leaves every case undecided that does not fail.
func (t *tally) unobservable(why string) {
	for i, s := range t.states {
		if s != failed {
			t.states[i] = undecided
		}
	}
	t.party = reports.PartyTarget
	t.inconclusive(why)
}

// effective counts the cases that were sent, observed and judged.
func (t *tally) effective() int { return t.count(passed) + t.count(failed) }

func (t *tally) count(of state) int {
	n := 0
	for _, s := range t.states {
		if s == of {
			n++
		}
	}
	return n
}
