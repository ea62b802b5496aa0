package diagnose

import (
	"context"
	"slices"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// ExplainScreening explains what a screening sequence shows: by the call alone, on an instance in
// the condition that it was made in, where that fails too, and else by the sequence. It returns an
// error that ends the run.
func (d *Diagnosis) ExplainScreening(
	ctx context.Context, u Under, sequence generators.ScreeningSequence, r testcase.Result,
) error {
	type sight struct{ kind, level, rule, answered string }
	done := map[sight]bool{}
	for _, v := range r.Violations {
		s := sight{string(v.Kind), v.Level(), v.Rule(), v.Answered}
		if done[s] {
			continue
		}
		done[s] = true
		shown, alone, err := d.checkpointAlone(ctx, sequence.Checkpoints[v.Step], v)
		if err != nil {
			return err
		}
		if !alone {
			shown = r
			shown.Violations = []judge.Violation{v}
		}
		shown.FirstSeen = r.At(v.Step).Moment
		if err := d.Explain(ctx, u, []testcase.Result{shown}); err != nil {
			return err
		}
	}
	return nil
}

// checkpointAlone runs the call of a checkpoint by itself, and reports whether it fails in the same
// way.
func (d *Diagnosis) checkpointAlone(
	ctx context.Context, point generators.Checkpoint, v judge.Violation,
) (r testcase.Result, fails bool, err error) {
	p := point.Vector
	m := d.config.Model
	c := testcase.Case{Model: m, Vector: &p, Build: func(p generators.Vector) targets.Case { return point.Case(m, p) }}
	c.Case = c.Build(p)
	if point.WrongFactor >= 0 {
		c.Wrong = []int{point.WrongFactor}
	}
	if point.Auth != "" {
		c.Mutation = "the signature is " + string(point.Auth)
		c.Group = c.Mutation
	}
	if v.Late() && d.Unanswered(c) {
		return testcase.Result{Case: c, Violations: []judge.Violation{v}}, true, nil // it is not waited for again
	}
	results, err := d.config.Executor.Run(ctx, []testcase.Case{c})
	if err != nil {
		return testcase.Result{}, false, err
	}
	r = results[0]
	same := slices.IndexFunc(r.Violations, func(w judge.Violation) bool { return sameFailure(w, v) })
	if same < 0 {
		return r, false, nil
	}
	r.Violations = r.Violations[same : same+1]
	return r, true, nil
}
