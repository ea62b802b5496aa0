package reports

import "github.com/cbspec/cbspec/targets"

// Replay is the content of a file under replays/: a failure that can be sent again.
type Replay struct {
	Schema  int    `json:"schema"`
	Tool    Tool   `json:"tool"`
	Rule    string `json:"rule"`
	Edition string `json:"edition"`
	Seed    uint64 `json:"seed"`
	// The fields below are those of the failure.
	Law      string        `json:"law"`
	Expected string        `json:"expected"`
	Answered string        `json:"answered"`
	Check    string        `json:"check"`
	Case     targets.Case  `json:"case"`
	Other    *targets.Case `json:"other,omitempty"`
	Codes    []string      `json:"codes,omitempty"`
	Race     *Race         `json:"race,omitempty"`
}

// ReplayOf returns the replay of a failure of a rule. The failure must have a case.
func ReplayOf(r *Report, rule string, f Failure) Replay {
	return Replay{
		Schema: Schema, Tool: r.Tool, Rule: rule, Edition: r.Edition, Seed: r.Seed,
		Law: f.Law, Expected: f.Expected, Answered: f.Answered,
		Check: f.Check, Case: *f.Case, Other: f.Other, Codes: f.Codes, Race: f.Race,
	}
}
