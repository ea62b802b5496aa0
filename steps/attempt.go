package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// attempt is one case of a scenario, ready to be tried.
type attempt struct {
	kase targets.Case
	// twin is the case with what is wrong mended; nil where nothing is.
	twin *targets.Case
	// point is what the case was built of, by build; nil where it was not.
	point *generators.Vector
	model *generators.Model
	build func(generators.Vector) targets.Case
	// wrong are the factors that are wrong on purpose.
	wrong []int
	// group is what a may rule's observation is kept under.
	group string
	// edit is what is unusual about the last call beside its point; empty where nothing is.
	edit string
}

// outcome is an attempt with what came of it.
type outcome struct {
	attempt
	history    trial.History
	violations []trial.Violation
	err        error // why it could not be tried
	// mended tells whether the twin was accepted; mendedErr why that is not known.
	mended    bool
	mendedErr error
	// seen is when what is wrong was first seen, where that was before this.
	seen trial.Moment
}

// last is the event of the last call.
func (o outcome) last() trial.Event { return o.history.Last() }

// tried tells whether every call of the attempt was sent and answered in some way that says something.
func (o outcome) tried() bool {
	if o.err != nil || len(o.history.Events) == 0 {
		return false
	}
	for _, e := range o.history.Events {
		if e.Decision == targets.Throttled || e.Decision == targets.Lost {
			return false
		}
	}
	return true
}

// untried says why an attempt says nothing.
func (o outcome) untried() string {
	for _, e := range o.history.Events {
		if e.Decision == targets.Throttled || e.Decision == targets.Lost {
			return e.Answer.Problem
		}
	}
	return "no call was made"
}

// tryAll tries the attempts side by side; the outcomes are in their order. Its error is one that ends the run.
func (s *suite) tryAll(ctx context.Context, attempts []attempt) ([]outcome, error) {
	outcomes := make([]outcome, len(attempts))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.o.Concurrency)
	if s.shared != nil {
		g.SetLimit(1)
	}
	for i, a := range attempts {
		g.Go(func() error {
			if err := context.Cause(ctx); err != nil {
				return err
			}
			if s.shared != nil && a.twin == nil {
				o, err := s.trySharedCall(ctx, a)
				outcomes[i] = o
				return err
			}
			o := outcome{attempt: a}
			if s.hangs(a) {
				// Each such case costs a whole timeout, and shows what is known.
				o.err = fmt.Errorf("%w: not sent, for the target is known not to answer it", targets.ErrUnmet)
				outcomes[i] = o
				return nil
			}
			o.history, o.err = s.session.Run(ctx, a.kase)
			if fatal(o.err) {
				return o.err
			}
			if o.err == nil {
				o.violations = s.session.Judge(o.history)
				if err := s.insist(ctx, &o); err != nil {
					return err
				}
			}
			if a.twin != nil && o.err == nil {
				o.mended, o.mendedErr = s.acceptsTwin(ctx, *a.twin)
				if fatal(o.mendedErr) {
					return o.mendedErr
				}
			}
			s.cases.Add(1)
			outcomes[i] = o
			return nil
		})
	}
	err := g.Wait()
	for _, o := range outcomes {
		if o.err == nil && len(o.history.Events) > 0 {
			s.ledger.note(o.attempt, o.history) // in their order, whichever was done first
		}
	}
	return outcomes, err
}

// insist tries a case again in which a call was not answered. What does not come again, and nothing else in its place, says that the target fails now and then,
// and nothing of the rules that the case is about, unless the implementation itself says that it failed at what it is to accept.
func (s *suite) insist(ctx context.Context, o *outcome) error {
	i := slices.IndexFunc(o.violations, func(v trial.Violation) bool { return v.Kind == trial.NoAnswer && !hangs(v) })
	if i < 0 {
		return nil
	}
	h, err := s.session.Run(ctx, o.kase)
	if err != nil {
		if fatal(err) {
			return err
		}
		return nil
	}
	if vs := s.session.Judge(h); !slices.ContainsFunc(vs, func(v trial.Violation) bool { return v.Kind == trial.NoAnswer }) {
		v := o.violations[i]
		e, reason := o.at(v.Step), trial.Robust
		if e.Answer.Status == http.StatusInternalServerError && slices.ContainsFunc(e.Expect.Accept, func(r oracle.Reason) bool { return r.Level == oracle.Must }) {
			reason = oracle.Reason{Rule: "CB-PRE-1", Level: oracle.Must}
		}
		v.Kind, v.Reasons = trial.NowAndThen, []oracle.Reason{reason}
		o.history, o.violations = h, append(vs, v)
	}
	return nil
}

// fatal tells whether an error ends the run, and not just the case.
func fatal(err error) bool {
	return err != nil && !errors.Is(err, targets.ErrUnmet) && !errors.Is(err, trial.ErrSetup) && !errors.Is(err, targets.ErrBudget)
}

// twins remembers which mended cases are accepted: what matters of one is only that it is, on an equal condition.
type twins struct {
	mu    sync.Mutex
	known map[string]bool
}

func (s *suite) acceptsTwin(ctx context.Context, c targets.Case) (bool, error) {
	if s.o.ReadOnly {
		return false, errReadOnly
	}
	if s.shared != nil {
		return s.sharedTwin(), nil
	}
	var what any = c
	if s.pool != nil {
		// Where a backup costs much, one accepted call of a method stands for all on equal instances.
		method, _ := c.Steps[len(c.Steps)-1].Call.Get(generators.Method)
		what = []any{c.Conditions, method}
	}
	key, err := json.Marshal(what)
	if err != nil {
		return false, err
	}
	s.twins.mu.Lock()
	accepted, known := s.twins.known[string(key)]
	s.twins.mu.Unlock()
	if known {
		return accepted, nil
	}
	h, err := s.session.Run(ctx, c)
	if err != nil {
		return false, err
	}
	accepted = h.Last().Decision == targets.Accepted
	s.twins.mu.Lock()
	s.twins.known[string(key)] = accepted
	s.twins.mu.Unlock()
	return accepted, nil
}
