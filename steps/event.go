package steps

import (
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/diagnose"
)

// Event is something that a run did.
type Event struct {
	Kind     string `json:"event"` // start, phase, rule, failure, warning, end
	Rule     string `json:"rule,omitempty"`
	Phase    string `json:"phase,omitempty"`
	Verdict  string `json:"verdict,omitempty"`
	Judged   string `json:"judged,omitempty"` // of the must rules, at the end
	Message  string `json:"message,omitempty"`
	Done     int    `json:"done"`  // of Total, the rules that were run
	Total    int    `json:"total"` // rules that are selected and apply to the target
	Cases    int    `json:"cases"`
	Requests int    `json:"requests"`
	// Throttled counts how often the target asked to slow down, so that the run waited.
	Throttled int     `json:"throttled,omitempty"`
	Seconds   float64 `json:"seconds"`
	// SeenRequests and SeenSeconds are what the run had sent, and how long it had taken, when a
	// failure was first seen. The search for its cause comes after that.
	SeenRequests int     `json:"seenRequests,omitempty"`
	SeenSeconds  float64 `json:"seenSeconds,omitempty"`
}

// failed tells of a new failure.
func (s *suite) failed(f diagnose.Failure) {
	if levelOf(s.rules, f.Rule) != oracle.May {
		s.found++
	}
	s.event(Event{
		Kind: "failure", Rule: f.Rule, Message: f.Sentence,
		SeenRequests: f.Seen.Requests, SeenSeconds: f.Seen.Time.Sub(s.started).Seconds(),
	})
}
