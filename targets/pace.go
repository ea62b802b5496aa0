package targets

import (
	"context"
	"sync"
	"time"
)

const (
	paceWindow = time.Second // answers of that long ago are forgotten
	oftenShare = 5           // one throttled answer of so many is too often
	recovery   = 0.9         // the time between two requests shrinks to that share in each window
)

// pace keeps requests apart once a target asks to slow down often: it sends as many as the target
// lately let pass. Without that, most requests to a target with a limit would be throttled, and
// some of them on every retry. The zero value keeps nothing apart.
type pace struct {
	mu        sync.Mutex
	gap       time.Duration // between two requests; 0 for none
	next      time.Time     // when the next request may be sent
	changed   time.Time     // when the gap was set
	passed    []time.Time   // answers in the window
	throttled []time.Time
}

// wait waits until the next request may be sent.
func (p *pace) wait(ctx context.Context) error {
	p.mu.Lock()
	now := time.Now()
	due := p.next
	if due.Before(now) {
		due = now
	}
	p.next = due.Add(p.gap)
	p.mu.Unlock()
	return Sleep(ctx, due.Sub(now))
}

// answered records whether an answer asked to slow down, and sets the gap by the answers of the
// window. The gap is at most slowest.
func (p *pace) answered(o Outcome, now time.Time, slowest time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.passed, p.throttled = since(p.passed, now), since(p.throttled, now)
	if o != Throttled {
		p.passed = append(p.passed, now)
		if p.gap > 0 && now.Sub(p.changed) >= paceWindow {
			p.set(time.Duration(float64(p.gap)*recovery), now)
		}
		return
	}
	p.throttled = append(p.throttled, now)
	if len(p.throttled)*oftenShare < len(p.passed)+len(p.throttled) {
		return
	}
	first := p.throttled[0]
	if len(p.passed) > 0 && p.passed[0].Before(first) {
		first = p.passed[0]
	}
	p.set(min(now.Sub(first)/time.Duration(len(p.passed)+1), slowest), now)
}

func (p *pace) set(gap time.Duration, now time.Time) { p.gap, p.changed = gap, now }

// since drops the times before the window.
func since(times []time.Time, now time.Time) []time.Time {
	for len(times) > 0 && now.Sub(times[0]) > paceWindow {
		times = times[1:]
	}
	return times
}
