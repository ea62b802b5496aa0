package targets

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// Bounds of waiting for a target that asks to slow down.
const (
	longestWait = 30 * time.Second // at once, whatever the target asks for
	inVain      = 3                // calls in a row that waiting did not help, after which it is taken for no help
	oneIn       = 16               // of the calls after that are waited for all the same
)

// Backoff sends again what a target asks to slow down for.
type Backoff struct {
	Retries   int           // how often a call is sent again
	FirstWait time.Duration // the wait before the first time; it doubles each time

	vain atomic.Int64 // calls that waiting did not help, since it last did
}

// Send sends a call by once until the answer is another than to slow down. A target that answers so whatever the wait means something else by it, as that no
// backup is left for today: there most calls are sent again once, so that a run does not spend its time with waiting.
func (p *Backoff) Send(ctx context.Context, once func(context.Context) (Answer, error)) (Answer, error) {
	most, wait := p.Retries, p.FirstWait
	if vain := p.vain.Load(); vain >= inVain && vain%oneIn != 0 {
		most = min(most, 1)
	}
	for again := 0; ; again++ {
		a, err := once(ctx)
		if err != nil {
			return a, err
		}
		a.Attempts, a.Throttled = max(a.Attempts, 1)+again, again
		switch {
		case a.Outcome != Throttled && again > 0:
			p.vain.Store(0)
			return a, nil
		case a.Outcome != Throttled:
			return a, nil
		case again >= most:
			p.vain.Add(1)
			a.insist()
			return a, nil
		}
		pause := max(wait/2+rand.N(wait), asked(a.Header))
		timer := time.NewTimer(min(pause, longestWait))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return a, context.Cause(ctx)
		}
		wait *= 2
	}
}

// asked is how long a throttled answer asks to wait.
func asked(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}
