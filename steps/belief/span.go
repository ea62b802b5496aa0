package belief

import "time"

// Span is the time within which a server handled an exchange: from the request to the answer, by
// the clock of the source that recorded it.
type Span struct {
	Source     string
	Start, End time.Time
}

// skew is how far the clocks of two sources may be apart.
const skew = 5 * time.Second

// Known reports whether the time is known.
func (s Span) Known() bool { return !s.Start.IsZero() }

// Before reports whether everything in s happened before everything in o.
func (s Span) Before(o Span) bool {
	if !s.Known() || !o.Known() {
		return false
	}
	end := s.End
	if s.Source != o.Source {
		end = end.Add(skew)
	}
	return end.Before(o.Start)
}

// Apart reports whether one of two exchanges was over before the other began.
func (s Span) Apart(o Span) bool { return s.Before(o) || o.Before(s) }

// margin is how far from the change of a day a time must be to be of one day for sure: clocks
// differ, and a backup may begin some time after its call.
const margin = 15 * time.Minute

// dayOf returns the time around t that is one day by every reading of the document: days may begin
// at midnight in UTC or in UTC+8, where the vendor is, or be any 24 hours (wire.md §8).
func dayOf(t time.Time) (start, end time.Time) {
	start = t.UTC().Truncate(24 * time.Hour)
	const change = 16 * time.Hour // midnight in UTC+8
	if t.Before(start.Add(change)) {
		return start, start.Add(change)
	}
	return start.Add(change), start.Add(24 * time.Hour)
}

// within reports whether t is of a day for sure.
func within(t, start, end time.Time) bool {
	return !t.Before(start.Add(margin)) && !t.After(end.Add(-margin))
}
