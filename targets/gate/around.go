package gate

import (
	"context"

	"github.com/cbspec/cbspec/targets"
)

// Keeper is an adapter whose requests all pass its gate.
type Keeper interface{ Gate() *Gate }

// WaitOf returns what waits until the rate of a target allows a request, be it of the control
// protocol or by a hook. It does not wait where the target has no gate.
func WaitOf(t targets.Target) func(context.Context) error {
	if k, kept := targets.As[Keeper](t); kept {
		return k.Gate().wait
	}
	return func(context.Context) error { return nil }
}

// Around returns a target whose calls pass a gate: the target itself if its adapter has one.
func Around(t targets.Target) targets.Target {
	if _, kept := targets.As[Keeper](t); kept {
		return t
	}
	return around{t, New(Config{})}
}

type around struct {
	targets.Target
	gate *Gate
}

// Unwrap returns the target without the gate.
func (t around) Unwrap() targets.Target { return t.Target }

// Send sends the call through the gate.
func (t around) Send(ctx context.Context, call targets.Call) (targets.Answer, error) {
	return t.gate.Send(ctx, call, func(ctx context.Context) (targets.Answer, error) { return t.Target.Send(ctx, call) })
}
