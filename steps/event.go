package steps

// Event is something that a run did.
type Event struct {
	Kind     string  `json:"event"` // start, phase, rule, failure, warning, end
	Rule     string  `json:"rule,omitempty"`
	Phase    string  `json:"phase,omitempty"`
	Verdict  string  `json:"verdict,omitempty"`
	Message  string  `json:"message,omitempty"`
	Done     int     `json:"done"`  // rules
	Total    int     `json:"total"` // rules
	Cases    int     `json:"cases"`
	Requests int     `json:"requests"`
	Seconds  float64 `json:"seconds"`
	// SeenRequests and SeenSeconds are, of a failure, what the run had sent and how long it had taken when it was first seen. Its law is found after that.
	SeenRequests int     `json:"seenRequests,omitempty"`
	SeenSeconds  float64 `json:"seenSeconds,omitempty"`
}
