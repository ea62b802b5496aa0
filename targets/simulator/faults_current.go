package simulator

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// sqlServerFull is a full physical backup of SQL Server, which alone has a BackupType in the current edition.
func sqlServerFull(more ...predicate) predicate {
	return all(append([]predicate{engine(targets.SQLServer), method("Physical"), kind("FullBackup")}, more...)...)
}

// currentFaults are mistakes in what the current edition has beside the original.
var currentFaults = []Fault{
	{"no-job-id", "The answer has no BackupJobId.", bodyKind, []string{"CB-RESPONSE-12"}, 1, "current", changesSuccess(func(e *exchange) { e.doc.drop("BackupJobId") })},
	{"job-id-constant", "Every answer has the same BackupJobId.", "an id used again", []string{"CB-RESPONSE-11"}, 1, "current", changesSuccess(func(e *exchange) { e.doc.set("BackupJobId", "5073731") })},
	{"job-id-of-instance", "The BackupJobId is of the instance, and not of the job.", "an id used again", []string{"CB-RESPONSE-11"}, 1, "current", changesSuccess(func(e *exchange) {
		e.doc.set("BackupJobId", e.params.value("DBInstanceId"))
	})},
	{"list-refused", "DBName takes one name alone.", value, []string{"CB-DBNAME-7"}, 1, "current", refuses(noSuchDatabase, func(c *creation) bool {
		return c.method == "Logical" && c.strategy == "db" && strings.Contains(c.dbName, ",")
	})},
	{"list-first-only", "Of a list of databases the first is backed up.", ignored, []string{"CB-DBNAME-7"}, 1, "current", makes(func(c *creation) bool { return strings.Contains(c.dbName, ",") }, func(_ *creation, b *backup) {
		b.databases = b.databases[:1]
	})},
	{"sqlserver-db-refused", "SQL Server refuses a physical backup of single databases.", dropped, []string{"CB-STRATEGY-8"}, 1, "current", refuses(methodDenied, sqlServerFull(strategy("db")))},
	{"sqlserver-db-made-whole", "A full physical backup of one database of SQL Server covers the instance.", ignored, []string{"CB-DBNAME-1", "CB-DBNAME-7", "CB-STRATEGY-8"}, 1, "current", makes(sqlServerFull(strategy("db")), func(c *creation, b *backup) {
		b.strategy, b.databases = "instance", c.in.databases
	})},
	{"retention-refused", "BackupRetentionPeriod is refused.", dropped, []string{"CB-RETENTION-1"}, 1, "current", refuses(notSupported("BackupRetentionPeriod"), given("BackupRetentionPeriod"))},
	{"retention-for-ever-refused", "A BackupRetentionPeriod of -1 is refused.", value, []string{"CB-RETENTION-1"}, 1, "current", refuses(notSupported("BackupRetentionPeriod"), func(c *creation) bool { return c.retention == -1 })},
	{"retention-730-refused", "A BackupRetentionPeriod of 730 is refused.", boundary, []string{"CB-RETENTION-1"}, 1, "current", refuses(notSupported("BackupRetentionPeriod"), func(c *creation) bool { return c.retention == 730 })},
	{"retention-any", "Any BackupRetentionPeriod is taken.", dropped, []string{"CB-RETENTION-2"}, 1, "current", accepts("InvalidBackupRetentionPeriod", anyCall)},
	{"retention-six-accepted", "A BackupRetentionPeriod of 6 is taken.", boundary, []string{"CB-RETENTION-2"}, 1, "current", accepts("InvalidBackupRetentionPeriod", func(c *creation) bool {
		return c.e.params.value("BackupRetentionPeriod") == "6"
	})},
	{"retention-ignored", "Every backup is kept for 7 days.", ignored, []string{"CB-RETENTION-4"}, 1, "current", makes(given("BackupRetentionPeriod"), func(_ *creation, b *backup) { b.retention = 7 })},
	{"sqlserver-auto-refused", "SQL Server refuses Auto.", value, []string{"CB-TYPE-1"}, 1, "current", refuses(notSupported("BackupType"), all(engine(targets.SQLServer), given("BackupType"), kind("Auto")))},
	{"sqlserver-full-refused", "SQL Server refuses FullBackup.", value, []string{"CB-TYPE-2", "CB-STRATEGY-8"}, 1, "current", refuses(notSupported("BackupType"), sqlServerFull())},
	{"sqlserver-any-type", "SQL Server takes any BackupType.", dropped, []string{"CB-TYPE-3"}, 1, "current", accepts("BackupType.NotSupport", anyCall)},
	{"sqlserver-default-incremental", "Without a BackupType a backup of SQL Server is incremental.", defaulted, []string{"CB-TYPE-7"}, 1, "current", makes(all(engine(targets.SQLServer), not(given("BackupType"))), func(_ *creation, b *backup) {
		b.kind = "IncrementalBackup"
	})},
	{"quota-of-the-original", "The quota is still 10.", boundary, []string{"CB-QUOTA-1"}, 1, "current", refuses(quotaSpent, func(c *creation) bool { return c.in.today(c.e.now) >= 10 })},
	{"failed-blocks", "After a failed backup an instance refuses.", stateKind, []string{"CB-PRE-7"}, 1, "current", refuses(backupRunning, func(c *creation) bool {
		return c.in.last() != nil && c.in.last().status == targets.LastFailed
	})},
	{"failure-unseen", "A backup that fails still stands in the way of the next.", stateKind, []string{"CB-PRE-7", "CB-SEQ-1"}, 1, "current", func(s *Simulator, b *behaviour) {
		blocked := newCounter()
		b.control = append(b.control, func(in *instance, event string) {
			switch {
			case event == targets.LastFailed && in.last() != nil && in.last().status == targets.LastFailed:
				blocked.set(in.id, 1)
			case event == "next day":
				blocked.set(in.id, 0)
			}
		})
		refuses(backupRunning, func(c *creation) bool { return blocked.of(c.in.id) > 0 })(s, b)
	}},

	{"snapshot-refused", "Snapshot is not known.", value, []string{"CB-METHOD-11"}, 1, "current", refuses(notSupported("BackupMethod"), method("Snapshot"))},
	{"sqlserver-snapshot-refused", "SQL Server makes no snapshots.", value, []string{"CB-METHOD-11"}, 2, "current", refuses(methodDenied, all(engine(targets.SQLServer), method("Snapshot")))},
	{"snapshot-made-logical", "A snapshot is made as a logical backup.", ignored, []string{"CB-METHOD-11"}, 1, "current", makes(method("Snapshot"), func(_ *creation, b *backup) { b.method = "Logical" })},
	{"mariadb-physical-refused", "MariaDB, which makes nothing but snapshots, refuses Physical.", value, []string{"CB-METHOD-1"}, 2, "current", refuses(methodDenied, all(engine(targets.MariaDB), given("BackupMethod"), method("Physical")))},
	{"mariadb-physical-made-logical", "MariaDB makes a logical backup of Physical.", interaction, []string{"CB-METHOD-7", "CB-METHOD-4"}, 2, "current", makes(all(engine(targets.MariaDB), method("Physical")), func(_ *creation, b *backup) { b.method = "Logical" })},
	{"running-snapshot-accepted", "While a backup runs a snapshot is made.", interaction, []string{"CB-PRE-3"}, 2, "current", accepts("OperationDenied.BackupJobExists", method("Snapshot"))},
	{"rebooting-snapshot-accepted", "A snapshot is made of a rebooting instance.", interaction, []string{"CB-PRE-2"}, 2, "current", accepts("OperationDenied.DBInstanceStatus", all(inStatus("Rebooting"), method("Snapshot")))},
	{"quota-not-for-snapshots", "Snapshots are not held against the quota.", interaction, []string{"CB-QUOTA-2"}, 2, "current", accepts("BackupTimesExceeded", method("Snapshot"))},
	{"snapshot-last-refused", "A snapshot that is the last of the day is refused.", interaction, []string{"CB-QUOTA-1", "CB-METHOD-11"}, 2, "current", refuses(quotaSpent, all(method("Snapshot"), lastQuota))},
	{"mysql-get-logical-instance-refused", "MySQL refuses a logical backup of the instance by GET.", interaction, []string{"CB-STRATEGY-1", "CB-METHOD-2", "CB-PUBLIC-1"}, 3, "current", refuses(methodDenied, all(method("Logical"), strategy("instance"), by("GET")))},
	{"quota-logical-db-accepted", "Logical backups of single databases are not held against the quota.", interaction, []string{"CB-QUOTA-2"}, 3, "current", accepts("BackupTimesExceeded", all(method("Logical"), strategy("db")))},
	{"quota-sqlserver-db-accepted", "Single databases of SQL Server are not held against the quota.", interaction, []string{"CB-QUOTA-2"}, 4, "current", accepts("BackupTimesExceeded", sqlServerFull(strategy("db")))},
	{"running-sqlserver-full-accepted", "While a backup runs SQL Server accepts a full one.", interaction, []string{"CB-PRE-3"}, 3, "current", accepts("OperationDenied.BackupJobExists", sqlServerFull())},
	{"restoring-sqlserver-full-accepted", "A restoring SQL Server accepts a full backup.", interaction, []string{"CB-PRE-2"}, 3, "current", accepts("OperationDenied.DBInstanceStatus", sqlServerFull(inStatus("Restoring")))},

	{"strategy-applies-to-any-physical", "A physical backup of any engine with the strategy db is of one database.", ignored, []string{"CB-STRATEGY-9"}, 1, "current", makes(all(method("Physical"), strategy("db"), not(engine(targets.SQLServer))), firstDatabase)},
	{"strategy-applies-to-snapshots", "A snapshot with the strategy db is of one database.", ignored, []string{"CB-STRATEGY-9"}, 1, "current", makes(all(method("Snapshot"), strategy("db"), not(engine(targets.SQLServer))), firstDatabase)},
	{"full-makes-strategy-apply", "With FullBackup the strategy db holds for every engine.", interaction, []string{"CB-STRATEGY-9"}, 2, "current", makes(all(method("Physical"), kind("FullBackup"), strategy("db"), not(engine(targets.SQLServer))), firstDatabase)},
	{"dbname-applies-to-any-physical", "A physical backup of any engine with a DBName is of that database.", ignored, []string{"CB-DBNAME-9", "CB-STRATEGY-9"}, 1, "current", makes(all(method("Physical"), given("DBName"), not(engine(targets.SQLServer))), func(c *creation, b *backup) { b.strategy, b.databases = "db", c.names() })},
	{"dbname-applies-to-logical-instance", "A logical backup of the instance with a DBName is of that database.", ignored, []string{"CB-DBNAME-9"}, 1, "current", makes(all(method("Logical"), strategy("instance"), given("DBName")), func(c *creation, b *backup) { b.databases = c.names() })},
	{"sqlserver-any-strategy", "SQL Server takes any BackupStrategy.", interaction, []string{"CB-STRATEGY-2"}, 2, "current", accepts("InvalidBackupStrategy", engine(targets.SQLServer))},
	{"sqlserver-instance-refused", "SQL Server refuses a full backup that is said to be of the instance.", value, []string{"CB-STRATEGY-8"}, 1, "current", refuses(notSupported("BackupStrategy"), sqlServerFull(strategy("instance")))},
	{"sqlserver-instance-misses-last", "A full backup of the instance of SQL Server leaves out its last database.", boundary, []string{"CB-STRATEGY-6", "CB-STRATEGY-8"}, 2, "current", makes(sqlServerFull(strategy("instance"), severalDatabases), func(c *creation, b *backup) { b.databases = c.in.databases[:len(c.in.databases)-1] })},

	{"list-in-order-only", "A list of databases must be in the order of the instance.", value, []string{"CB-DBNAME-7"}, 1, "current", refuses(noSuchDatabase, all(ranged("db"), func(c *creation) bool {
		at := -1
		return slices.ContainsFunc(c.names(), func(n string) bool {
			was := at
			at = slices.Index(c.in.databases, n)
			return at < was
		})
	}))},
	{"list-of-all-refused", "A list of every database is refused.", boundary, []string{"CB-DBNAME-7"}, 1, "current", refuses(notSupported("DBName"), all(ranged("db"), severalDatabases, func(c *creation) bool { return len(c.names()) == len(c.in.databases) }))},
	{"list-of-three-cut", "Of a list of databases two are backed up.", boundary, []string{"CB-DBNAME-7"}, 1, "current", makes(all(ranged("db"), func(c *creation) bool { return len(c.names()) > 2 }), func(c *creation, b *backup) { b.databases = c.names()[:2] })},
	{"list-made-whole", "A list of databases is backed up as the instance.", ignored, []string{"CB-DBNAME-7"}, 1, "current", makes(all(ranged("db"), func(c *creation) bool { return len(c.names()) > 1 }), func(c *creation, b *backup) { b.strategy, b.databases = "instance", c.in.databases })},
	{"list-unknown-passed-over", "The databases of a list that do not exist are passed over.", value, []string{"CB-DBNAME-4"}, 1, "current", accepts("InvalidDBName.NotFound", func(c *creation) bool {
		return slices.ContainsFunc(c.names(), func(n string) bool { return slices.Contains(c.in.databases, n) })
	})},
	{"list-first-looked-at", "Of a list of databases the first alone is looked for.", boundary, []string{"CB-DBNAME-4"}, 1, "current", accepts("InvalidDBName.NotFound", func(c *creation) bool { return slices.Contains(c.in.databases, c.names()[0]) })},
	{"list-last-looked-at", "Of a list of databases the last alone is looked for.", boundary, []string{"CB-DBNAME-4"}, 1, "current", accepts("InvalidDBName.NotFound", func(c *creation) bool {
		names := c.names()
		return slices.Contains(c.in.databases, names[len(names)-1])
	})},
	{"sqlserver-unknown-database-accepted", "SQL Server backs up databases that it does not have.", interaction, []string{"CB-DBNAME-4"}, 2, "current", accepts("InvalidDBName.NotFound", engine(targets.SQLServer))},

	{"sqlserver-full-made-incremental", "SQL Server makes an incremental backup of FullBackup where there is a full one already.", ignored, []string{"CB-TYPE-2"}, 1, "current", makes(sqlServerFull(func(c *creation) bool { return c.in.last() != nil }), func(_ *creation, b *backup) { b.kind = "IncrementalBackup" })},
	{"sqlserver-default-full", "Without a BackupType a backup of SQL Server is full.", defaulted, []string{"CB-TYPE-7"}, 1, "current", makes(all(engine(targets.SQLServer), not(given("BackupType"))), func(_ *creation, b *backup) { b.kind = "FullBackup" })},
	{"sqlserver-incremental-accepted", "SQL Server takes IncrementalBackup for a BackupType.", value, []string{"CB-TYPE-3"}, 1, "current", accepts("BackupType.NotSupport", func(c *creation) bool { return c.kind == "IncrementalBackup" })},
	{"sqlserver-refused-and-made-type", "SQL Server refuses a BackupType that is none, and makes a backup.", lie, []string{"CB-TYPE-3"}, 1, "current", makesAlthoughRefused("BackupType.NotSupport")},
	{"sqlserver-full-last-refused", "SQL Server refuses a full backup that is the last of the day.", interaction, []string{"CB-TYPE-2", "CB-QUOTA-1"}, 3, "current", refuses(quotaSpent, sqlServerFull(lastQuota))},
	{"sqlserver-full-without-databases-refused", "SQL Server without databases refuses a full backup.", interaction, []string{"CB-TYPE-2"}, 3, "current", refuses(noDatabase, sqlServerFull(func(c *creation) bool { return len(c.in.databases) == 0 }))},
	{"sqlserver-any-method-full", "With FullBackup SQL Server takes any BackupMethod.", interaction, []string{"CB-METHOD-3"}, 3, "current", accepts("InvalidBackupMethod", all(engine(targets.SQLServer), kind("FullBackup")))},

	{"retention-seven-refused", "A BackupRetentionPeriod of 7 is refused.", boundary, []string{"CB-RETENTION-1"}, 1, "current", refuses(notSupported("BackupRetentionPeriod"), func(c *creation) bool { return c.retention == 7 })},
	{"retention-under-a-month-refused", "A BackupRetentionPeriod of less than 30 days is refused.", value, []string{"CB-RETENTION-1"}, 1, "current", refuses(notSupported("BackupRetentionPeriod"), func(c *creation) bool { return c.retention > 0 && c.retention < 30 })},
	{"retention-731-accepted", "A BackupRetentionPeriod of 731 is taken.", boundary, []string{"CB-RETENTION-2"}, 1, "current", accepts("InvalidBackupRetentionPeriod", func(c *creation) bool {
		return c.e.params.value("BackupRetentionPeriod") == "731"
	})},
	{"retention-zero-accepted", "A BackupRetentionPeriod of 0 is taken.", boundary, []string{"CB-RETENTION-2"}, 1, "current", accepts("InvalidBackupRetentionPeriod", func(c *creation) bool {
		return c.e.params.value("BackupRetentionPeriod") == "0"
	})},
	{"retention-negative-accepted", "Any BackupRetentionPeriod below zero is taken.", value, []string{"CB-RETENTION-2"}, 1, "current", accepts("InvalidBackupRetentionPeriod", func(c *creation) bool {
		n, err := strconv.Atoi(c.e.params.value("BackupRetentionPeriod"))
		return err == nil && n < 0
	})},
	{"retention-text-accepted", "A BackupRetentionPeriod that is no number is taken.", value, []string{"CB-RETENTION-2"}, 1, "current", accepts("InvalidBackupRetentionPeriod", func(c *creation) bool {
		_, err := strconv.ParseFloat(c.e.params.value("BackupRetentionPeriod"), 64)
		return err != nil
	})},
	{"retention-wraps", "A BackupRetentionPeriod is read in 32 bits.", boundary, []string{"CB-RETENTION-2"}, 1, "current", accepts("InvalidBackupRetentionPeriod", func(c *creation) bool {
		n, err := strconv.ParseInt(c.e.params.value("BackupRetentionPeriod"), 10, 64)
		return err == nil && int32(n) >= 7 && int32(n) <= 730 //nolint:gosec // the overflow is the mistake
	})},
	{"retention-one-less", "A backup is kept for a day less than asked for.", boundary, []string{"CB-RETENTION-4"}, 1, "current", makes(func(c *creation) bool { return c.retention > 0 }, func(c *creation, b *backup) { b.retention = c.retention - 1 })},

	{"job-id-number", "In JSON the BackupJobId is a number.", bodyKind, []string{"CB-RESPONSE-12"}, 1, "current", changesSuccess(func(e *exchange) {
		if n, err := strconv.Atoi(e.doc.text("BackupJobId")); err == nil && e.format == "JSON" {
			e.doc.set("BackupJobId", n)
		}
	})},
	{"job-id-empty", "The BackupJobId is empty.", bodyKind, []string{"CB-RESPONSE-12"}, 1, "current", changesSuccess(func(e *exchange) { e.doc.set("BackupJobId", "") })},
	{"job-id-missing-sqlserver", "SQL Server's answer has no BackupJobId.", bodyKind, []string{"CB-RESPONSE-12"}, 2, "current", afterDecision(func(c *creation, r *refusal) {
		if r == nil && c.in != nil && c.in.engine == targets.SQLServer {
			c.e.doc.drop("BackupJobId")
		}
	})},
	{"job-id-of-no-task", "The BackupJobId is that of no task.", lie, []string{"CB-RESPONSE-13", "CB-RESPONSE-11"}, 1, "current", changesSuccess(func(e *exchange) { e.doc.set("BackupJobId", nextID()) })},
	{"tasks-by-job-empty", "DescribeBackupTasks knows no task by its id.", dropped, []string{"CB-RESPONSE-13"}, 1, "current", tasks(func(e *exchange) { e.doc.set("Items", document{{"BackupJob", []document{}}}) })},
	{"tasks-other-ids", "DescribeBackupTasks shows tasks by the ids of their backups.", value, []string{"CB-RESPONSE-13"}, 1, "current", tasks(func(e *exchange) {
		if job := e.params.value("BackupJobId"); job != "" {
			e.doc.set("Items", document{{"BackupJob", []document{{{"BackupJobId", job + "0"}, {"BackupStatus", "Uploading"}}}}})
		}
	})},
}

// firstDatabase makes a backup one of the first database.
func firstDatabase(c *creation, b *backup) {
	if len(c.in.databases) > 0 {
		b.strategy, b.databases = "db", c.in.databases[:1]
	}
}

// ranged is a backup for which BackupStrategy is valid and has that value.
func ranged(s string) predicate {
	return func(c *creation) bool { return c.ranges() && c.strategy == s }
}

// tasks changes what DescribeBackupTasks answers.
func tasks(f func(e *exchange)) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.answer = append(b.answer, func(e *exchange) {
			if e.code == "" && e.params.value("Action") == "DescribeBackupTasks" {
				f(e)
			}
		})
	}
}
