package localise

import (
	"context"
	"errors"

	"github.com/cbspec/cbspec/generators"
)

// Result is what the try of one vector shows.
type Result int

// Results of a try.
const (
	// NoEvidence: the vector cannot be tried, or the document does not expect the same of it.
	NoEvidence Result = iota
	// Passes: the document expects the same of the vector, and the target does it.
	Passes
	// Fails: the target fails in the same way.
	Fails
	// ControlAccepted: nothing is wrong with the call, so that it does not fail.
	ControlAccepted
	// LowerSeverity: the target fails in the same way, but breaks a rule of a lower level. The search
	// counts the classes of the vector as failing, and takes the vector for no evidence otherwise.
	LowerSeverity
)

// Try tries a vector. It must be safe for concurrent use, and give equal vectors equal results. An
// error ends the search.
type Try func(context.Context, generators.Vector) (Result, error)

// Search says how to search for a failing condition, and what the search may cost.
type Search struct {
	Model *generators.Model
	Try   Try
	// Keep lists the factors that are wrong on purpose. They are not reduced, and the contexts have
	// the same classes of them.
	Keep []int
	// Seed decides the values and the contexts that are tried.
	Seed uint64
	// Parallel is the number of vectors tried at once; below 1, it is 1. It does not change what is
	// found.
	Parallel int
	// Budget is the largest number of tries; 0 sets no bound. A vector that was tried before costs
	// nothing.
	Budget int
	// Key optionally names the test case of a vector. Vectors with the same key are tried once. By
	// default, the key is the classes and values of the vector.
	Key func(generators.Vector) string
	// Failed is optionally called after each try that fails, in the order of the search, and never
	// at the same time as a try.
	Failed func(generators.Vector)
}

// ErrBudget reports that a search used up its budget.
var ErrBudget = errors.New("search budget used up")

// rounds is how often a condition is checked, and refined or widened, at most.
const rounds = 10

// Find finds the failing condition of a vector that fails. With an error, it returns what it has
// found so far: the condition covers the vector, but names more than the failure needs. The error
// wraps ErrBudget if the budget is used up.
func Find(ctx context.Context, failing generators.Vector, s Search) (FailingCondition, error) {
	f := &finder{space: space{model: s.Model, keep: s.Keep, seed: s.Seed}, original: failing}
	f.tries = newTries(s, &f.evidence)
	f.tries.know(failing, Fails)
	var held []int
	for {
		c, err := f.search(ctx, held)
		missed := c.missed(failing)
		progress := without(missed, held)
		if err == nil && len(progress) > 0 {
			held = append(held, progress...)
			continue
		}
		c.include(failing, missed)
		c.Tries = f.tries.count
		c.Exact = err == nil && len(missed) == 0 && c.confirmed()
		return c, err
	}
}

// finder searches for the failing condition of one vector.
type finder struct {
	space
	original generators.Vector
	tries    *tries
}

// search runs the steps of the search once. It does not reduce the held factors: a condition of the
// reduced vector did not cover the original one.
func (f *finder) search(ctx context.Context, held []int) (FailingCondition, error) {
	minimal, err := f.reduce(ctx, held)
	c := hull(f.model, minimal, f.original)
	if err != nil {
		return c, err
	}
	conditions, err := f.generalise(ctx, minimal)
	if err != nil {
		return c, err
	}
	c.Conditions = conditions
	return f.improve(ctx, c)
}

// improve checks, refines and widens a condition, until there is nothing left to improve. If it
// does not get there, it returns the last condition with which every context failed, if there was
// one.
func (f *finder) improve(ctx context.Context, c FailingCondition) (FailingCondition, error) {
	var good *FailingCondition
	var err error
	for range rounds {
		var passing *generators.Vector
		if passing, err = f.check(ctx, &c); err != nil {
			break
		}
		var changed bool
		if passing == nil {
			good = c.clone()
			changed, err = f.widen(ctx, &c)
		} else {
			changed, err = refinement{f}.refine(ctx, &c, *passing)
		}
		if err != nil || !changed {
			break
		}
	}
	if good != nil {
		c = *good
	}
	return c, err
}
