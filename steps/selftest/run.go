package selftest

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

const (
	keyID  = "selftest-key"
	secret = "selftest-secret-0123456789"
)

// run is one run of the suite.
type run struct {
	report   *reports.Report // nil if the run did not begin
	err      error           // that ended it
	first    *steps.Event    // the first failure; nil if there is none
	detected bool            // an expected detector failed
}

func (r run) seconds() float64 {
	if r.report == nil {
		return 0
	}
	return r.report.DurationSeconds
}

// try runs the suite once against a subject and adds what came of it to the outcome.
func (o Options) try(ctx context.Context, s subject, seed uint64, out *Outcome) error {
	target, stop, err := s.start(ctx, o.Edition)
	if err != nil {
		return err
	}
	defer stop()
	r := o.run(ctx, target, s, seed)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case s.adversary != nil:
		out.Duration = r.seconds()
		out.complain(s.adversary.ending.problem(r.report, r.err))
	case r.report == nil:
		return errors.Join(errors.New("the run did not begin"), r.err)
	default:
		out.add(r, o.clean)
	}
	return nil
}

// run runs the suite. The run with the first seed goes to its end, so that the matrix shows every
// rule that fails. The others, and all runs of a fast selftest, end once a fault is detected.
func (o Options) run(ctx context.Context, target targets.Target, s subject, seed uint64) run {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	endEarly := s.outcome.Kind == Fault && (seed > 1 || o.Fast)
	var r run
	r.report, r.err = steps.Run(ctx, steps.Options{
		Target: target, Edition: o.Edition, Seed: seed, Checks: o.Checks, Async: s.async,
		OnEvent: func(e steps.Event) {
			if e.Kind != "failure" {
				return
			}
			if r.first == nil {
				r.first = &e
			}
			if slices.Contains(s.outcome.Expected, e.Rule) {
				r.detected = true
				if endEarly {
					stop()
				}
			}
		},
	})
	return r
}

// start starts a server for the subject.
func (s subject) start(ctx context.Context, edition string) (targets.Target, func(), error) {
	options := s.simulator
	options.Edition, options.AccessKeyID, options.AccessKeySecret = edition, keyID, secret
	sim, err := simulator.New(options)
	if err != nil {
		return nil, nil, err
	}
	server, err := sim.Start(ctx, "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	endpoint, stop := server.Endpoint, func() { _ = server.Close() }
	if s.adversary != nil {
		var stopAdversary func()
		if endpoint, stopAdversary, err = s.adversary.start(ctx, server.Endpoint); err != nil {
			stop()
			return nil, nil, err
		}
		stop = func() {
			stopAdversary()
			_ = server.Close()
		}
	}
	target, err := steps.Connect(
		rpc.Config{
			Endpoint: endpoint, AccessKeyID: keyID, AccessKeySecret: secret, Timeout: 3 * time.Second, Concurrency: 16,
		},
		control.Config{URL: server.ControlURL})
	if err != nil {
		stop()
		return nil, nil, err
	}
	return target, stop, nil
}
