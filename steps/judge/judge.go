package judge

import (
	"errors"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/runner"
)

// Kind is a way in which a target does not do what the document says.
type Kind string

// Kinds of violations.
const (
	WronglyAccepted   Kind = "wrongly accepted"
	WronglyRefused    Kind = "wrongly refused"
	NoAnswer          Kind = "no valid answer"
	Intermittent      Kind = "no valid answer, intermittently"
	ContradictsEffect Kind = "the answer contradicts the effect"
	WrongBackup       Kind = "the backup is not the one asked for"
	WrongInstance     Kind = "the backup is of another instance"
	WrongDocument     Kind = "the answer is not the documented one"
	NotLinearizable   Kind = "the answers fit no order of the calls"
)

// Violation is one way in which the target did not do what the document says.
type Violation struct {
	Kind Kind
	// Reasons are the rules that the violation may break. Where several speak of the call, the
	// failing condition decides between them.
	Reasons []oracle.Reason
	Step    int // of the case
	// ToRefuse is set where the document wants the call refused, or no backup of it.
	ToRefuse bool
	Expected string
	Answered string // without ids and times, so that it is the same from call to call
}

func violation(kind Kind, reasons []oracle.Reason, expected, answered string) Violation {
	return Violation{Kind: kind, Reasons: reasons, Expected: expected, Answered: answered}
}

// Rule returns the rule that the violation breaks as long as its failing condition is unknown.
func (v Violation) Rule() string { return v.Reasons[0].Rule }

// Level returns the level of that rule.
func (v Violation) Level() string { return v.Reasons[0].Level }

// Has reports whether a rule is among those that the violation may break.
func (v Violation) Has(rule string) bool {
	for _, r := range v.Reasons {
		if r.Rule == rule {
			return true
		}
	}
	return false
}

// Late reports whether the violation is that the target did not answer in time.
func (v Violation) Late() bool { return v.Answered == runner.Late }

// Judge returns what in a history is not as that edition of the document says, in the order of the
// calls.
func Judge(edition oracle.Edition, h runner.History) []Violation {
	var vs []Violation
	for _, e := range h.Events {
		for _, v := range append(decision(e), document(e, edition)...) {
			v.Step, v.ToRefuse = e.Step, len(e.Expect.Refuse) > 0 || e.Expect.NoBackup != ""
			vs = append(vs, v)
		}
	}
	return vs
}

// because is the one rule that a violation breaks.
func because(rule, level string) []oracle.Reason {
	return []oracle.Reason{{Rule: rule, Level: level}}
}

// ErrIncomplete reports that a kept failure lacks what its check needs.
var ErrIncomplete = errors.New("incomplete replay")
