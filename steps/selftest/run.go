package selftest

import (
	"cmp"
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
	begun, peak := time.Now(), func() uint64 { return 0 }
	if s.adversary != nil {
		peak = watchMemory()
	}
	r := o.run(ctx, target, s, seed)
	out.Memory = max(out.Memory, peak())
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case s.adversary != nil:
		out.Duration, out.Exit = time.Since(begun).Seconds(), exitOf(r)
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
	var rules []string
	if s.adversary != nil {
		rules = s.adversary.rules
	}
	var r run
	r.report, r.err = steps.Run(ctx, steps.Options{
		Target: target, Edition: o.Edition, Seed: seed, Checks: o.Checks, Async: s.async, Rules: rules,
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
	stop, timeout := func() { _ = server.Close() }, 3*time.Second
	if s.adversary != nil {
		at := *server
		stopAdversary, err := s.adversary.start(ctx, sim, &at)
		stop = func() {
			stopAdversary()
			_ = server.Close()
		}
		if err != nil {
			stop()
			return nil, nil, err
		}
		server.Endpoint, server.ControlURL = at.Endpoint, at.ControlURL
		timeout = cmp.Or(s.adversary.timeout, timeout)
	}
	target, err := steps.Connect(
		rpc.Config{
			Endpoint: server.Endpoint, AccessKeyID: keyID, AccessKeySecret: secret, Timeout: timeout, Concurrency: 16,
		},
		control.Config{URL: server.ControlURL, Timeout: timeout})
	if err != nil {
		stop()
		return nil, nil, err
	}
	return target, stop, nil
}
