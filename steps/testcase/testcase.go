// Package testcase holds test cases with their results, and runs many of them side by side.
//
// A [Case] is what a scenario, the screening or a search wants to see tried. An [Executor] runs it,
// has it judged, and runs its control case. Where the instances come from is up to a [Supply].
package testcase

import (
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// Case is one test case, ready to be run.
type Case struct {
	Case targets.Case
	// Control is the same case without the one thing that is wrong; nil where nothing is.
	Control *targets.Case
	// Vector is the test vector that Build made Case of; nil where it was not made of one.
	Vector *generators.Vector
	Model  *generators.Model
	Build  func(generators.Vector) targets.Case
	// Wrong lists the factors of the vector that are wrong on purpose.
	Wrong []int
	// Group names what the observation of a may rule is kept under.
	Group string
	// Mutation names what is unusual about the last call beside its vector; empty for nothing.
	Mutation string
}

// Result is a test case with what happened.
type Result struct {
	Case
	History    runner.History
	Violations []judge.Violation
	// Err is why the case could not be run; nil where it was.
	Err error
	// ControlAccepted reports whether the control case was accepted, and ControlErr why that is not
	// known.
	ControlAccepted bool
	ControlErr      error
	// FirstSeen is when the violation was first seen, where that was before this run of the case.
	FirstSeen runner.Moment
}

// Last returns the event of the last call.
func (r Result) Last() runner.Event { return r.History.Last() }

// At returns the event of the call that is step i of the case, or the zero event.
func (r Result) At(i int) runner.Event {
	for _, e := range r.History.Events {
		if e.Step == i {
			return e
		}
	}
	return runner.Event{}
}

// Tried reports whether every call of the case was sent and answered in some way that says
// something about the target.
func (r Result) Tried() bool { return r.Err == nil && len(r.History.Events) > 0 && r.unsent() == "" }

// WhyNotTried says why a case that was not [Result.Tried] says nothing.
func (r Result) WhyNotTried() string {
	if problem := r.unsent(); problem != "" {
		return problem
	}
	return "no call was made"
}

// unsent returns the problem of the first call that did not reach the target's API.
func (r Result) unsent() string {
	for _, e := range r.History.Events {
		if e.Decision == targets.Throttled || e.Decision == targets.Lost {
			return or(e.Answer.Problem, string(e.Decision))
		}
	}
	return ""
}

// Seen returns when a violation of the result was first seen.
func (r Result) Seen(v judge.Violation) runner.Moment {
	if r.FirstSeen != (runner.Moment{}) {
		return r.FirstSeen
	}
	return r.At(v.Step).Moment
}

func or(s, empty string) string {
	if s == "" {
		return empty
	}
	return s
}
