package testcase

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// Executor runs test cases side by side. The functions may be nil.
type Executor struct {
	Session     *runner.Session
	Supply      Supply
	Concurrency int // how many cases run at once
	// Skip reports whether a case would only show again that the target does not answer it.
	Skip func(Case) bool
	// OnResult is called with every result with calls, in the order of the cases.
	OnResult func(Result)
	// Plan, where set, is called with every case in place of running it, one at a time.
	Plan func(Case)

	count atomic.Int64
}

// Count returns how many cases were run so far.
func (x *Executor) Count() int { return int(x.count.Load()) }

// Counted adds a case that was run otherwise than by Run.
func (x *Executor) Counted() { x.count.Add(1) }

// Run runs the cases and returns their results in the same order. Its error is one that ends the
// run.
func (x *Executor) Run(ctx context.Context, cases []Case) ([]Result, error) {
	return x.run(ctx, cases, x.Supply.Parallel(x.Concurrency))
}

// RunInOrder runs the cases one after another.
func (x *Executor) RunInOrder(ctx context.Context, cases []Case) ([]Result, error) {
	return x.run(ctx, cases, 1)
}

func (x *Executor) run(ctx context.Context, cases []Case, parallel int) ([]Result, error) {
	results := make([]Result, len(cases))
	if x.Plan != nil {
		for i, c := range cases {
			x.Plan(c)
			results[i] = Result{Case: c, Err: ErrPlanned}
		}
		return results, nil
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(parallel)
	for i, c := range cases {
		g.Go(func() (err error) {
			if err := context.Cause(ctx); err != nil {
				return err
			}
			results[i], err = x.one(ctx, c)
			return err
		})
	}
	err := g.Wait()
	for _, r := range results {
		if x.OnResult != nil && r.Err == nil && len(r.History.Events) > 0 {
			x.OnResult(r)
		}
	}
	return results, err
}

// errKnownHang is why a case is not sent that costs a whole timeout and shows what is known.
var errKnownHang = fmt.Errorf("%w: not sent, because the target is known not to answer it", targets.ErrUnmet)

// one runs a case and its control case.
func (x *Executor) one(ctx context.Context, c Case) (Result, error) {
	if plain, is := x.Supply.(*Single); is && c.Control == nil {
		return plain.run(ctx, x.Session, c)
	}
	if x.Skip != nil && x.Skip(c) {
		return Result{Case: c, Err: errKnownHang}, nil
	}
	r := Result{Case: c}
	r.History, r.Err = x.Session.Run(ctx, c.Case)
	if runner.EndsRun(r.Err) {
		return r, r.Err
	}
	if r.Err == nil {
		r.Err = x.Supply.restriction(r.History)
	}
	if r.Err == nil {
		r.Violations = judge.Judge(x.Session.Edition, r.History)
		if err := x.retry(ctx, &r); err != nil {
			return r, err
		}
	}
	if c.Control != nil && r.Err == nil {
		r.ControlAccepted, r.ControlErr = x.ControlAccepted(ctx, *c.Control)
		if runner.EndsRun(r.ControlErr) {
			return r, r.ControlErr
		}
	}
	x.count.Add(1)
	return r, nil
}

// ErrPlanned is why a case was not run whose requests were only to be counted.
var ErrPlanned = fmt.Errorf("%w: only planned", targets.ErrUnmet)

// ErrReadOnly is why a control case is not sent in a read-only run.
var ErrReadOnly = fmt.Errorf("%w: read-only: the same call without the fault, which would make a backup, is not sent", targets.ErrUnmet)

// ControlAccepted reports whether a control case is accepted. What the supply knows of an equal
// case is not sent again.
func (x *Executor) ControlAccepted(ctx context.Context, c targets.Case) (bool, error) {
	switch {
	case x.Session.ReadOnly:
		return false, ErrReadOnly
	case x.Plan != nil:
		x.Plan(Case{Case: c})
		return true, nil // as a good target would
	}
	return x.Supply.control(c, func() (bool, error) {
		h, err := x.Session.Run(ctx, c)
		if err != nil {
			return false, err
		}
		return h.Last().Decision == targets.Accepted, nil
	})
}

// retry runs a case once more in which a call got no valid answer. Where that does not happen
// again, the failure is intermittent and says nothing about the rules of the case, unless the
// implementation itself reported that it failed at a call that it has to accept.
func (x *Executor) retry(ctx context.Context, r *Result) error {
	i := slices.IndexFunc(r.Violations, func(v judge.Violation) bool { return v.Kind == judge.NoAnswer && !v.Late() })
	if i < 0 {
		return nil
	}
	h, err := x.Session.Run(ctx, r.Case.Case)
	if err != nil {
		if runner.EndsRun(err) {
			return err
		}
		return nil
	}
	vs := judge.Judge(x.Session.Edition, h)
	if slices.ContainsFunc(vs, func(v judge.Violation) bool { return v.Kind == judge.NoAnswer }) {
		return nil
	}
	v := r.Violations[i]
	if first := r.At(v.Step); first.Answer.Kind == targets.BrokenDropped && runner.NonStandard(first.Call) {
		// A server that refuses what is too large may close the connection before it has read all of
		// it, and its refusal is then lost now and then (RFC 9112, 9.6).
		r.History, r.Violations = h, vs
		return nil
	}
	v.Kind, v.Reasons = judge.Intermittent, []oracle.Reason{intermittentReason(r.At(v.Step))}
	r.History, r.Violations = h, append(vs, v)
	return nil
}

// intermittentReason returns the rule that a call breaks which failed once and not again.
func intermittentReason(e runner.Event) oracle.Reason {
	must := slices.ContainsFunc(e.Expect.Accept, func(r oracle.Reason) bool { return r.Level == oracle.Must })
	if e.Answer.Status == http.StatusInternalServerError && must {
		return oracle.Reason{Rule: "CB-PRE-1", Level: oracle.Must}
	}
	return judge.Robust
}
