package targets

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

const (
	longestWait = 30 * time.Second // one wait, whatever the target asks for
	fewInVain   = 3                // calls in a row that no wait helped; after them waiting is not expected to help
	stillTried  = 16               // one of so many later calls waits all the same
	slowestPace = 5                // first waits between two calls, at most
)

// Backoff sends a call again while the target asks to slow down. It is safe for use by several
// goroutines at once.
type Backoff struct {
	Retries   int           // how often a call is sent again
	FirstWait time.Duration // the wait before the first retry; it doubles each time

	pace   pace
	inVain atomic.Int64 // calls that no wait helped, since one last did
}

// Send sends a call by once until the answer is something else than a request to slow down. Some
// targets give that answer for another reason, such as a day's quota, and no wait changes it. Most
// calls to such a target are retried only once, so that a run does not spend its time waiting.
func (b *Backoff) Send(ctx context.Context, once func(context.Context) (Answer, error)) (Answer, error) {
	retries, wait := b.Retries, b.FirstWait
	if n := b.inVain.Load(); n >= fewInVain && n%stillTried != 0 {
		retries = min(retries, 1)
	}
	status := 0 // by which the target last asked to slow down
	var last Answer
	for retry := 0; ; retry++ {
		if err := b.pace.wait(ctx); err != nil {
			return Answer{}, err
		}
		a, err := once(ctx)
		switch {
		case errors.Is(err, ErrBudget) && retry > 0:
			return last, nil // the budget allows no further request, so this answer stands
		case err != nil:
			return a, err
		}
		b.pace.answered(a.Outcome, time.Now(), slowestPace*b.FirstWait)
		if a.Outcome == Throttled {
			status = a.Status
		}
		a.Attempts, a.Throttled, a.ThrottledBy = max(a.Attempts, 1)+retry, a.Throttled+retry, status
		switch {
		case a.Outcome != Throttled && retry > 0:
			b.inVain.Store(0)
			return a, nil
		case a.Outcome != Throttled:
			return a, nil
		case retry >= retries:
			b.inVain.Add(1)
			return a, nil
		}
		pause := max(wait/2+rand.N(wait), retryAfter(a.Header))
		if err := Sleep(ctx, min(pause, longestWait)); err != nil {
			return a, err
		}
		last = a
		wait *= 2
	}
}

// retryAfter returns how long a throttled answer asks to wait: a number of seconds, or until a time
// by the clock of the target.
func retryAfter(h http.Header) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(max(seconds, 0)) * time.Second
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return max(until.Sub(now), 0)
}
