package simulator

import (
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// sqlServerFull is a full physical backup of SQL Server, which alone has a BackupType in the current edition.
func sqlServerFull(more ...when) when {
	return all(append([]when{engine(targets.SQLServer), method("Physical"), kind("FullBackup")}, more...)...)
}

// currentFaults are mistakes in what the current edition has beside the original.
var currentFaults = []Fault{
	{"no-job-id", "The answer has no BackupJobId.", bodyKind, []string{"CB-RESPONSE-12"}, 1, "current", success(func(e *exchange) { e.doc.drop("BackupJobId") })},
	{"job-id-constant", "Every answer has the same BackupJobId.", "an id used again", []string{"CB-RESPONSE-11"}, 1, "current", success(func(e *exchange) { e.doc.set("BackupJobId", "5073731") })},
	{"job-id-of-instance", "The BackupJobId is of the instance, and not of the job.", "an id used again", []string{"CB-RESPONSE-11"}, 1, "current", success(func(e *exchange) {
		e.doc.set("BackupJobId", e.params.value("DBInstanceId"))
	})},
	{"list-refused", "DBName takes one name alone.", value, []string{"CB-DBNAME-7"}, 1, "current", denies(noSuchDatabase, func(c *creation) bool {
		return c.method == "Logical" && c.strategy == "db" && strings.Contains(c.dbName, ",")
	})},
	{"list-first-only", "Of a list of databases the first is backed up.", ignored, []string{"CB-DBNAME-7"}, 1, "current", makes(func(c *creation) bool { return strings.Contains(c.dbName, ",") }, func(_ *creation, b *backup) {
		b.databases = b.databases[:1]
	})},
	{"sqlserver-db-refused", "SQL Server refuses a physical backup of single databases.", dropped, []string{"CB-STRATEGY-8"}, 1, "current", denies(methodDenied, sqlServerFull(strategy("db")))},
	{"sqlserver-db-made-whole", "A full physical backup of one database of SQL Server covers the instance.", ignored, []string{"CB-DBNAME-1", "CB-DBNAME-7", "CB-STRATEGY-8"}, 1, "current", makes(sqlServerFull(strategy("db")), func(c *creation, b *backup) {
		b.strategy, b.databases = "instance", c.in.databases
	})},
	{"retention-refused", "BackupRetentionPeriod is refused.", dropped, []string{"CB-RETENTION-1"}, 1, "current", denies(notSupported("BackupRetentionPeriod"), given("BackupRetentionPeriod"))},
	{"retention-for-ever-refused", "A BackupRetentionPeriod of -1 is refused.", value, []string{"CB-RETENTION-1"}, 1, "current", denies(notSupported("BackupRetentionPeriod"), func(c *creation) bool { return c.retention == -1 })},
	{"retention-730-refused", "A BackupRetentionPeriod of 730 is refused.", boundary, []string{"CB-RETENTION-1"}, 1, "current", denies(notSupported("BackupRetentionPeriod"), func(c *creation) bool { return c.retention == 730 })},
	{"retention-any", "Any BackupRetentionPeriod is taken.", dropped, []string{"CB-RETENTION-2"}, 1, "current", lets("InvalidBackupRetentionPeriod", always)},
	{"retention-six-accepted", "A BackupRetentionPeriod of 6 is taken.", boundary, []string{"CB-RETENTION-2"}, 1, "current", lets("InvalidBackupRetentionPeriod", func(c *creation) bool {
		return c.e.params.value("BackupRetentionPeriod") == "6"
	})},
	{"retention-ignored", "Every backup is kept for 7 days.", ignored, []string{"CB-RETENTION-4"}, 1, "current", makes(given("BackupRetentionPeriod"), func(_ *creation, b *backup) { b.retention = 7 })},
	{"sqlserver-auto-refused", "SQL Server refuses Auto.", value, []string{"CB-TYPE-1"}, 1, "current", denies(notSupported("BackupType"), all(engine(targets.SQLServer), given("BackupType"), kind("Auto")))},
	{"sqlserver-full-refused", "SQL Server refuses FullBackup.", value, []string{"CB-TYPE-2", "CB-STRATEGY-8"}, 1, "current", denies(notSupported("BackupType"), sqlServerFull())},
	{"sqlserver-any-type", "SQL Server takes any BackupType.", dropped, []string{"CB-TYPE-3"}, 1, "current", lets("BackupType.NotSupport", always)},
	{"sqlserver-default-incremental", "Without a BackupType a backup of SQL Server is incremental.", defaulted, []string{"CB-TYPE-4"}, 1, "current", makes(all(engine(targets.SQLServer), not(given("BackupType"))), func(_ *creation, b *backup) {
		b.kind = "IncrementalBackup"
	})},
	{"quota-of-the-original", "The quota is still 10.", boundary, []string{"CB-QUOTA-1"}, 1, "current", denies(quotaSpent, func(c *creation) bool { return c.in.today(c.e.now) >= 10 })},
}
