package simulator

import (
	"time"

	"github.com/cbspec/cbspec/targets"
)

// sequenceFaults show only after what happened before.
var sequenceFaults = []Fault{
	{"completion-unseen", "A completed backup still stands in the way of the next that is made on top of one.", stateKind, []string{"CB-PRE-4", "CB-QUOTA-1"}, 1, "", func(s *Simulator, b *behaviour) {
		made := newCounter()
		b.done = append(b.done, func(c *creation, r *refusal) {
			if r == nil && c.in != nil {
				made.add(c.in.id)
			}
		})
		refuses(backupRunning, func(c *creation) bool { return made.of(c.in.id) > 0 })(s, b)
	}},
	{"provisioned-completion-unseen", "Completing a backup does not free the instance until the next day.", stateKind, []string{"CB-PRE-4", "CB-QUOTA-1"}, 1, "", func(s *Simulator, b *behaviour) {
		blocked := newCounter()
		b.control = append(b.control, func(in *instance, event string) {
			switch event {
			case targets.LastCompleted:
				blocked.set(in.id, 1)
			case "next day":
				blocked.set(in.id, 0)
			}
		})
		refuses(backupRunning, func(c *creation) bool { return blocked.of(c.in.id) > 0 })(s, b)
	}},
	{"next-day-keeps-quota", "On the next day the quota stays used up.", stateKind, []string{"CB-QUOTA-4"}, 1, "", func(_ *Simulator, b *behaviour) {
		b.control = append(b.control, func(in *instance, event string) {
			if event == "next day" {
				for _, k := range in.backups {
					k.day++
				}
			}
		})
	}},
	{"next-day-half-quota", "On the next day there is only half of the quota.", boundary, []string{"CB-QUOTA-4"}, 1, "", func(s *Simulator, b *behaviour) {
		refuses(quotaSpent, func(c *creation) bool { return c.in.shift > 0 && c.in.today(c.e.now) >= s.edition.quota/2 })(s, b)
	}},
	{"next-day-no-quota", "On the next day there is no quota any more.", stateKind, []string{"CB-QUOTA-4", "CB-QUOTA-2"}, 1, "", accepts("BackupTimesExceeded", func(c *creation) bool { return c.in.shift > 0 })},
	{"next-day-frees", "The next day ends what still runs.", stateKind, []string{"CB-PRE-3", "CB-SEQ-1"}, 1, "", accepts("OperationDenied.BackupJobExists", func(c *creation) bool {
		return c.in.last() != nil && c.in.last().day < c.in.day(c.e.now) && c.in.shift > 0
	})},
	{"status-cached", "The status is that of the instance's first call.", "a stale read", []string{"CB-PRE-2", "CB-PRE-1", "CB-SEQ-1"}, 1, "", func(_ *Simulator, b *behaviour) {
		seen := newCounter()
		b.decide = append(b.decide, func(c *creation, r *refusal) *refusal {
			if c.in == nil {
				return r
			}
			if seen.of(c.in.id) == 0 {
				seen.set(c.in.id, 1)
				if c.in.status == targets.Running {
					seen.set(c.in.id, 2)
				}
			}
			if r == notActive && seen.of(c.in.id) == 2 {
				return nil
			}
			return r
		})
	}},
	{"databases-cached", "Databases that were dropped are still there for a logical backup.", "a stale read", []string{"CB-METHOD-5", "CB-SEQ-1"}, 1, "", accepts("OperationDenied.NoDatabase", func(c *creation) bool { return len(c.in.backups) > 0 })},
	{"refused-blocks", "A refused call leaves a job behind, which stands in the way of the next.", stateKind, []string{"CB-QUOTA-5", "CB-SEQ-1", "CB-PRE-1", "CB-PRE-4"}, 1, "", func(s *Simulator, b *behaviour) {
		blocked := newCounter()
		b.done = append(b.done, func(c *creation, r *refusal) {
			if c.in != nil && r != nil && r != backupRunning {
				blocked.set(c.in.id, 1)
			}
		})
		refuses(backupRunning, func(c *creation) bool { return blocked.of(c.in.id) > 0 })(s, b)
	}},
	{"third-in-a-row-refused", "The third backup in a row is refused.", stateKind, []string{"CB-PRE-4", "CB-QUOTA-1"}, 1, "", refuses(quotaSpent, func(c *creation) bool { return c.in.today(c.e.now) == 2 })},
	{"running-only-on-same-method", "A running backup stands in the way of those of its own method only.", interaction, []string{"CB-PRE-3"}, 2, "", accepts("OperationDenied.BackupJobExists", func(c *creation) bool { return c.in.last().method != c.method })},
	{"quota-shared", "The quota is one for all instances.", sharedKind, []string{"CB-QUOTA-3"}, 1, "", func(s *Simulator, b *behaviour) {
		refuses(quotaSpent, func(c *creation) bool {
			for _, other := range s.others(c.in) {
				if other.mu.TryLock() {
					n := other.today(c.e.now)
					other.mu.Unlock()
					if n >= s.edition.quota {
						return true
					}
				}
			}
			return false
		})(s, b)
	}},
	{"running-shared", "A backup that runs on one instance stands in the way of every other.", sharedKind, []string{"CB-INSTANCE-3", "CB-RACE-2", "CB-SEQ-1", "CB-QUOTA-3", "CB-PRE-1"}, 1, "", func(s *Simulator, b *behaviour) {
		refuses(backupRunning, func(c *creation) bool {
			for _, other := range s.others(c.in) {
				if other.mu.TryLock() {
					runs := other.running() != nil
					other.mu.Unlock()
					if runs {
						return true
					}
				}
			}
			return false
		})(s, b)
	}},
	{"busy-elsewhere-refused", "While any other call is decided, a call is refused.", sharedKind, []string{"CB-RACE-2"}, 1, "", func(_ *Simulator, b *behaviour) {
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
				return nil
			default:
				return &refusal{403, "ConcurrentTaskExceeded", "Too many tasks at once."}
			}
		})
	}},
}

// raceFaults let go of the instance between the check and the act.
var raceFaults = []Fault{
	{"race-50us", "Between check and act there is a gap of 50 µs.", raceKind, []string{"CB-RACE-1"}, 1, "", unlocksFor(50 * time.Microsecond)},
	{"race-200us", "Between check and act there is a gap of 200 µs.", raceKind, []string{"CB-RACE-1"}, 1, "", unlocksFor(200 * time.Microsecond)},
	{"race-1ms", "Between check and act there is a gap of 1 ms.", raceKind, []string{"CB-RACE-1"}, 1, "", unlocksFor(time.Millisecond)},
	{"race-5ms", "Between check and act there is a gap of 5 ms.", raceKind, []string{"CB-RACE-1"}, 1, "", unlocksFor(5 * time.Millisecond)},
	{"race-20ms", "Between check and act there is a gap of 20 ms.", raceKind, []string{"CB-RACE-1"}, 1, "", unlocksFor(20 * time.Millisecond)},
}

func unlocksFor(d time.Duration) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) { b.gap = d }
}
