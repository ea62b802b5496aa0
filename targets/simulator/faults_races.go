package simulator

import (
	"net/http"
	"time"
)

// raceFaults are mistakes that show only when several calls are answered at once
// (features/races.feature).
var raceFaults = []Fault{
	{
		Name: "busy-elsewhere-refused", Kind: sharedKind,
		Rules:       []string{"CB-RACE-2"},
		Description: "A call is refused while a call on any instance is being decided.",
		apply: whileBusy(func(*creation) *refusal {
			return &refusal{http.StatusForbidden, "ConcurrentTaskExceeded", "Too many tasks at once."}
		}),
	},
	{
		Name: "race-50us", Kind: raceKind,
		Rules:       []string{"CB-RACE-1"},
		Description: "The instance is unlocked for 50 µs between the check and the creation of the backup.",
		apply:       unlocksFor(50*time.Microsecond, nil),
	},
	{
		Name: "race-200us", Kind: raceKind,
		Rules:       []string{"CB-RACE-1"},
		Description: "The instance is unlocked for 200 µs between the check and the creation of the backup.",
		apply:       unlocksFor(200*time.Microsecond, nil),
	},
	{
		Name: "race-1ms", Kind: raceKind,
		Rules:       []string{"CB-RACE-1"},
		Description: "The instance is unlocked for 1 ms between the check and the creation of the backup.",
		apply:       unlocksFor(time.Millisecond, nil),
	},
	{
		Name: "race-5ms", Kind: raceKind,
		Rules:       []string{"CB-RACE-1"},
		Description: "The instance is unlocked for 5 ms between the check and the creation of the backup.",
		apply:       unlocksFor(5*time.Millisecond, nil),
	},
	{
		Name: "race-20ms", Kind: raceKind,
		Rules:       []string{"CB-RACE-1"},
		Description: "The instance is unlocked for 20 ms between the check and the creation of the backup.",
		apply:       unlocksFor(20*time.Millisecond, nil),
	},
	{
		Name: "race-running-200us", Kind: raceKind,
		Rules:       []string{"CB-RACE-1"},
		Description: "The running backup is checked only once, 200 µs before the new one is created.",
		apply:       unlocksFor(200*time.Microsecond, checkQuota),
	},
	{
		Name: "race-running-1ms", Kind: raceKind,
		Rules:       []string{"CB-RACE-1"},
		Description: "The running backup is checked only once, 1 ms before the new one is created.",
		apply:       unlocksFor(time.Millisecond, checkQuota),
	},
	{
		Name: "race-running-5ms", Kind: raceKind,
		Rules:       []string{"CB-RACE-1"},
		Description: "The running backup is checked only once, 5 ms before the new one is created.",
		apply:       unlocksFor(5*time.Millisecond, checkQuota),
	},
	{
		Name: "race-quota-200us", Kind: raceKind,
		Rules:       []string{"CB-RACE-1"},
		Description: "Backups complete at once, and the quota is checked only once, 200 µs before the backup is created.",
		apply:       completesButChecksQuotaEarly(200 * time.Microsecond),
	},
	{
		Name: "race-quota-1ms", Kind: raceKind,
		Rules:       []string{"CB-RACE-1"},
		Description: "Backups complete at once, and the quota is checked only once, 1 ms before the backup is created.",
		apply:       completesButChecksQuotaEarly(time.Millisecond),
	},
	{
		Name: "race-quota-5ms", Kind: raceKind,
		Rules:       []string{"CB-RACE-1"},
		Description: "Backups complete at once, and the quota is checked only once, 5 ms before the backup is created.",
		apply:       completesButChecksQuotaEarly(5 * time.Millisecond),
	},
	{
		Name: "race-quota-20ms", Kind: raceKind,
		Rules:       []string{"CB-RACE-1"},
		Description: "Backups complete at once, and the quota is checked only once, 20 ms before the backup is created.",
		apply:       completesButChecksQuotaEarly(20 * time.Millisecond),
	},
	{
		Name: "busy-elsewhere-lost", Kind: sharedKind,
		Rules:       []string{"CB-RACE-2", "CB-PRE-1"},
		Description: "A call is accepted but creates no backup while a call on any instance is being decided.",
		apply: together(
			whileBusy(func(c *creation) *refusal {
				c.lost = true
				return nil
			}),
			afterAccepting(func(c *creation) {
				if c.lost {
					c.in.removeLast()
				}
			}),
		),
	},
}

// checkQuota checks the quota alone.
func checkQuota(c *creation) *refusal {
	if c.today() >= c.quota() {
		return quotaSpent
	}
	return nil
}

// completesButChecksQuotaEarly checks only the running backup again after the gap. Backups complete
// at once, because otherwise the running one would always hide the mistake.
func completesButChecksQuotaEarly(gap time.Duration) change {
	checkRunning := func(c *creation) *refusal {
		if c.in.running() != nil {
			return backupRunning
		}
		return nil
	}
	return together(unlocksFor(gap, checkRunning), completesAtOnce)
}
