package simulator

import (
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// sequenceFaults are mistakes that show only in a sequence of calls, completions, changes and
// days, whatever rule they break then (features/sequences.feature).
var sequenceFaults = []Fault{
	{
		Name: "status-change-ends-backup", Kind: stateKind, Factors: 2,
		Rules:       []string{"CB-SEQ-1", "CB-PRE-3"},
		Description: "Setting an instance back to Running completes the backup that is running.",
		apply: onControl(func(in *instance, event event) {
			if event == changed && in.status == targets.Running {
				in.end(targets.LastCompleted)
			}
		}),
	},
	{
		Name: "change-resets-quota", Kind: stateKind, Factors: 2,
		Rules:       []string{"CB-SEQ-1", "CB-QUOTA-2"},
		Description: "Changing an instance resets its daily quota.",
		apply: onControl(func(in *instance, event event) {
			if event == changed {
				in.moveBackups(-1)
			}
		}),
	},
	{
		Name: "refused-thrice-blocks", Kind: stateKind, Factors: 3,
		Rules:       []string{"CB-SEQ-1", "CB-QUOTA-5"},
		Description: "After three refused calls in a row, an instance refuses everything until the next day.",
		apply: func(s *Simulator, b *behaviour) {
			refusals := newCounter()
			together(
				refuses(backupRunning, func(c *creation) bool { return refusals.of(c.in.id) >= 3 }),
				afterAccepting(func(c *creation) { refusals.set(c.in.id, 0) }),
				afterRefusing(func(c *creation, _ *refusal) { refusals.add(c.in.id) }),
				onNextDay(func(in *instance) { refusals.set(in.id, 0) }),
			)(s, b)
		},
	},
	{
		Name: "second-try-accepted", Kind: stateKind, Factors: 2,
		Rules:       []string{"CB-SEQ-1", "CB-RACE-1", "CB-PRE-3"},
		Description: "A running backup blocks only the first try; the second one is accepted.",
		apply: func(s *Simulator, b *behaviour) {
			tries := newCounter() // by the id of the running backup
			accepts(backupRunning.code, func(c *creation) bool { return tries.add(c.in.last().id) > 1 })(s, b)
		},
	},
	{
		Name: "over-midnight-stuck", Kind: stateKind, Factors: 4,
		Rules:       []string{"CB-SEQ-1", "CB-PRE-4"},
		Description: "A backup that runs over midnight blocks all later ones, even once it is completed.",
		apply: blocksMarked(func(m *counter) change {
			return onNextDay(func(in *instance) {
				if in.running() != nil {
					m.set(in.id, 1)
				}
			})
		}),
	},
	{
		Name: "databases-of-the-first-backup", Kind: staleRead, Factors: 3,
		Rules:       []string{"CB-SEQ-1", "CB-STRATEGY-6"},
		Description: "A backup covers the databases that existed when the first one was made.",
		apply: makes(backedUp, func(c *creation, made *backup) {
			if made.strategy == "instance" {
				made.databases = c.in.backups[0].databases
			}
		}),
	},
	{
		Name: "added-database-unseen", Kind: staleRead, Factors: 2,
		Rules:       []string{"CB-SEQ-1", "CB-DBNAME-1", "CB-STRATEGY-1"},
		Description: "A database that was added later cannot be backed up by its name.",
		apply: comparesDatabases(func(first, _ []string, name string, r *refusal) *refusal {
			if r == nil && !slices.Contains(first, name) {
				return noSuchDatabase
			}
			return r
		}),
	},
}
