package scenario

import (
	"context"
	"fmt"
	"slices"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// Env is what the scenarios of a run have in common.
type Env struct {
	Target   targets.Target
	Session  *runner.Session
	Executor *testcase.Executor
	// Model is the parameter model of the transports and formats that the target supports, and
	// FullModel that of all of them.
	Model, FullModel *generators.Model

	Checks   int // random cases of a scenario
	Strength int // of the covering arrays
	Seed     uint64
	Shard    Shard

	Coverage     Coverage
	Observations Observations
	// ExplainRace searches for the cause of a round of a race that went wrong.
	ExplainRace func(ctx context.Context, s *Scenario, r runner.Race, wrong []judge.RaceViolation) (Race, error)

	patterns patterns
}

// Coverage counts what a run exercised.
type Coverage interface {
	// Want begins to count the combinations of the valid classes of a model.
	Want(m *generators.Model, strength int)
	// CodeOf returns the most common Code of a call that only that rule refuses.
	CodeOf(rule string) string
}

// Observations keeps what a target does where the document leaves it open.
type Observations interface {
	// Note notes what was observed for a rule. The group says what was asked for, where a rule has
	// several, and when what else the call and its instance were like.
	Note(rule, group, observed string, when ...reports.Condition)
	// NoteOrder notes which of two faults of a call is named.
	NoteOrder(rule string, order reports.Precedence)
}

// Race is what was found out about a round of a race that went wrong.
type Race struct {
	// Doubt is why nothing can be said; empty where something can.
	Doubt string
	// Serial is set where the calls go wrong one after another too.
	Serial *testcase.Result
}

func (e *Env) edition() oracle.Edition { return e.Session.Edition }

func (e *Env) can() targets.Capabilities { return e.Session.Capabilities() }

// single returns the supply of a single existing instance, where the run has one.
func (e *Env) single() (*testcase.Single, bool) {
	s, is := e.Executor.Supply.(*testcase.Single)
	return s, is
}

// disposable reports whether the instances are made for the run.
func (e *Env) disposable() bool { return e.Executor.Supply.Disposable() }

// Sequences returns the steps of sequences that the target can take.
func (e *Env) Sequences() generators.SequenceSteps {
	can := e.can()
	return generators.SequenceSteps{Complete: can.Complete, Change: e.Session.Changes(), NextDay: can.NextDay, Nonces: e.ChecksSignatures()}
}

// ChecksSignatures reports whether calls to the target are signed.
func (e *Env) ChecksSignatures() bool { return len(e.algorithms()) > 0 }

func (e *Env) algorithms() []string {
	if t, ok := targets.As[targets.Signer](e.Target); ok {
		return t.Algorithms()
	}
	return nil
}

// Algorithms lists the signature algorithms that the target supports: a plain call that is signed
// with one of them is accepted.
func (e *Env) Algorithms(ctx context.Context) []string {
	return slices.DeleteFunc(slices.Clone(e.algorithms()), func(a string) bool { return !e.Signs(ctx, a) })
}

// Signs reports whether the target supports a signature algorithm.
func (e *Env) Signs(ctx context.Context, algorithm string) bool {
	if !slices.Contains(e.algorithms(), algorithm) {
		return false
	}
	vectors, err := e.Model.Vectors(generators.Pinned{generators.Format: {"JSON"}})
	if err != nil {
		return false
	}
	c := e.Model.Case(generators.DrawNth(vectors, e.Seed, "signs", 0))
	c.Steps[0].Call.Algorithm = algorithm
	accepted, err := e.Executor.ControlAccepted(ctx, c)
	return err == nil && accepted
}

// Shard is one of several parts of a run. The zero value is the whole run.
type Shard struct{ Index, Count int }

// Has reports whether the i-th case of the scenario of that name is in the shard.
func (s Shard) Has(name string, i int) bool {
	if s.Count <= 1 {
		return true
	}
	offset := 0
	for _, c := range name {
		offset = (offset*31 + int(c)) % s.Count
	}
	return (offset+i)%s.Count == s.Index-1
}

// String returns "2/5" for the second of five, and nothing for the whole run.
func (s Shard) String() string {
	if s.Count <= 1 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Count)
}
