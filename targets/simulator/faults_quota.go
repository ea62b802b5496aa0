package simulator

import (
	"net/http"
	"slices"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// quotaFaults are mistakes in how many backups a day are accepted, and in what counts as a day
// (features/quota.feature).
var quotaFaults = []Fault{
	{
		Name: "quota-off-by-one-more", Kind: boundary,
		Rules:       []string{"CB-QUOTA-2"},
		Description: "One backup beyond the daily quota is accepted.",
		apply: accepts("BackupTimesExceeded", func(c *creation) bool {
			return c.today() == c.quota()
		}),
	},
	{
		Name: "quota-off-by-one-less", Kind: boundary,
		Rules:       []string{"CB-QUOTA-1"},
		Description: "The last backup within the daily quota is refused.",
		apply:       refuses(quotaSpent, lastOfQuota),
	},
	{
		Name: "quota-ignored", Kind: dropped,
		Rules:       []string{"CB-QUOTA-2"},
		Description: "There is no daily quota.",
		apply:       accepts("BackupTimesExceeded", anyCall),
	},
	{
		Name: "quota-five", Kind: value,
		Rules:       []string{"CB-QUOTA-1"},
		Description: "The daily quota is five.",
		apply:       refuses(quotaSpent, func(c *creation) bool { return c.today() >= 5 }),
	},
	{
		Name: "quota-not-reset", Kind: stateKind,
		Rules:       []string{"CB-QUOTA-4"},
		Description: "The quota counts all backups of the instance, not only those of today.",
		apply:       refuses(quotaSpent, func(c *creation) bool { return len(c.in.backups) >= c.quota() }),
	},
	{
		Name: "quota-counts-refused", Kind: stateKind,
		Rules:       []string{"CB-QUOTA-5"},
		Description: "Refused calls count towards the daily quota.",
		apply: func(s *Simulator, b *behaviour) {
			refusals := newCounter()
			together(
				afterRefusing(func(c *creation, _ *refusal) { refusals.add(c.in.id) }),
				refuses(quotaSpent, func(c *creation) bool { return c.today()+refusals.of(c.in.id) >= c.quota() }),
			)(s, b)
		},
	},
	{
		Name: "quota-only-logical", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-QUOTA-2"},
		Description: "Only logical backups count towards the daily quota.",
		apply:       accepts("BackupTimesExceeded", not(method("Logical"))),
	},
	{
		Name: "quota-not-for-full", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-QUOTA-2"},
		Description: "FullBackup is accepted beyond the daily quota.",
		apply:       accepts("BackupTimesExceeded", kind("FullBackup")),
	},
	{
		Name: "refused-and-made-quota", Kind: untrue,
		Rules:       []string{"CB-QUOTA-2"},
		Description: "A call beyond the daily quota is refused, but a backup is created.",
		apply:       makesAlthoughRefused("BackupTimesExceeded"),
	},
	{
		Name: "quota-postgresql-logical-accepted", Kind: interaction, Factors: 3, Edition: original,
		Rules:       []string{"CB-QUOTA-2"},
		Description: "PostgreSQL accepts logical backups beyond the daily quota.",
		apply:       accepts("BackupTimesExceeded", all(engine(targets.PostgreSQL), method("Logical"))),
	},
	{
		Name: "next-day-keeps-quota", Kind: stateKind,
		Rules:       []string{"CB-QUOTA-4"},
		Description: "The next day begins with the quota of the day before used up.",
		apply:       onNextDay(func(in *instance) { in.moveBackups(+1) }),
	},
	{
		Name: "next-day-half-quota", Kind: boundary,
		Rules:       []string{"CB-QUOTA-4"},
		Description: "On the next day the quota is only half.",
		apply: refuses(quotaSpent, all(laterDay, func(c *creation) bool {
			return c.today() >= c.quota()/2
		})),
	},
	{
		Name: "next-day-no-quota", Kind: stateKind,
		Rules:       []string{"CB-QUOTA-4", "CB-QUOTA-2"},
		Description: "From the next day on there is no quota.",
		apply:       accepts("BackupTimesExceeded", laterDay),
	},
	{
		Name: "refused-blocks", Kind: stateKind,
		Rules:       []string{"CB-QUOTA-5", "CB-SEQ-1", "CB-PRE-1", "CB-PRE-4"},
		Description: "A refused call leaves a job behind that blocks all later calls.",
		apply: blocksMarked(func(m *counter) change {
			return afterRefusing(func(c *creation, r *refusal) {
				if r != backupRunning {
					m.set(c.in.id, 1)
				}
			})
		}),
	},
	{
		Name: "quota-shared", Kind: sharedKind,
		Rules:       []string{"CB-QUOTA-3"},
		Description: "An instance refuses backups if the quota of another instance is used up.",
		apply: refuses(quotaSpent, func(c *creation) bool {
			return c.e.s.anyOther(c.in, func(other *instance) bool { return other.today(c.e.now) >= c.quota() })
		}),
	},
	{
		Name: "quota-with-503", Kind: statusKind,
		Rules:       []string{"CB-QUOTA-2"},
		Description: "A call beyond the daily quota is answered with the status 503.",
		apply:       changesStatus("BackupTimesExceeded", http.StatusServiceUnavailable),
	},
	{
		Name: "quota-forgotten", Kind: stateKind, Factors: 2,
		Rules:       []string{"CB-QUOTA-2"},
		Description: "The backups of today no longer count half a second after the last one.",
		apply: accepts("BackupTimesExceeded", func(c *creation) bool {
			return c.e.now.Sub(c.in.last().begun) > time.Second/2
		}),
	},
	{
		Name: "refused-from-the-forty-first", Kind: boundary, Factors: 2, Edition: original,
		Rules:       []string{"CB-QUOTA-4"},
		Description: "An instance refuses its 41st backup, counted over all days.",
		apply:       refuses(quotaSpent, func(c *creation) bool { return len(c.in.backups) >= 40 }),
	},
	{
		Name: "quota-refusal-resets", Kind: stateKind, Factors: 2,
		Rules:       []string{"CB-QUOTA-2", "CB-SEQ-1", "CB-RACE-1"},
		Description: "A refusal because of the daily quota resets the quota.",
		apply: afterRefusing(func(c *creation, r *refusal) {
			if r == quotaSpent {
				c.in.moveBackups(-1)
			}
		}),
	},
	{
		Name: "next-day-forgets-databases", Kind: stateKind, Factors: 2,
		Rules:       []string{"CB-QUOTA-4", "CB-SEQ-1", "CB-METHOD-2"},
		Description: "From the next day on, a logical backup finds no databases.",
		apply:       refuses(noDatabase, all(method("Logical"), laterDay)),
	},
	{
		Name: "next-day-one-less", Kind: boundary, Factors: 2,
		Rules:       []string{"CB-QUOTA-4", "CB-QUOTA-1", "CB-SEQ-1"},
		Description: "On the next day the quota is one less.",
		apply:       refuses(quotaSpent, all(lastOfQuota, laterDay)),
	},
	{
		Name: "fifth-completion-unseen", Kind: stateKind,
		Rules:       []string{"CB-QUOTA-1", "CB-PRE-4"},
		Description: "The fifth backup in a row never completes.",
		apply: func(s *Simulator, b *behaviour) {
			completions := newCounter()
			onControl(func(in *instance, event event) {
				if event == completed && completions.add(in.id) == 5 && in.last() != nil {
					in.last().status = targets.LastRunning
				}
			})(s, b)
		},
	},
	{
		Name: "quota-compared-for-equality", Kind: boundary,
		Rules:       []string{"CB-QUOTA-2"},
		Description: "The first call beyond the daily quota is refused, and later ones are accepted.",
		apply: accepts("BackupTimesExceeded", func(c *creation) bool {
			return c.today() > c.quota()
		}),
	},
	{
		Name: "idle-completion-gives-back", Kind: stateKind, Factors: 3,
		Rules:       []string{"CB-QUOTA-2", "CB-SEQ-1"},
		Description: "Completing when nothing is running gives back one backup of the daily quota.",
		apply: func(s *Simulator, b *behaviour) {
			running := newCounter()
			together(
				afterAccepting(func(c *creation) { running.set(c.in.id, 1) }),
				onControl(func(in *instance, event event) {
					if event == completed && running.of(in.id) == 0 && in.last() != nil {
						in.last().day--
					}
					running.set(in.id, 0)
				}),
			)(s, b)
		},
	},
	{
		Name: "three-full-a-day", Kind: boundary, Factors: 2, Edition: original,
		Rules:       []string{"CB-QUOTA-1", "CB-TYPE-2"},
		Description: "The fourth full backup of a day is refused.",
		apply: refuses(quotaSpent, all(kind("FullBackup"), func(c *creation) bool {
			n := 0
			for _, k := range c.in.backups {
				if k.kind == "FullBackup" && k.day == c.in.last().day {
					n++
				}
			}
			return n >= 3
		})),
	},
	{
		Name: "quota-mysql-full-accepted", Kind: interaction, Factors: 4, Edition: original,
		Rules:       []string{"CB-QUOTA-2"},
		Description: "MySQL accepts full physical backups beyond the daily quota.",
		apply:       accepts("BackupTimesExceeded", all(engine(targets.MySQL), method("Physical"), kind("FullBackup"))),
	},
	{
		Name: "midnight-counts-twice", Kind: boundary, Factors: 2,
		Rules:       []string{"CB-QUOTA-7"},
		Description: "A backup that runs over midnight also counts towards the quota of the new day.",
		apply: onNextDay(func(in *instance) {
			if k := in.running(); k != nil {
				k.day++
			}
		}),
	},
	{
		Name: "midnight-gives-back", Kind: stateKind, Factors: 3,
		Rules:       []string{"CB-QUOTA-2"},
		Description: "A backup that runs over midnight gives one backup of the new day's quota back when it completes.",
		apply: func(s *Simulator, b *behaviour) {
			overMidnight, extra := newCounter(), newCounter()
			together(
				onControl(func(in *instance, event event) {
					switch {
					case event == dayPassed:
						extra.set(in.id, 0)
						overMidnight.set(in.id, 0)
						if in.running() != nil {
							overMidnight.set(in.id, 1)
						}
					case event == completed && overMidnight.of(in.id) > 0:
						overMidnight.set(in.id, 0)
						extra.set(in.id, 1)
					}
				}),
				accepts("BackupTimesExceeded", func(c *creation) bool {
					return c.today() < c.quota()+extra.of(c.in.id)
				}),
			)(s, b)
		},
	},
	{
		Name: "failed-day-goes-on", Kind: stateKind, Factors: 2,
		Rules:       []string{"CB-QUOTA-4"},
		Description: "The daily quota is not reset after a day with a failed backup.",
		apply: onNextDay(func(in *instance) {
			if slices.ContainsFunc(in.backups, func(k *backup) bool { return k.status == targets.LastFailed }) {
				in.moveBackups(+1)
			}
		}),
	},
	{
		Name: "failed-makes-room", Kind: stateKind, Factors: 2,
		Rules:       []string{"CB-QUOTA-2"},
		Description: "One backup beyond the daily quota is accepted if a backup of today failed.",
		apply: accepts("BackupTimesExceeded", func(c *creation) bool {
			return c.failedToday() > 0 && c.today()-c.failedToday() <= c.quota()
		}),
	},
	{
		Name: "quota-of-the-original", Kind: boundary, Edition: current,
		Rules:       []string{"CB-QUOTA-1"},
		Description: "The daily quota is still 10.",
		apply:       refuses(quotaSpent, func(c *creation) bool { return c.today() >= 10 }),
	},
	{
		Name: "quota-not-for-snapshots", Kind: interaction, Factors: 2, Edition: current,
		Rules:       []string{"CB-QUOTA-2"},
		Description: "Snapshots are accepted beyond the daily quota.",
		apply:       accepts("BackupTimesExceeded", method("Snapshot")),
	},
	{
		Name: "snapshot-last-refused", Kind: interaction, Factors: 2, Edition: current,
		Rules:       []string{"CB-QUOTA-1", "CB-METHOD-11"},
		Description: "A snapshot that is the last one of the quota is refused.",
		apply:       refuses(quotaSpent, all(method("Snapshot"), lastOfQuota)),
	},
	{
		Name: "quota-logical-db-accepted", Kind: interaction, Factors: 3, Edition: current,
		Rules:       []string{"CB-QUOTA-2"},
		Description: "Logical backups of single databases are accepted beyond the daily quota.",
		apply:       accepts("BackupTimesExceeded", logical("db")),
	},
	{
		Name: "quota-sqlserver-db-accepted", Kind: interaction, Factors: 4, Edition: current,
		Rules:       []string{"CB-QUOTA-2"},
		Description: "Full backups of single SQL Server databases are accepted beyond the daily quota.",
		apply:       accepts("BackupTimesExceeded", sqlServerFull(strategy("db"))),
	},
}
