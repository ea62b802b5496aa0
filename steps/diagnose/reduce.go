package diagnose

import (
	"context"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/diagnose/shrink"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// reduction is the search for the minimal case of a violation that has no vector.
type reduction struct {
	s         *searcher
	violation judge.Violation
	least     witness // the simplest case that was seen to fail
	budget    *shrink.Budget
}

// fails runs a case, and keeps it where it fails in the same way.
func (r *reduction) fails(ctx context.Context, c targets.Case) (bool, error) {
	r.budget.Spend(len(c.Steps) - 1)
	h, err := r.s.session.Run(ctx, c)
	if runner.EndsRun(err) {
		return false, err
	}
	if err != nil {
		return false, nil
	}
	w, again := r.s.again(h, r.violation)
	if again {
		r.least = witness{c, w.violation, w.event}
	}
	return again, nil
}

// reduce finds the minimal case that still fails in the same way: without steps and parameters that
// it does not need, on instances in the plainest condition.
func (s *searcher) reduce(ctx context.Context, w witness, budget *shrink.Budget) (finding, error) {
	r := reduction{s: s, violation: w.violation, least: w, budget: budget}
	c := w.testCase
	if after := w.violation.Step + 1; after < len(c.Steps) {
		c.Steps = c.Steps[:after] // what comes after the violation has no part in it
	}
	fails, err := r.fails(ctx, c)
	if err == nil && !fails {
		fails, err = r.fails(ctx, c)
	}
	if err != nil || !fails {
		f := r.finding()
		f.cause = f.cause.intermittent()
		return f, err
	}
	// What a plain call shows is a matter of the rules that every call is under, whatever the last
	// call asked for.
	if plain, is := shrink.WithPlainLastCall(r.least.testCase); is {
		if _, err := r.fails(ctx, plain); err != nil {
			return r.finding(), err
		}
	}
	if err := r.withoutBeginning(ctx); err != nil {
		return r.finding(), err
	}
	if len(r.least.testCase.Steps) > 1 {
		if _, err := r.fails(ctx, shrink.WithPlainCalls(r.least.testCase)); err != nil {
			return r.finding(), err
		}
	}
	_, err = shrink.Minimise(ctx, r.least.testCase, shrink.Search[targets.Case]{
		Simpler: shrink.Cases, Fails: r.fails, Budget: budget,
	})
	if err != nil {
		f := r.finding()
		f.cause.Exact = !usedUp(err)
		return f, err
	}
	if err := r.withoutStory(ctx); err != nil {
		return r.finding(), err
	}
	f := r.finding()
	f.plain = len(f.minimal.Steps) == 1
	if f.plain {
		f.factors = factorsOf(f.minimal)
	}
	return f, nil
}

// withoutStory replaces the minimal case by its last call alone where that fails too, each time, on
// an instance made in the condition that the steps before it bring about.
func (r *reduction) withoutStory(ctx context.Context) error {
	story := r.least
	single, known := shrink.LastCallAlone(r.s.edition, story.testCase)
	if !known || len(story.testCase.Steps) == 1 {
		return nil
	}
	for range reproductions { // once may be because of what was sent before
		fails, err := r.fails(ctx, single)
		if err != nil || !fails {
			r.least = story
			return err
		}
	}
	return nil
}

// withoutBeginning replaces the first steps of a long case by instances made in the condition that
// those bring about. Each try of a case costs a few requests a step, and most failures need few
// steps.
func (r *reduction) withoutBeginning(ctx context.Context) error {
	whole := r.least.testCase
	for last := 2; last < len(whole.Steps); last *= 2 {
		rest, known := shrink.FromStep(r.s.edition, whole, len(whole.Steps)-last)
		if !known {
			continue
		}
		if fails, err := r.fails(ctx, rest); err != nil || fails {
			return err
		}
	}
	return nil
}

// finding returns what is known of the simplest case.
func (r *reduction) finding() finding {
	w := r.least
	c := causeOf(w.violation, w.event)
	c.Case, c.Exact = &w.testCase, true
	return finding{minimal: w.testCase, violation: w.violation, event: w.event, cause: c}
}

// factorsOf lists the factors that a minimal case of one call still needs: those of the parameters
// that could not be left out, and the backups of the day.
func factorsOf(c targets.Case) []string {
	var factors []string
	for _, p := range c.Steps[0].Call.Params {
		factors = append(factors, p.Name)
	}
	if n := len(c.Conditions); n > 0 && c.Conditions[min(c.Steps[0].Instance, n-1)].BackupsToday > 0 {
		factors = append(factors, generators.Today)
	}
	return factors
}
