package belief

import (
	"math"
	"slices"
	"time"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// window is how close two answers must be that show the same status, or the same databases, before
// and after a call, to show that it was so at the call.
const window = time.Minute

// Possibility is one state in which an instance may have been.
type Possibility struct {
	Exists bool
	State  oracle.State
}

// Possible lists the states in which an instance may have been at a call. The first is the one in
// which the document wants the most calls accepted.
func (m *Memory) Possible(id string, at Span) []Possibility {
	in := m.of(id)
	known := in.stateAt(at)
	if in.given != nil && in.given.Exclusive && !m.Gaps {
		if possible := in.exclusive(at, known); possible != nil {
			return possible
		}
	}
	best := known
	best.AtMost = best.AtLeast
	if best.Last == "" {
		best.Last = targets.LastCompleted
	}
	if best.Status == "" {
		best.Status = targets.Running
	}
	worst := best
	worst.AtMost, worst.Last, worst.Locked = math.MaxInt32, known.Last, true
	possible := []Possibility{{true, best}, {true, worst}, {false, best}}
	if known.Status == "" {
		other := worst
		other.Status = "unknown"
		possible = append(possible, Possibility{true, other})
	}
	return possible
}

// stateAt returns what is certain about the instance. Status and Last are empty where they are
// unknown, and AtMost has no meaning.
func (in *instance) stateAt(at Span) oracle.State {
	s := oracle.State{Engine: in.knownEngine(), AtLeast: in.madeAt(at)}
	// A status that no page lists may mean that the instance is active.
	if v, is := around(in.status, at, func(a, b status) bool { return a == b }); is &&
		(v.name == targets.Running || slices.Contains(targets.Statuses, v.name)) {
		s.Status, s.Locked = v.name, v.lock != "" && v.lock != "Unlock"
	}
	if v, is := around(in.databases, at, slices.Equal[[]string]); is {
		s.Databases = v
	}
	if in.given != nil && in.given.Status != "" {
		s.Status, s.Locked = in.given.Status, false
	}
	if in.given != nil && in.given.Databases != nil {
		s.Databases = append([]string{}, *in.given.Databases...)
	}
	for _, r := range in.jobs {
		if r.first.Before(at) && at.Before(r.last) {
			s.Last = targets.LastRunning
		}
	}
	return s
}

// around returns what answers before and after a moment agree on.
func around[T any](facts []fact[T], at Span, same func(a, b T) bool) (v T, is bool) {
	var before, after *fact[T]
	for i, f := range facts {
		switch {
		case f.at.Before(at) && (before == nil || f.at.End.After(before.at.End)):
			before = &facts[i]
		case at.Before(f.at) && (after == nil || f.at.Start.Before(after.at.Start)):
			after = &facts[i]
		}
	}
	if before == nil || after == nil || after.at.End.Sub(before.at.Start) > window || !same(before.what, after.what) {
		return v, false
	}
	for _, f := range facts {
		if !f.at.Apart(at) && !same(f.what, before.what) {
			return v, false
		}
	}
	return before.what, true
}

// madeAt returns how many backups were made on the day of a call before it, at least.
func (in *instance) madeAt(at Span) int {
	start, end := dayOf(at.Start)
	if !within(at.Start, start, end) || !within(at.End, start, end) {
		return 0
	}
	n := 0
	for _, f := range in.done {
		if f.told.Before(at) && within(f.begun, start, end) {
			n++
		}
	}
	return n
}

// exclusive returns the states of an instance of which the traffic is all that happens, or nil
// where the state is not known even so.
func (in *instance) exclusive(at Span, known oracle.State) []Possibility {
	if known.Status == "" || !at.Known() {
		return nil
	}
	known.AtMost, known.Refusals = in.given.BackupsToday, in.refused
	var last *Call
	for i, c := range in.calls {
		switch {
		case c.Span == at: // the call itself
		case !c.Span.Apart(at):
			return nil
		case c.Span.Before(at):
			known.AtMost++
			if last == nil || c.Span.End.After(last.Span.End) {
				last = &in.calls[i]
			}
		}
	}
	states := []string{in.given.LastBackup}
	if last != nil {
		states = in.lastAfter(*last, at)
	}
	if known.Last == targets.LastRunning {
		states = []string{targets.LastRunning}
	}
	known.AtMost = max(known.AtMost, known.AtLeast)
	var possible []Possibility
	for _, s := range states {
		w := known
		w.Last = s
		possible = append(possible, Possibility{true, w})
	}
	return possible
}

// lastAfter returns what the last backup may be at a moment after the last call.
func (in *instance) lastAfter(last Call, at Span) []string {
	for _, f := range in.idle {
		if last.Span.Before(f.at) && f.at.Before(at) {
			return []string{targets.LastCompleted, targets.LastFailed}
		}
	}
	return []string{""}
}
