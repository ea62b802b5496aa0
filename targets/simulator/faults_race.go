package simulator

import (
	"fmt"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// staleFaults check one thing before the gap and all else after it, and mistake what is simultaneous.
var staleFaults = []Fault{
	{"race-running-200us", "Whether a backup runs is checked 200 µs before the act, the quota with it.", raceKind, []string{"CB-RACE-1"}, 1, "", runningStale(200 * time.Microsecond)},
	{"race-running-1ms", "Whether a backup runs is checked 1 ms before the act, the quota with it.", raceKind, []string{"CB-RACE-1"}, 1, "", runningStale(time.Millisecond)},
	{"race-running-5ms", "Whether a backup runs is checked 5 ms before the act, the quota with it.", raceKind, []string{"CB-RACE-1"}, 1, "", runningStale(5 * time.Millisecond)},
	{"race-quota-200us", "Backups are complete at once; the quota is checked 200 µs before the act.", raceKind, []string{"CB-RACE-1"}, 1, "", quotaStale(200 * time.Microsecond)},
	{"race-quota-1ms", "Backups are complete at once; the quota is checked 1 ms before the act.", raceKind, []string{"CB-RACE-1"}, 1, "", quotaStale(time.Millisecond)},
	{"race-quota-5ms", "Backups are complete at once; the quota is checked 5 ms before the act.", raceKind, []string{"CB-RACE-1"}, 1, "", quotaStale(5 * time.Millisecond)},
	{"race-quota-20ms", "Backups are complete at once; the quota is checked 20 ms before the act.", raceKind, []string{"CB-RACE-1"}, 1, "", quotaStale(20 * time.Millisecond)},
	{"busy-elsewhere-lost", "While any other call is decided, a call is accepted and nothing is made.", sharedKind, []string{"CB-RACE-2", "CB-PRE-1"}, 1, "", busyElsewhereLost},
	{"requestid-of-the-moment", "A RequestId is made of the time to 10 ms, so that simultaneous calls share it.", "an id used again", []string{"CB-RESPONSE-4"}, 2, "", func(s *Simulator, b *behaviour) {
		changesSuccess(func(e *exchange) {
			e.doc.set("RequestId", fmt.Sprintf("DA147739-AEAD-4417-9089-%012X", s.options.Now().UnixMilli()/10))
		})(s, b)
	}},
}

// runningStale checks nothing but the quota again behind the gap.
func runningStale(d time.Duration) func(*Simulator, *behaviour) {
	return func(s *Simulator, b *behaviour) {
		b.gap = d
		b.afterGap = func(c *creation) *refusal {
			if c.in.today(c.e.now) >= s.edition.quota {
				return quotaSpent
			}
			return nil
		}
	}
}

// quotaStale checks nothing but what runs again behind the gap. Backups are complete at once, or nobody would ever see it.
func quotaStale(d time.Duration) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.gap = d
		b.afterGap = func(c *creation) *refusal {
			if c.in.running() != nil {
				return backupRunning
			}
			return nil
		}
		b.make = append(b.make, func(_ *creation, made *backup) { made.status = targets.LastCompleted })
	}
}

func busyElsewhereLost(_ *Simulator, b *behaviour) {
	gate := make(chan struct{}, 1)
	b.decide = append(b.decide, func(c *creation, r *refusal) *refusal {
		if r != nil || c.in == nil {
			return r
		}
		select {
		case gate <- struct{}{}:
			timer := time.NewTimer(300 * time.Microsecond)
			<-timer.C
			<-gate
		default:
			c.lost = true
		}
		return nil
	})
	b.done = append(b.done, func(c *creation, r *refusal) {
		if c.lost && r == nil {
			c.in.backups = c.in.backups[:len(c.in.backups)-1]
		}
	})
}
