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

// raceModel is the document for calls on one instance that all have to be accepted but for a
// running backup and the quota. A call without an answer may have made a backup or not. With
// instant set, a backup may be complete at any time.
func raceModel(initial []raceState, quota int, instant bool) porcupine.Model {
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
			for _, s := range state.(raceState).spontaneous(instant) {
				next = append(next, s.after(input.(operation), output, quota)...)
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
func (s raceState) spontaneous(instant bool) []raceState {
	if !instant || !s.running {
		return []raceState{s}
	}
	done := s
	done.running = false
	return []raceState{s, done}
}

// after returns the states that the document allows after an operation with that output.
func (s raceState) after(what operation, output any, quota int) []any {
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
	free := !s.running && s.count < quota
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
