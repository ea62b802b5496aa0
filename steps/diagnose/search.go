package diagnose

import (
	"context"
	"sync"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
	"github.com/cbspec/cbspec/steps/diagnose/shrink"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// lateParallel is how many times more vectors are tried at once where calls are not answered: to
// wait costs nothing.
const lateParallel = 4

// locate finds the failing condition of a result that was built from a vector.
func (s *searcher) locate(ctx context.Context, in incident, budget *shrink.Budget) (finding, error) {
	c, v := in.result.Case, in.violation
	vectors := newVectorSearch(s, in)
	parallel := s.concurrency
	if v.Late() {
		parallel *= lateParallel
	}
	keep := c.Wrong
	if v.Kind == judge.ContradictsEffect || v.Kind == judge.NoAnswer {
		keep = nil // the failure may have nothing to do with what is wrong with the call
	}
	found, err := localise.Find(ctx, *c.Vector, localise.Search{
		Model: c.Model, Keep: keep, Seed: uint64(generators.Seed(s.seed, shrink.Key(c.Case), 0)),
		Parallel: parallel, Budget: budget.Left(), Try: vectors.try, Key: vectors.key, Failed: vectors.failed,
	})
	budget.Spend(found.Tries)
	f, minimal := finding{violation: v, mutation: c.Mutation, condition: &found, contexts: found.Contexts}, c.Build(found.Minimal)
	if err == nil {
		f.factors = found.Factors()
		f.cause.When, f.cause.Exact = ConditionsOf(found), found.Exact
		plainest, err := s.widen(ctx, in, &f, vectors.was)
		if err != nil {
			return f, err
		}
		if plainest != nil {
			vectors.witnesses[shrink.Key(plainest.testCase)], minimal = *plainest, plainest.testCase
		}
	}
	vectors.settle(&f, minimal)
	if c.Mutation != "" {
		f.cause.When = WithGroup(c.Group, f.cause.When)
	}
	what := causeOf(f.violation, f.event)
	f.cause.Kind, f.cause.Effect = what.Kind, what.Effect
	if err != nil || len(f.minimal.Steps) == 1 {
		f.plain = true
		return f, err
	}
	return s.withoutSteps(ctx, f, v, budget)
}

// widen replaces the failing condition where more is known than a search among vectors can show:
// that every refusal fails, or that calls are refused because of earlier ones. Of all refusals it
// returns the plainest that fails.
func (s *searcher) widen(ctx context.Context, in incident, f *finding, was runner.Event) (*witness, error) {
	v := in.violation
	switch {
	case in.result.Mutation != "":
	case aboutRefusals(v, was):
		others, err := s.otherRefusals(ctx, in)
		if err != nil || len(others) == 0 {
			return nil, err
		}
		f.refusals = true
		f.condition.Conditions, f.factors = nil, nil
		f.condition.Contexts += len(others)
		f.condition.Failing += len(others)
		f.contexts = f.condition.Contexts
		f.cause.When, f.cause.Exact = []reports.Condition{{Factor: "decision", Classes: []string{"refused"}}}, true
		return &others[0], nil
	case v.Kind == judge.WronglyRefused && f.condition.Always() && s.plainCallAccepted != nil && s.plainCallAccepted():
		f.cause.SharedState = true
	}
	return nil, nil
}

// withoutSteps finds out whether the minimal case of a finding needs all of its steps.
func (s *searcher) withoutSteps(
	ctx context.Context, f finding, v judge.Violation, budget *shrink.Budget,
) (finding, error) {
	if single, known := shrink.LastCallAlone(s.edition, f.minimal); known {
		h, err := s.session.Run(ctx, single)
		if runner.EndsRun(err) {
			return f, err
		}
		if w, same := s.again(h, judge.Violation{Kind: v.Kind, Reasons: v.Reasons}); same && err == nil {
			f.plain, f.minimal, f.violation, f.event = true, single, w.violation, w.event
			return f, nil
		}
	}
	story, err := s.reduce(ctx, witness{f.minimal, f.violation, f.event}, budget)
	if err != nil {
		return f, err
	}
	if story.plain || len(f.condition.Conditions) == 0 {
		// Of what the scenario does nothing matters, or nothing else does.
		f.minimal, f.violation, f.event, f.cause = story.minimal, story.violation, story.event, story.cause
	}
	return f, nil
}

// withPlainDatabases gives the instances of a minimal case one database where the case fails with
// it too. The plainest vector has several, so that DBName may be a list of names.
func (s *searcher) withPlainDatabases(ctx context.Context, f *finding) error {
	plain := shrink.WithPlainDatabases(f.minimal)
	if shrink.Key(plain) == shrink.Key(f.minimal) {
		return nil
	}
	h, err := s.session.Run(ctx, plain)
	if err != nil {
		if runner.EndsRun(err) {
			return err
		}
		return nil // the target has no such instance
	}
	if w, same := s.again(h, f.violation); same {
		f.minimal, f.violation, f.event = plain, w.violation, w.event
	}
	return nil
}

// vectorSearch runs the cases of vectors for one search.
type vectorSearch struct {
	s     *searcher
	in    incident
	was   runner.Event // of the plainest vector that fails; what passes is compared with it
	least int          // the weight of that vector

	mu        sync.Mutex
	witnesses map[string]witness // by case
}

func newVectorSearch(s *searcher, in incident) *vectorSearch {
	return &vectorSearch{
		s: s, in: in, witnesses: map[string]witness{},
		was: in.result.At(in.violation.Step), least: weight(*in.result.Vector),
	}
}

// key names the case of a vector.
func (x *vectorSearch) key(p generators.Vector) string { return shrink.Key(x.in.result.Build(p)) }

// try runs the case of a vector.
func (x *vectorSearch) try(ctx context.Context, p generators.Vector) (localise.Result, error) {
	if ctx.Err() != nil {
		return localise.NoEvidence, context.Cause(ctx)
	}
	c, v := x.in.result.Build(p), x.in.violation
	if result, foreseen := x.s.foresee(c, v); foreseen {
		return result, nil
	}
	h, err := x.s.session.Run(ctx, c)
	switch {
	case runner.EndsRun(err):
		return localise.NoEvidence, err
	case err != nil:
		return localise.NoEvidence, nil
	}
	w, again := x.s.again(h, v)
	switch {
	case !again:
		return classify(h, v, x.was), nil
	case w.violation.Level() != v.Level() && w.violation.Level() != oracle.Must:
		return localise.LowerSeverity, nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.witnesses[shrink.Key(c)] = witness{c, w.violation, w.event}
	return localise.Fails, nil
}

// failed notes a vector that fails. It is not called at the same time as try.
func (x *vectorSearch) failed(p generators.Vector) {
	if n := weight(p); n < x.least {
		x.was, x.least = x.witnesses[x.key(p)].event, n
	}
}

// settle gives a finding its minimal case with what was seen in it, or else the plainest case that
// breaks a must rule.
func (x *vectorSearch) settle(f *finding, minimal targets.Case) {
	v := x.in.violation
	was := x.in.result.At(v.Step)
	f.minimal, f.event = minimal, was
	if w, seen := x.witnesses[shrink.Key(minimal)]; seen {
		f.violation, f.event = w.violation, w.event
	}
	if w, found := strongest(x.witnesses); found && wantsAccepted(v, was) && f.violation.Level() != oracle.Must {
		f.minimal, f.violation, f.event = w.testCase, w.violation, w.event
	}
}
