package gate

import (
	"context"
	"errors"
	"time"
)

// errLate reports a function that did not return although its time was up.
var errLate = errors.New("no complete answer in time")

// graceful is how long f may take to return once its context ended. It knows best how far it got.
const graceful = 250 * time.Millisecond

// Within calls f with a context that ends after limit, and returns what f returns. It does not wait
// for an f that does not heed its context: whatever a server does to a connection, the time of a
// request is bounded. 0 is no limit.
func Within[T any](ctx context.Context, limit time.Duration, f func(context.Context) (T, error)) (T, error) {
	cancel := func() {}
	if limit > 0 {
		ctx, cancel = context.WithTimeout(ctx, limit)
	}
	defer cancel()
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		v, err := f(ctx)
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
	}
	timer := time.NewTimer(graceful)
	defer timer.Stop()
	select {
	case r := <-done:
		return r.value, r.err
	case <-timer.C:
		var none T
		return none, errLate
	}
}
