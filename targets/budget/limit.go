package budget

import (
	"context"
	"fmt"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// limited is a target with a limit of backups.
type limited struct {
	wrapped
	ledger *Ledger
}

// Limit returns the target with the limit of the ledger. A call is not sent if no backup is left
// for it, and its error wraps targets.ErrBudget. The target must send every call exactly once. A
// client that keeps connections may send a call again when a kept connection turns out to be
// closed, and so make two backups; such a client must not keep connections.
func Limit(t targets.Target, l *Ledger) targets.Target { return limited{wrapped{t}, l} }

// Send reserves the backups that the call may make and sends it. It returns them to the ledger if
// the target certainly made none. Otherwise they count, also if no answer arrives.
func (t limited) Send(ctx context.Context, call targets.Call) (a targets.Answer, err error) {
	cost := cost(call)
	if cost == 0 {
		return t.Target.Send(ctx, call)
	}
	if err := context.Cause(ctx); err != nil {
		return a, err
	}
	r, err := t.ledger.Reserve(cost)
	if err != nil {
		return a, err
	}
	settle := r.Use
	defer func() {
		// A reservation that cannot be settled still counts, so the limit holds.
		if e := settle(); e != nil && err == nil {
			err = fmt.Errorf("ledger of backups %s: %w", t.ledger.Path(), e)
		}
	}()
	a, err = t.Target.Send(ctx, call)
	if madeNone(ctx, a, err) {
		settle = r.Return
	}
	return a, err
}

// cost returns how many backups a call may make. A Describe operation makes none. The target may
// take a raw request for two requests.
func cost(call targets.Call) int {
	if call.Wire != "" {
		return 2
	}
	actions := call.Values("Action")
	if len(actions) == 1 && strings.HasPrefix(actions[0], "Describe") {
		return 0
	}
	return 1
}

// madeNone reports whether the target certainly made no backup for the call.
func madeNone(ctx context.Context, a targets.Answer, err error) bool {
	switch {
	case ctx.Err() != nil:
		return false // the call may already have been sent
	case err != nil:
		return true // nothing was sent
	}
	return a.Outcome == targets.Refused || a.Outcome == targets.Throttled || a.Outcome == targets.Lost
}
