package budget

import (
	"context"
	"fmt"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// limited is a target whose calls a ledger bounds.
type limited struct {
	wrapped
	ledger *Ledger
}

// Limit returns the target with its calls bounded by the ledger: one that the ledger has no backup left for is not sent, and its error
// wraps targets.ErrBudget. The wrapped target must send a call once: a client that sends it again over a fresh connection when a kept
// one turns out to be closed may make two backups of one call, so it is to keep none.
func Limit(t targets.Target, l *Ledger) targets.Target { return limited{wrapped{t}, l} }

// Send reserves what the call may make, sends it, and settles: returned where the target surely did not take the call, used
// otherwise, an answer that never came included.
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
		// A settlement that cannot be written leaves the reservation, which counts; nothing is overspent.
		if e := settle(); e != nil && err == nil {
			err = fmt.Errorf("ledger of backups %s: %w", t.ledger.Path(), e)
		}
	}()
	a, err = t.Target.Send(ctx, call)
	if free(ctx, a, err) {
		settle = r.Return
	}
	return a, err
}

// cost is how many backups a call may make. An operation that only describes makes none. Bytes written by hand may reach the
// target as two requests.
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

// free tells whether the target surely made no backup of the call.
func free(ctx context.Context, a targets.Answer, err error) bool {
	switch {
	case ctx.Err() != nil:
		return false // it may have been on its way
	case err != nil:
		return true // nothing could be sent
	}
	return a.Outcome == targets.Refused || a.Outcome == targets.Throttled || a.Outcome == targets.Lost
}
