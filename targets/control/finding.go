package control

import "fmt"

// Levels of a Finding.
const (
	LevelError = "error" // against the protocol: verdicts that rest on it would be wrong
	LevelHint  = "hint"  // within the protocol, and yet likely not meant
)

// Finding is one thing that a server of the control protocol does otherwise than the protocol has it.
type Finding struct {
	Level    string `json:"level"`
	Endpoint string `json:"endpoint"` // as PROTOCOL.md has it: "POST /v1/instances/{id}/complete"
	Sent     string `json:"sent"`     // the request, or what was done first
	Expected string `json:"expected"`
	Got      string `json:"got"` // bounded and on one line; still nothing to be trusted
	Fix      string `json:"mend"`
}

// String is the finding on one line.
func (f Finding) String() string {
	return fmt.Sprintf("%s: %s: sent %s: expected %s, got %s; %s", f.Level, f.Endpoint, f.Sent, f.Expected, f.Got, f.Fix)
}
