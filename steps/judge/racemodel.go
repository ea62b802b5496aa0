package judge

import (
	"fmt"

	"github.com/anishathalye/porcupine"

	"github.com/cbspec/cbspec/targets"
)

// operation is what happens to an instance in a race.
type operation int

const (
	call      operation = iota
	completes           // the running backup
	look                // at the backups that were made
)

// raceState is what the model of a race knows about an instance.
type raceState struct {
	running bool
	count   int // backups of today
	made    int // backups in the race
}

// raceRules are what the document allows in a race on one instance whose calls all have to be
// accepted but for a running backup and the quota. A call without an answer may have made a backup
// or not.
type raceRules struct {
	quota   int
	instant bool // a backup may be complete at any time
}

// model returns the rules in the form of porcupine.
func (r raceRules) model(initial []raceState) porcupine.Model {
	model := porcupine.NondeterministicModel{
		Init: func() []any {
			var all []any
			for _, s := range initial {
				all = append(all, s)
			}
			return all
		},
		Step: func(state, input, output any) []any {
			var next []any
			for _, s := range r.spontaneous(state.(raceState)) {
				next = append(next, r.after(s, input.(operation), output)...)
			}
			return next
		},
		DescribeOperation: func(input, output any) string {
			switch input.(operation) {
			case completes:
				return "the running backup completes"
			case look:
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

// spontaneous returns the states that an instance may be in without anything being done to it.
func (r raceRules) spontaneous(s raceState) []raceState {
	if !r.instant || !s.running {
		return []raceState{s}
	}
	done := s
	done.running = false
	return []raceState{s, done}
}

// after returns the states that may follow s after an operation with that output.
func (r raceRules) after(s raceState, what operation, output any) []any {
	switch what {
	case completes:
		s.running = false
		return []any{s}
	case look:
		if output.(int) != s.made {
			return nil
		}
		return []any{s}
	}
	begun := raceState{running: true, count: s.count + 1, made: s.made + 1}
	free := !s.running && s.count < r.quota
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

// initialStates returns the states that an instance in a condition may be in: the document does
// not say whether a failed backup counts towards the quota.
func initialStates(c targets.Condition) []raceState {
	start := raceState{running: c.LastBackup == targets.LastRunning, count: c.BackupsToday}
	if c.LastBackup != targets.LastFailed || c.BackupsToday == 0 {
		return []raceState{start}
	}
	less := start
	less.count--
	return []raceState{start, less}
}
