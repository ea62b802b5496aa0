package targets

import (
	"context"
	"sync/atomic"
	"time"
)

// Traffic says what a run may send, and counts what is sent on its behalf beside its own calls: a
// backup that a fixture begins, and looks at backups. A run puts it into its context, and the gate
// of an adapter obeys it. See package gate.
type Traffic struct {
	// ReadOnly lets no call pass that may make a backup, unless its Receipt says that it is
	// Harmless.
	ReadOnly bool

	Requests, Backups atomic.Int64
}

type trafficKey struct{}

// WithTraffic returns a context for everything that a run sends.
func WithTraffic(ctx context.Context, t *Traffic) context.Context {
	return context.WithValue(ctx, trafficKey{}, t)
}

// TrafficOf returns the traffic of the run that a context belongs to. It is empty outside of a run.
func TrafficOf(ctx context.Context) *Traffic {
	if t, ok := ctx.Value(trafficKey{}).(*Traffic); ok {
		return t
	}
	return &Traffic{}
}

// Receipt is what whoever makes a call tells the gate about it, and learns from the gate. It
// belongs to one call.
type Receipt struct {
	// Harmless says that every reading of the document refuses the call.
	Harmless bool
	// Timeout, where set, is how long each request of the call may take, if the target's own
	// timeout is not shorter.
	Timeout time.Duration
	// Settle, where the gate has set it, ends the reservation of the backups that the call may have
	// made. made is how many an observation shows; it is negative where nothing shows it, and then
	// all of them count.
	Settle func(made int) error
}

type receiptKey struct{}

// WithReceipt returns a context for one call. A nil receipt is none.
func WithReceipt(ctx context.Context, r *Receipt) context.Context {
	return context.WithValue(ctx, receiptKey{}, r)
}

// ReceiptOf returns the receipt of the call that a context belongs to, or nil.
func ReceiptOf(ctx context.Context) *Receipt {
	r, _ := ctx.Value(receiptKey{}).(*Receipt)
	return r
}
