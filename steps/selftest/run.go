package selftest

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

const (
	keyID  = "selftest-key"
	secret = "selftest-secret-0123456789"
)

// prove runs the suite once against a subject. With the first seed the run goes to its end, so that the matrix shows every rule that fails; with
// further ones, and with every one of a fast proof, it has shown what it is to show once a rule of the fault's own failed.
func (o Options) prove(ctx context.Context, s subject, out *Outcome, seed uint64) error {
	so := s.simulator
	so.Edition, so.AccessKeyID, so.AccessKeySecret = o.Edition, keyID, secret
	sim, err := simulator.New(so)
	if err != nil {
		return err
	}
	server, err := sim.Start(ctx, "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	endpoint := server.Endpoint
	if s.special != nil {
		var stop func()
		if endpoint, stop, err = s.special.start(ctx, server.Endpoint); err != nil {
			return err
		}
		defer stop()
	}
	target, err := steps.Connect(rpc.Config{Endpoint: endpoint, AccessKeyID: keyID, AccessKeySecret: secret, Timeout: 3 * time.Second, Concurrency: 16}, control.Config{URL: server.ControlURL})
	if err != nil {
		return err
	}
	enough, stop := context.WithCancel(ctx)
	defer stop()
	var first, own *steps.Event
	r, err := steps.Run(enough, steps.Options{Target: target, Edition: o.Edition, Seed: seed, Checks: o.Checks, Async: s.async, OnEvent: func(e steps.Event) {
		if e.Kind != "failure" {
			return
		}
		if first == nil {
			first = &e
		}
		if own == nil && slices.Contains(out.Wanted, e.Rule) {
			own = &e
			if (seed > 1 || o.Fast) && out.Kind == Fault {
				stop()
			}
		}
	}})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if r != nil && seed == 1 {
		out.Requests, out.Seconds = r.Requests, r.DurationSeconds
	}
	if out.Kind == Special {
		out.complain(s.special.want.unmet(r, err))
		return nil
	}
	if r == nil {
		return errors.Join(errors.New("the run did not begin"), err)
	}
	if first != nil {
		out.kills = append(out.kills, *first)
	}
	out.count(failed(r), own != nil, err)
	return nil
}

// failed lists the rules that failed.
func failed(r *reports.Report) []string {
	var ids []string
	for _, rule := range r.Rules {
		if rule.Verdict == reports.Failed {
			ids = append(ids, rule.ID)
		}
	}
	return ids
}
