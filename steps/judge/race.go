package judge

import (
	"io"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// orderTime bounds porcupine's search for an order of the calls.
const orderTime = 20 * time.Second

// RaceViolation is what is wrong with one round of a race on one instance: a violation of its only
// call, or answers that fit no order of its calls.
type RaceViolation struct {
	Instance int
	Kind     Kind
	// Rule is the rule that is broken, where that is not one about races.
	Rule               string
	Expected, Answered string
	// Answer is that of the call that is wrong, or of the last one where no order explains them.
	Answer targets.Answer
	// Picture draws the history where no order explains the answers; otherwise it is nil.
	Picture *Picture
}

// Picture is a history that fits no order of its calls.
type Picture struct {
	model porcupine.Model
	info  porcupine.LinearizationInfo
}

// Draw writes the history as a page.
func (p *Picture) Draw(w io.Writer) error { return porcupine.Visualize(p.model, p.info, w) }

// Race returns what in a round of a race is not as that edition of the document says, instance by
// instance, and why the rest cannot be decided where that is so.
func Race(edition oracle.Edition, h runner.RaceHistory) (wrong []RaceViolation, undecided string) {
	if h.Broken {
		undecided = "not every call was answered"
	}
	violations := Judge(edition, h.History)
	for k, c := range h.Case.Conditions {
		calls := callsOn(h.Case, k)
		if len(calls) == 1 {
			if w, is := loneCall(violations, k, calls[0]); is {
				w.Answer = lastAnswer(h.Events, calls)
				wrong = append(wrong, w)
			}
			continue
		}
		if !everyAcceptable(edition, c, h.Case, k) {
			undecided = "one of the calls may be refused whenever it is made"
			continue
		}
		w, why := ordered(edition, h, k)
		if w != nil {
			w.Answer = lastAnswer(h.Events, calls)
			wrong = append(wrong, *w)
		}
		if why != "" {
			undecided = why
		}
	}
	return wrong, undecided
}

// callsOn lists the steps on an instance.
func callsOn(c targets.Case, instance int) []int {
	var steps []int
	for i, step := range c.Steps {
		if step.Instance == instance {
			steps = append(steps, i)
		}
	}
	return steps
}

// lastAnswer returns the last answer to one of some steps.
func lastAnswer(events []runner.Event, steps []int) targets.Answer {
	var last targets.Answer
	for _, e := range events {
		if slices.Contains(steps, e.Step) {
			last = e.Answer
		}
	}
	return last
}

// loneCall judges the only call on an instance. What should hold is tried without a race.
func loneCall(violations []Violation, instance, step int) (RaceViolation, bool) {
	for _, v := range violations {
		if v.Step != step || v.Level() != oracle.Must {
			continue
		}
		w := RaceViolation{Instance: instance, Kind: v.Kind, Expected: v.Expected, Answered: v.Answered}
		if v.Kind == WrongDocument {
			w.Rule = v.Rule()
		}
		return w, true
	}
	return RaceViolation{}, false
}

// everyAcceptable reports whether every call on an instance must be accepted where nothing runs and
// nothing was made, so that only the running backup and the quota are left for the race to decide.
func everyAcceptable(edition oracle.Edition, c targets.Condition, all targets.Case, instance int) bool {
	c.BackupsToday, c.LastBackup = 0, targets.LastNone
	for _, step := range all.Steps {
		if step.Instance != instance || step.Call == nil {
			continue
		}
		call := *step.Call
		call.Params = slices.Clone(call.Params)
		for i := range call.Params {
			call.Params[i].Value = strings.ReplaceAll(call.Params[i].Value, targets.InstanceRef(instance), targets.InstanceRef(0))
		}
		x := oracle.NewWorld(edition, []targets.Condition{c}).Expect(call)
		if len(x.Accept) == 0 {
			return false
		}
	}
	return true
}

// ordered looks for an order of the calls on an instance that explains the answers.
func ordered(edition oracle.Edition, h runner.RaceHistory, instance int) (wrong *RaceViolation, undecided string) {
	ops, accepted := operations(h, instance)
	model := raceRules{quota: edition.Quota, instant: h.Instant}.model(initialStates(h.Case.Conditions[instance]))
	switch verdict, info := porcupine.CheckOperationsVerbose(model, ops, orderTime); verdict {
	case porcupine.Unknown:
		return nil, "the search for an order of the calls took too long"
	case porcupine.Illegal:
		return &RaceViolation{
			Instance: instance, Kind: NotLinearizable,
			Expected: "the answers of some order of the calls: one accepted while none runs, and never more than the quota",
			Answered: anomaly(h, instance, accepted, edition.Quota), Picture: &Picture{model, info},
		}, ""
	default:
		return nil, ""
	}
}

// anomaly says in words what is wrong with answers that fit no order, without numbers that differ
// from round to round.
func anomaly(h runner.RaceHistory, instance, accepted, quota int) string {
	made := accepted
	if h.New != nil {
		made = len(h.New[instance])
	}
	completes := func(e runner.RaceEntry) bool { return e.Completes }
	switch {
	case !h.Broken && made > accepted:
		return "more backups made than calls accepted"
	case made < accepted:
		return "fewer backups made than calls accepted"
	case accepted == 0:
		return "none of the calls accepted"
	case h.Case.Conditions[instance].BackupsToday+accepted > quota:
		return "more accepted than the quota allows"
	case accepted > 1 && !slices.ContainsFunc(h.Entries, completes):
		return "several accepted though no backup had completed"
	default:
		return "accepted and refused in no possible order"
	}
}

// operations returns what happened to an instance in the form of porcupine, and how many calls were
// accepted.
func operations(h runner.RaceHistory, instance int) (ops []porcupine.Operation, accepted int) {
	add := func(what operation, output any, from, to time.Duration) {
		ops = append(ops, porcupine.Operation{
			ClientId: len(ops), Input: what, Output: output, Call: from.Nanoseconds(), Return: to.Nanoseconds(),
		})
	}
	for _, e := range h.Entries {
		switch {
		case e.Instance != instance:
		case e.Completes:
			add(completes, e.Outcome, e.From, e.To)
		default:
			add(call, e.Outcome, e.From, e.To)
			if e.Outcome == targets.Accepted {
				accepted++
			}
		}
	}
	if h.New != nil && !h.Broken { // an unanswered call may still be under way
		add(look, len(h.New[instance]), h.Looked[0], h.Looked[1])
	}
	return ops, accepted
}
