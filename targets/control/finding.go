package control

import "fmt"

// Levels of a Finding.
const (
	LevelError = "error" // it breaks the protocol, so that verdicts based on it would be wrong
	LevelHint  = "hint"  // the protocol allows it, and it is probably a mistake
)

// Finding is one difference between a server and the control protocol.
type Finding struct {
	Level    string `json:"level"`
	Endpoint string `json:"endpoint"` // as in PROTOCOL.md: "POST /v1/instances/{id}/complete"
	Sent     string `json:"sent"`     // the request, or what was done first
	Expected string `json:"expected"`
	Got      string `json:"got"`  // short and on one line; the server wrote it, so escape it
	Fix      string `json:"mend"` // what to change
}

// String returns the finding on one line.
func (f Finding) String() string {
	return fmt.Sprintf("%s: %s: sent %s: expected %s, got %s; %s", f.Level, f.Endpoint, f.Sent, f.Expected, f.Got, f.Fix)
}
