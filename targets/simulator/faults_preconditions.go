package simulator

import (
	"slices"
	"sync"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// preconditionFaults are mistakes in which state of an instance, and of its last backup, allows
// a backup (features/preconditions.feature).
var preconditionFaults = []Fault{
	{
		Name: "status-ignored", Kind: dropped,
		Rules:       []string{"CB-PRE-2"},
		Description: "An instance in any status accepts a backup.",
		apply:       accepts("OperationDenied.DBInstanceStatus", anyCall),
	},
	{
		Name: "status-rebooting-accepted", Kind: value,
		Rules:       []string{"CB-PRE-2"},
		Description: "An instance in the status Rebooting accepts a backup.",
		apply:       accepts("OperationDenied.DBInstanceStatus", inStatus("Rebooting")),
	},
	{
		Name: "status-creating-accepted", Kind: value,
		Rules:       []string{"CB-PRE-2"},
		Description: "An instance in the status Creating accepts a backup.",
		apply:       accepts("OperationDenied.DBInstanceStatus", inStatus("Creating")),
	},
	{
		Name: "status-transing-accepted", Kind: value,
		Rules:       []string{"CB-PRE-2"},
		Description: "An instance in the status TRANSING accepts a backup.",
		apply:       accepts("OperationDenied.DBInstanceStatus", inStatus("TRANSING")),
	},
	{
		Name: "status-released-accepted", Kind: value,
		Rules:       []string{"CB-PRE-2"},
		Description: "An instance in the status Released accepts a backup.",
		apply:       accepts("OperationDenied.DBInstanceStatus", inStatus("Released")),
	},
	{
		Name: "status-restoring-accepted", Kind: value,
		Rules:       []string{"CB-PRE-2"},
		Description: "An instance in the status Restoring accepts a backup.",
		apply:       accepts("OperationDenied.DBInstanceStatus", inStatus("Restoring")),
	},
	{
		Name: "running-ignored", Kind: dropped,
		Rules:       []string{"CB-PRE-3"},
		Description: "An instance accepts a backup while another one is running.",
		apply:       accepts("OperationDenied.BackupJobExists", anyCall),
	},
	{
		Name: "never-backed-up-refused", Kind: boundary,
		Rules:       []string{"CB-PRE-1"},
		Description: "An instance that has no backup yet refuses its first one.",
		apply:       refuses(backupRunning, not(backedUp)),
	},
	{
		Name: "after-completed-refused", Kind: dropped,
		Rules:       []string{"CB-PRE-1"},
		Description: "An instance whose last backup is completed refuses the next one.",
		apply:       refuses(backupRunning, backedUp),
	},
	{
		Name: "mariadb-refused", Kind: value,
		Rules:       []string{"CB-PRE-1"},
		Description: "MariaDB refuses every backup.",
		apply:       refuses(methodDenied, engine(targets.MariaDB)),
	},
	{
		Name: "quota-first-refused", Kind: boundary,
		Rules:       []string{"CB-PRE-1", "CB-QUOTA-4"},
		Description: "The first backup of a day is refused if the instance has older backups.",
		apply:       refuses(quotaSpent, all(backedUp, today(0))),
	},
	{
		Name: "nothing-made", Kind: untrue,
		Rules:       []string{"CB-PRE-1"},
		Description: "Calls are accepted, but no backup is created.",
		apply:       afterAccepting(func(c *creation) { c.in.removeLast() }),
	},
	{
		Name: "made-twice", Kind: untrue,
		Rules:       []string{"CB-PRE-1"},
		Description: "One accepted call creates two backups.",
		apply:       afterAccepting(func(c *creation) { c.in.add(c.backup()) }),
	},
	{
		Name: "refused-and-made-status", Kind: untrue,
		Rules:       []string{"CB-PRE-2"},
		Description: "An instance that is not active refuses the call, but a backup is created.",
		apply:       makesAlthoughRefused("OperationDenied.DBInstanceStatus"),
	},
	{
		Name: "rebooting-logical-accepted", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-PRE-2"},
		Description: "A rebooting instance accepts a logical backup.",
		apply:       accepts("OperationDenied.DBInstanceStatus", all(inStatus("Rebooting"), method("Logical"))),
	},
	{
		Name: "restoring-mysql-full-accepted", Kind: interaction, Factors: 3, Edition: original,
		Rules:       []string{"CB-PRE-2"},
		Description: "A restoring MySQL instance accepts FullBackup.",
		apply: accepts("OperationDenied.DBInstanceStatus", all(inStatus("Restoring"), engine(targets.MySQL),
			kind("FullBackup"))),
	},
	{
		Name: "running-full-accepted", Kind: interaction, Factors: 2, Edition: original,
		Rules:       []string{"CB-PRE-3"},
		Description: "FullBackup is accepted while another backup is running.",
		apply:       accepts("OperationDenied.BackupJobExists", kind("FullBackup")),
	},
	{
		Name: "running-logical-accepted", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-PRE-3"},
		Description: "A logical backup is accepted while another backup is running.",
		apply:       accepts("OperationDenied.BackupJobExists", method("Logical")),
	},
	{
		Name: "completion-unseen", Kind: stateKind,
		Rules:       []string{"CB-PRE-4", "CB-QUOTA-1"},
		Description: "An instance accepts one backup and refuses all later ones, even once it is completed.",
		apply: blocksMarked(func(m *counter) change {
			return afterAccepting(func(c *creation) { m.set(c.in.id, 1) })
		}),
	},
	{
		Name: "provisioned-completion-unseen", Kind: stateKind,
		Rules:       []string{"CB-PRE-4", "CB-QUOTA-1"},
		Description: "A completed backup blocks the next one until the next day.",
		apply: blocksMarked(func(m *counter) change {
			return onControl(func(in *instance, event event) {
				switch event {
				case completed:
					m.set(in.id, 1)
				case dayPassed:
					m.set(in.id, 0)
				}
			})
		}),
	},
	{
		Name: "next-day-frees", Kind: stateKind,
		Rules:       []string{"CB-PRE-3", "CB-SEQ-1"},
		Description: "A backup that runs over midnight no longer blocks the next one.",
		apply: accepts("OperationDenied.BackupJobExists", func(c *creation) bool {
			return c.in.last() != nil && c.in.last().day < c.in.day(c.e.now) && c.in.shift > 0
		}),
	},
	{
		Name: "status-cached", Kind: staleRead,
		Rules:       []string{"CB-PRE-2", "CB-PRE-1", "CB-SEQ-1"},
		Description: "An instance keeps accepting backups if it was Running at its first call.",
		apply: func(s *Simulator, b *behaviour) {
			var first sync.Map // statuses, by the id of the instance
			decides(func(c *creation, r *refusal) *refusal {
				if c.in == nil {
					return r
				}
				status, _ := first.LoadOrStore(c.in.id, c.in.status)
				if r == notActive && status == targets.Running {
					return nil
				}
				return r
			})(s, b)
		},
	},
	{
		Name: "third-in-a-row-refused", Kind: stateKind,
		Rules:       []string{"CB-PRE-4", "CB-QUOTA-1"},
		Description: "The third backup of a day is refused.",
		apply:       refuses(quotaSpent, func(c *creation) bool { return c.today() == 2 }),
	},
	{
		Name: "running-only-on-same-method", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-PRE-3"},
		Description: "A running backup blocks only calls for the same method.",
		apply: accepts("OperationDenied.BackupJobExists", func(c *creation) bool {
			return c.in.last().method != c.method
		}),
	},
	{
		Name: "running-forgotten", Kind: stateKind, Factors: 2,
		Rules:       []string{"CB-PRE-3"},
		Description: "A backup that has been running for half a second no longer blocks the next one.",
		apply: accepts("OperationDenied.BackupJobExists", func(c *creation) bool {
			return c.e.now.Sub(c.in.last().begun) > time.Second/2
		}),
	},
	{
		Name: "completion-releases-all", Kind: sharedKind, Factors: 2,
		Rules:       []string{"CB-PRE-3", "CB-SEQ-1", "CB-RACE-1"},
		Description: "Completing a backup of one instance also completes the running backups of all others.",
		apply: func(s *Simulator, b *behaviour) {
			onControl(func(in *instance, event event) {
				if event == completed {
					s.eachOther(in, func(other *instance) { other.end(targets.LastCompleted) })
				}
			})(s, b)
		},
	},
	{
		Name: "running-other-database-accepted", Kind: interaction, Factors: 3,
		Rules:       []string{"CB-PRE-3", "CB-SEQ-1"},
		Description: "While a backup of one database is running, a backup of another one is accepted.",
		apply: accepts("OperationDenied.BackupJobExists", all(strategy("db"), func(c *creation) bool {
			k := c.in.running()
			return k != nil && k.strategy == "db" && !slices.Contains(k.databases, c.dbName)
		})),
	},
	{
		Name: "running-sqlserver-auto-accepted", Kind: interaction, Factors: 3, Edition: original,
		Rules:       []string{"CB-PRE-3"},
		Description: "SQL Server accepts BackupType Auto while another backup is running.",
		apply: accepts("OperationDenied.BackupJobExists", all(engine(targets.SQLServer), given("BackupType"),
			kind("Auto"))),
	},
	{
		Name: "failed-blocks", Kind: stateKind, Edition: current,
		Rules:       []string{"CB-PRE-7"},
		Description: "An instance whose last backup failed refuses the next one.",
		apply:       refuses(backupRunning, lastFailed),
	},
	{
		Name: "failure-unseen", Kind: stateKind, Edition: current,
		Rules:       []string{"CB-PRE-7", "CB-SEQ-1"},
		Description: "A backup that failed still blocks the next one.",
		apply: blocksMarked(func(m *counter) change {
			return onControl(func(in *instance, event event) {
				switch last := in.last(); {
				case event == failed && last != nil && last.status == targets.LastFailed:
					m.set(in.id, 1)
				case event == dayPassed:
					m.set(in.id, 0)
				}
			})
		}),
	},
	{
		Name: "running-snapshot-accepted", Kind: interaction, Factors: 2, Edition: current,
		Rules:       []string{"CB-PRE-3"},
		Description: "A snapshot is accepted while a backup is running.",
		apply:       accepts("OperationDenied.BackupJobExists", method("Snapshot")),
	},
	{
		Name: "rebooting-snapshot-accepted", Kind: interaction, Factors: 2, Edition: current,
		Rules:       []string{"CB-PRE-2"},
		Description: "A rebooting instance accepts a snapshot.",
		apply:       accepts("OperationDenied.DBInstanceStatus", all(inStatus("Rebooting"), method("Snapshot"))),
	},
	{
		Name: "running-sqlserver-full-accepted", Kind: interaction, Factors: 3, Edition: current,
		Rules:       []string{"CB-PRE-3"},
		Description: "SQL Server accepts FullBackup while another backup is running.",
		apply:       accepts("OperationDenied.BackupJobExists", sqlServerFull()),
	},
	{
		Name: "restoring-sqlserver-full-accepted", Kind: interaction, Factors: 3, Edition: current,
		Rules:       []string{"CB-PRE-2"},
		Description: "A restoring SQL Server instance accepts FullBackup.",
		apply:       accepts("OperationDenied.DBInstanceStatus", sqlServerFull(inStatus("Restoring"))),
	},
}
