package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

const raceTime = 20 * time.Second // bound of porcupine's search

// Kinds of what happens to an instance in a race.
const (
	calls = iota
	completes
	looks // at the backups that were made
)

// raceState is what the model of a race knows of an instance.
type raceState struct {
	running bool
	count   int // backups of today
	made    int // in the race
}

// raceModel is the document for calls on one instance that could all be accepted but for what runs and for the quota. A call whose outcome is not known
// may have made a backup or not. instant is for a target whose backups may be complete at any time.
func raceModel(starts []raceState, quota int, instant bool) porcupine.Model {
	model := porcupine.NondeterministicModel{
		Init: func() []any {
			var all []any
			for _, s := range starts {
				all = append(all, s)
			}
			return all
		},
		Step: func(state, input, output any) []any {
			var next []any
			for _, s := range reachable(state.(raceState), instant) {
				next = append(next, s.after(input.(int), output, quota)...)
			}
			return next
		},
		DescribeOperation: func(input, output any) string {
			switch input.(int) {
			case completes:
				return "the running backup completes"
			case looks:
				return fmt.Sprintf("%d new backups are seen", output)
			default:
				return fmt.Sprintf("CreateBackup: %s", output)
			}
		},
		DescribeState: func(state any) string {
			s := state.(raceState)
			return fmt.Sprintf("%d backups today, running: %t", s.count, s.running)
		},
	}
	return model.ToModel()
}

// reachable are the states that an instance may be in by itself.
func reachable(s raceState, instant bool) []raceState {
	if instant && s.running {
		done := s
		done.running = false
		return []raceState{s, done}
	}
	return []raceState{s}
}

// after are the states that the document lets follow.
func (s raceState) after(what int, output any, quota int) []any {
	begun := raceState{running: true, count: s.count + 1, made: s.made + 1}
	free := !s.running && s.count < quota
	switch {
	case what == completes:
		s.running = false
		return []any{s}
	case what == looks && output.(int) == s.made:
		return []any{s}
	case what == looks:
		return nil
	}
	switch output.(targets.Outcome) {
	case targets.Accepted:
		if free {
			return []any{begun}
		}
		return nil
	case targets.Refused:
		if free {
			return nil
		}
		return []any{s}
	default:
		if free {
			return []any{s, begun}
		}
		return []any{s}
	}
}

// raced is what is wrong with one round of a race: a violation of one call, or answers that no order of the calls explains.
type raced struct {
	instance           int
	kind               string
	rule               string // that it is laid to, where that is not one on races
	expected, answered string
	picture            *illegal // where no order explains the answers
}

// illegal is a history that no order explains.
type illegal struct {
	model porcupine.Model
	info  porcupine.LinearizationInfo
}

// judgeRace says what of a round is not as the document says, instance by instance, and why what cannot be decided cannot.
func judgeRace(s *runner.Session, h runner.RaceHistory) (wrong []raced, undecided string) {
	if h.Broken {
		undecided = "not every call was answered"
	}
	violations := s.Judge(h.History)
	for k, c := range h.Case.Conditions {
		steps := map[int]bool{}
		for i, step := range h.Case.Steps {
			if step.Instance == k {
				steps[i] = true
			}
		}
		if len(steps) == 1 {
			for _, v := range violations {
				if !steps[v.Step] || v.Level() != oracle.Must {
					continue // what should hold is tried without a race
				}
				w := raced{instance: k, kind: v.Kind, expected: v.Expected, answered: v.Answered}
				if v.Kind == runner.WrongDocument {
					w.rule = v.Rule()
				}
				wrong = append(wrong, w)
				break
			}
			continue
		}
		if slices.ContainsFunc(h.Case.Steps, func(step targets.Step) bool { return step.Instance == k && !acceptable(s.Edition, c, step) }) {
			undecided = "one of the calls may be refused whenever it is made"
			continue
		}
		ops, accepted := operations(h, k)
		model := raceModel(startsOf(c), s.Edition.Quota, h.Instant)
		switch verdict, info := porcupine.CheckOperationsVerbose(model, ops, raceTime); verdict {
		case porcupine.Unknown:
			undecided = "no order was found in time, nor that there is none"
		case porcupine.Illegal:
			wrong = append(wrong, raced{
				instance: k, kind: inNoOrder, expected: "the answers of some order of the calls: one accepted while none runs, and never more than the quota",
				answered: said(h, k, accepted, s.Edition.Quota), picture: &illegal{model, info},
			})
		}
	}
	return wrong, undecided
}

// startsOf are the states that an instance in that condition may be in: whether a failed backup is held against the quota is not documented.
func startsOf(c targets.Condition) []raceState {
	start := raceState{running: c.LastBackup == targets.LastRunning, count: c.BackupsToday}
	if c.LastBackup != targets.LastFailed || c.BackupsToday == 0 {
		return []raceState{start}
	}
	less := start
	less.count--
	return []raceState{start, less}
}

// acceptable tells whether a call must be accepted where nothing runs and nothing was made: all that a race leaves to be decided is what runs and the quota.
func acceptable(edition oracle.Edition, c targets.Condition, step targets.Step) bool {
	if step.Call == nil {
		return true
	}
	c.BackupsToday, c.LastBackup = 0, targets.LastNone
	call := *step.Call
	call.Params = slices.Clone(call.Params)
	for i := range call.Params {
		call.Params[i].Value = strings.ReplaceAll(call.Params[i].Value, targets.InstanceRef(step.Instance), targets.InstanceRef(0))
	}
	x := oracle.NewWorld(edition, []targets.Condition{c}).Expect(call)
	return len(x.Accept) > 0
}

const inNoOrder = "answered in no possible order"

// said says in words, without numbers that differ from round to round, what answers come to that no order explains.
func said(h runner.RaceHistory, k, accepted, quota int) string {
	made := accepted
	if h.New != nil {
		made = len(h.New[k])
	}
	switch {
	case !h.Broken && made > accepted:
		return "more backups made than calls accepted"
	case made < accepted:
		return "fewer backups made than calls accepted"
	case accepted == 0:
		return "none of the calls accepted"
	case h.Case.Conditions[k].BackupsToday+accepted > quota:
		return "more accepted than the quota allows"
	case accepted > 1 && !slices.ContainsFunc(h.Entries, func(e runner.RaceEntry) bool { return e.Completes }):
		return "several accepted though no backup had completed"
	default:
		return "accepted and refused in no possible order"
	}
}

// operations are what happened to an instance, as porcupine has it, and how many calls were accepted.
func operations(h runner.RaceHistory, k int) (ops []porcupine.Operation, accepted int) {
	add := func(what int, output any, from, to time.Duration) {
		ops = append(ops, porcupine.Operation{ClientId: len(ops), Input: what, Output: output, Call: from.Nanoseconds(), Return: to.Nanoseconds()})
	}
	for _, e := range h.Entries {
		switch {
		case e.Instance != k:
		case e.Completes:
			add(completes, e.Outcome, e.From, e.To)
		default:
			add(calls, e.Outcome, e.From, e.To)
			if e.Outcome == targets.Accepted {
				accepted++
			}
		}
	}
	if h.New != nil && !h.Broken { // what is not answered may still be under way
		add(looks, len(h.New[k]), h.Looked[0], h.Looked[1])
	}
	return ops, accepted
}
