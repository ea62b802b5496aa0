// Package pair runs the same test cases on two targets, A and B, in equal conditions, and finds out
// in what and when they differ.
//
// [Pair.RunAll] runs cases on both and compares what happened as data: decisions, effects, statuses
// and Codes, and the shape of documents. A [Finder] searches for the minimal case and the condition
// of each difference, and reports one cause once. Who is right by the document is judged apart from
// that, by package judge.
package pair

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// Pair runs cases on two targets.
type Pair struct{ A, B *runner.Session }

// Result is a case with what differed. With an error, it could not be run on both targets.
type Result struct {
	testcase.Case
	Differences []Difference
	Err         error
}

// run runs a case on both targets and returns in what they differ. The last views are those of the
// last call that both answered. An error that keeps the case from being run on a target is one of
// the case, unless it ends the run (see [runner.EndsRun]).
func (p Pair) run(ctx context.Context, c targets.Case) (ds []Difference, last views, err error) {
	var h [2]runner.History
	for i, s := range []*runner.Session{p.A, p.B} {
		if h[i], err = s.Run(ctx, c); err != nil {
			return nil, last, err
		}
	}
	ds, last = compare(h, [2][]judge.Violation{judge.Judge(p.A.Edition, h[0]), judge.Judge(p.B.Edition, h[1])})
	return ds, last, nil
}

// RunAll runs cases side by side, and returns the results in their order. Its error is one that
// ends the run.
func (p Pair) RunAll(ctx context.Context, cases []testcase.Case, concurrency int) ([]Result, error) {
	results := make([]Result, len(cases))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(concurrency)
	for i, c := range cases {
		g.Go(func() error {
			if err := context.Cause(ctx); err != nil {
				return err
			}
			ds, _, err := p.run(ctx, c.Case)
			results[i] = Result{c, ds, err}
			if runner.EndsRun(err) {
				return err
			}
			return nil
		})
	}
	return results, g.Wait()
}
