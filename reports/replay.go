package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// Replay is the content of a file under replays/: a failure that can be sent again.
type Replay struct {
	Schema  int    `json:"schema"`
	Tool    Tool   `json:"tool"`
	Rule    string `json:"rule"`
	Edition string `json:"edition"`
	Seed    uint64 `json:"seed"`
	// Fingerprint is that of the failure. Several files may have the same failure.
	Fingerprint string `json:"fingerprint,omitempty"`
	// The fields below are those of the failure.
	Law         string        `json:"law"`
	Kind        string        `json:"kind,omitempty"`
	Effect      string        `json:"effect,omitempty"`
	When        []Condition   `json:"when,omitempty"`
	Exact       bool          `json:"exact,omitempty"`
	Expected    string        `json:"expected"`
	Answered    string        `json:"answered"`
	ReplayFlags []string      `json:"replayFlags,omitempty"`
	Reproduced  int           `json:"reproduced,omitempty"`
	Tries       int           `json:"tries,omitempty"`
	Check       string        `json:"check"`
	Case        targets.Case  `json:"case"`
	Other       *targets.Case `json:"other,omitempty"`
	Codes       []string      `json:"codes,omitempty"`
	Race        *Race         `json:"race,omitempty"`
}

// ReplayOf returns the replay of a failure of a rule. The failure must have a case.
func ReplayOf(r *Report, rule string, f Failure) Replay {
	return Replay{
		Schema: Schema, Tool: r.Tool, Rule: rule, Edition: r.Edition, Seed: r.Seed, Fingerprint: Fingerprint(rule, f),
		Law: f.Law, Kind: f.Kind, Effect: f.Effect, When: f.When, Exact: f.Exact, Expected: f.Expected, Answered: f.Answered,
		ReplayFlags: f.ReplayFlags, Reproduced: f.Reproduced, Tries: f.Tries,
		Check: f.Check, Case: *f.Case, Other: f.Other, Codes: f.Codes, Race: f.Race,
	}
}

// Intermittent reports whether the failure did not come each time when it was kept.
func (r Replay) Intermittent() bool {
	return r.Kind == KindIntermittent || r.Reproduced < r.Tries || r.Race != nil && r.Race.Illegal < r.Race.Rounds
}

// ReadReplay reads a replay file, and checks that its case can be sent. Its error names the file.
func ReadReplay(path string) (Replay, error) {
	text, err := targets.ReadFile(path)
	if err != nil {
		return Replay{}, err
	}
	return parseReplay(path, text)
}

// parseReplay reads the text of a replay file.
func parseReplay(path string, text []byte) (Replay, error) {
	var r Replay
	if err := json.Unmarshal(withoutMark(text), &r); err != nil {
		return r, fmt.Errorf("%s: not a replay file: %w", path, err)
	}
	if err := r.check(); err != nil {
		return r, fmt.Errorf("%s: not a replay file: %w", path, err)
	}
	return r, nil
}

// withoutMark returns a text without the byte order mark that some editors write before it.
func withoutMark(text []byte) []byte { return bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")) }

// check says why the case of a replay cannot be sent or judged.
func (r Replay) check() error {
	checks := []string{"", CheckRace, CheckDecision, CheckType, CheckCode, CheckTask}
	switch {
	case r.Rule == "":
		return errors.New("it has no rule")
	case !slices.Contains(checks, r.Check):
		return fmt.Errorf("it has the unknown check %q", r.Check)
	case r.Check == CheckRace && len(r.Case.Conditions) == 0:
		return errors.New("it has a race without an instance")
	}
	if err := checkCase(r.Case); err != nil {
		return err
	}
	if r.Other != nil {
		return checkCase(*r.Other)
	}
	return nil
}

// checkCase says why a case cannot be sent.
func checkCase(c targets.Case) error {
	calls := 0
	for i, s := range c.Steps {
		instances := len(c.Conditions)
		if s.Do == targets.StepCall {
			instances = max(instances, 1) // the call may name an instance that does not exist
			calls++
		}
		switch {
		case !slices.Contains(targets.StepKinds(), s.Do):
			return fmt.Errorf("step %d does the unknown %q", i+1, s.Do)
		case s.Do == targets.StepCall && s.Call == nil:
			return fmt.Errorf("step %d has no call", i+1)
		case s.Instance < 0 || s.Instance >= instances:
			return fmt.Errorf("step %d is about the instance %d, and the case has %d", i+1, s.Instance, len(c.Conditions))
		}
	}
	if calls == 0 {
		return errors.New("it has no step that makes a call")
	}
	return nil
}
