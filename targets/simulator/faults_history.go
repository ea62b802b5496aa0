package simulator

import (
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// historyFaults show only after several steps, in their order.
var historyFaults = []Fault{
	{"running-forgotten", "A backup that has run for half a second stands in the way no more.", stateKind, []string{"CB-PRE-3"}, 2, "", accepts("OperationDenied.BackupJobExists", func(c *creation) bool { return c.e.now.Sub(c.in.last().begun) > time.Second/2 })},
	{"quota-forgotten", "A day's backups are forgotten after half a second.", stateKind, []string{"CB-QUOTA-2"}, 2, "", accepts("BackupTimesExceeded", func(c *creation) bool { return c.e.now.Sub(c.in.last().begun) > time.Second/2 })},
	{"nonce-forgotten", "Nonces are remembered for no more than half a second.", authKind, []string{"CB-AUTH-6"}, 2, "", authenticates(func(a *authentication) {
		a.nonceKey = func(e *exchange, key, nonce string) string {
			return key + nonce + e.now.Truncate(time.Second/2).String()
		}
	})},
	{"error-now-and-then", "One call in 300 meets an internal error.", statusKind, []string{"CB-PRE-1"}, 1, "", refusesEvery(300, &refusal{http.StatusInternalServerError, "InternalError", "The request processing has failed due to some unknown error."}, "")},
	{"refused-from-the-forty-first", "An instance has no more than forty backups in its life.", boundary, []string{"CB-QUOTA-4"}, 2, "original", refuses(quotaSpent, func(c *creation) bool { return len(c.in.backups) >= 40 })},
	{"completion-releases-all", "A backup that completes on one instance ends what runs on every other.", sharedKind, []string{"CB-PRE-3", "CB-SEQ-1", "CB-RACE-1"}, 2, "", func(s *Simulator, b *behaviour) {
		b.control = append(b.control, func(in *instance, event string) {
			if event == targets.LastCompleted {
				s.release(in)
			}
		})
	}},
	{"status-change-ends-backup", "Changing the status of an instance ends the backup that runs.", stateKind, []string{"CB-SEQ-1", "CB-PRE-3"}, 2, "", func(_ *Simulator, b *behaviour) {
		b.control = append(b.control, func(in *instance, event string) {
			if k := in.running(); event == "change" && k != nil && in.status == targets.Running {
				k.status = targets.LastCompleted
			}
		})
	}},
	{"change-resets-quota", "Changing an instance gives it the day's quota again.", stateKind, []string{"CB-SEQ-1", "CB-QUOTA-2"}, 2, "", func(_ *Simulator, b *behaviour) {
		b.control = append(b.control, func(in *instance, event string) {
			if event == "change" {
				for _, k := range in.backups {
					k.day--
				}
			}
		})
	}},
	{"refused-thrice-blocks", "After three refused calls in a row an instance accepts nothing until the next day.", stateKind, []string{"CB-SEQ-1", "CB-QUOTA-5"}, 3, "", func(s *Simulator, b *behaviour) {
		refused := newCounter()
		refuses(backupRunning, func(c *creation) bool { return refused.of(c.in.id) >= 3 })(s, b)
		b.done = append(b.done, func(c *creation, r *refusal) {
			switch {
			case c.in == nil:
			case r == nil:
				refused.set(c.in.id, 0)
			default:
				refused.add(c.in.id)
			}
		})
		b.control = append(b.control, func(in *instance, event string) {
			if event == "next day" {
				refused.set(in.id, 0)
			}
		})
	}},
	{"second-try-accepted", "A running backup stands in the way once; whoever tries again is let through.", stateKind, []string{"CB-SEQ-1", "CB-RACE-1", "CB-PRE-3"}, 2, "", func(_ *Simulator, b *behaviour) {
		tried := newCounter()
		b.decide = append(b.decide, func(c *creation, r *refusal) *refusal {
			if r == backupRunning && c.in != nil && tried.add(c.in.last().id) > 1 {
				return nil
			}
			return r
		})
	}},
	{"quota-refusal-resets", "Once it was refused for the quota, an instance counts from the start.", stateKind, []string{"CB-QUOTA-2", "CB-SEQ-1", "CB-RACE-1"}, 2, "", func(_ *Simulator, b *behaviour) {
		b.done = append(b.done, func(c *creation, r *refusal) {
			if r == quotaSpent && c.in != nil {
				for _, k := range c.in.backups {
					k.day--
				}
			}
		})
	}},
	{"next-day-forgets-databases", "From the next day on an instance has no databases for a logical backup.", stateKind, []string{"CB-QUOTA-4", "CB-SEQ-1", "CB-METHOD-2"}, 2, "", refuses(noDatabase, all(method("Logical"), func(c *creation) bool { return c.in.shift > 0 }))},
	{"over-midnight-stuck", "A backup that runs over midnight stands in the way for ever.", stateKind, []string{"CB-SEQ-1", "CB-PRE-4"}, 4, "", func(s *Simulator, b *behaviour) {
		stuck := newCounter()
		b.control = append(b.control, func(in *instance, event string) {
			if event == "next day" && in.running() != nil {
				stuck.set(in.id, 1)
			}
		})
		refuses(backupRunning, func(c *creation) bool { return stuck.of(c.in.id) > 0 })(s, b)
	}},
	{"next-day-one-less", "On the next day the quota is one less.", boundary, []string{"CB-QUOTA-4", "CB-QUOTA-1", "CB-SEQ-1"}, 2, "", refuses(quotaSpent, all(lastQuota, func(c *creation) bool { return c.in.shift > 0 }))},
	{"fifth-completion-unseen", "The fifth backup in a row is never seen to complete.", stateKind, []string{"CB-QUOTA-1", "CB-PRE-4"}, 1, "", func(s *Simulator, b *behaviour) {
		completed := newCounter()
		b.control = append(b.control, func(in *instance, event string) {
			if event == targets.LastCompleted && completed.add(in.id) == 5 {
				if k := in.last(); k != nil {
					k.status = targets.LastRunning
				}
			}
		})
	}},
	{"quota-compared-for-equality", "The call right beyond the quota is refused, one further beyond it is not.", boundary, []string{"CB-QUOTA-2"}, 1, "", accepts("BackupTimesExceeded", func(c *creation) bool {
		return c.in.today(c.e.now) > c.e.s.edition.quota
	})},
	{"idle-completion-gives-back", "Completing where nothing runs gives back one of the day's quota.", stateKind, []string{"CB-QUOTA-2", "CB-SEQ-1"}, 3, "", func(_ *Simulator, b *behaviour) {
		running := newCounter()
		b.done = append(b.done, func(c *creation, r *refusal) {
			if r == nil && c.in != nil {
				running.set(c.in.id, 1)
			}
		})
		b.control = append(b.control, func(in *instance, event string) {
			if event == targets.LastCompleted && running.of(in.id) == 0 && in.last() != nil {
				in.last().day--
			}
			running.set(in.id, 0)
		})
	}},
	{"three-full-a-day", "The fourth full backup of a day is refused.", boundary, []string{"CB-QUOTA-1", "CB-TYPE-2"}, 2, "original", refuses(quotaSpent, all(kind("FullBackup"), func(c *creation) bool {
		n := 0
		for _, k := range c.in.backups {
			if k.kind == "FullBackup" && k.day == c.in.last().day {
				n++
			}
		}
		return n >= 3
	}))},
	{"running-other-database-accepted", "While a backup of one database runs, one of another is accepted.", interaction, []string{"CB-PRE-3", "CB-SEQ-1"}, 3, "", accepts("OperationDenied.BackupJobExists", all(strategy("db"), func(c *creation) bool {
		k := c.in.running()
		return k != nil && k.strategy == "db" && !slices.Contains(k.databases, c.dbName)
	}))},
	{"type-remembered", "Once FullBackup was asked for, a backup of the instance without a BackupType is full too.", stateKind, []string{"CB-TYPE-4", "CB-SEQ-1"}, 2, "original", func(_ *Simulator, b *behaviour) {
		asked := newCounter()
		b.make = append(b.make, func(c *creation, k *backup) {
			switch {
			case c.kind == "FullBackup":
				asked.set(c.in.id, 1)
			case !c.given["BackupType"] && asked.of(c.in.id) > 0:
				k.kind = "FullBackup"
			}
		})
	}},
	{"method-remembered", "Once a logical backup was made, one of the instance without a BackupMethod is logical too.", stateKind, []string{"CB-METHOD-4", "CB-SEQ-1"}, 3, "", func(_ *Simulator, b *behaviour) {
		b.make = append(b.make, func(c *creation, k *backup) {
			if last := c.in.last(); !c.given["BackupMethod"] && last != nil && last.method == "Logical" {
				k.method = "Logical"
			}
		})
	}},
	{"database-remembered", "A logical backup of the instance covers the one database that the last call of anybody named.", sharedKind, []string{"CB-STRATEGY-6", "CB-SEQ-1"}, 2, "", func(_ *Simulator, b *behaviour) {
		var last atomic.Pointer[[]string]
		b.make = append(b.make, func(c *creation, k *backup) {
			if names := last.Load(); k.method == "Logical" && k.strategy == "instance" && names != nil {
				k.databases = *names
			} else if k.strategy == "db" {
				last.Store(&k.databases)
			}
		})
	}},
	{"databases-of-the-first-backup", "A backup covers the databases that there were at the first one.", "a stale read", []string{"CB-SEQ-1", "CB-STRATEGY-6"}, 3, "", func(_ *Simulator, b *behaviour) {
		b.make = append(b.make, func(c *creation, k *backup) {
			if len(c.in.backups) > 0 && k.strategy == "instance" {
				k.databases = c.in.backups[0].databases
			}
		})
	}},
}

// release ends what runs on every instance but one.
func (s *Simulator) release(but *instance) {
	for _, other := range s.others(but) {
		if other.mu.TryLock() {
			if k := other.running(); k != nil {
				k.status = targets.LastCompleted
			}
			other.mu.Unlock()
		}
	}
}
