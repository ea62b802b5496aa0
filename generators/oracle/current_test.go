package oracle_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// What the current edition changes. Each row is decided differently by the two editions.
var changes = []struct {
	says              string // in the current edition
	name              string
	on                targets.Condition
	call              targets.Call
	original, current string
}{
	{
		"Up to 20 backups can be created for an instance in a day.", "the 11th",
		instance(targets.MySQL, today(10)), create(),
		"refused by CB-QUOTA-2", "accepted by CB-QUOTA-1, CB-PRE-1",
	},
	{
		"Up to 20 backups can be created for an instance in a day.", "the 20th",
		instance(targets.MySQL, today(19)), create(),
		"refused by CB-QUOTA-2", "accepted by CB-QUOTA-1, CB-PRE-1",
	},
	{
		"No backup task is running.", "the last backup failed",
		instance(targets.MySQL, last("failed")), create(),
		"unspecified by CB-PRE-5", "accepted by CB-PRE-7",
	},
	{
		"Logical is for MySQL.", "PostgreSQL",
		instance(targets.PostgreSQL), create("BackupMethod", "Logical"),
		"accepted by CB-PRE-1, CB-METHOD-2, CB-STRATEGY-7 (should)", "unspecified by CB-METHOD-10",
	},
	{
		"Logical is for MySQL.", "SQL Server",
		instance(targets.SQLServer), create("BackupMethod", "Logical"),
		"refused by CB-METHOD-6", "unspecified by CB-METHOD-10",
	},
	{
		"Logical is for MySQL.", "PostgreSQL, and the name of no database",
		instance(targets.PostgreSQL), create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "app2"),
		"refused by CB-DBNAME-4 (should)", "unspecified by CB-METHOD-10, CB-STRATEGY-10, CB-DBNAME-10",
	},
	{
		"Snapshot: snapshot backup.", "cloud disks",
		instance(targets.MySQL, storage(oracle.CloudDisk)), create("BackupMethod", "Snapshot"),
		"refused by CB-METHOD-3", "accepted by CB-PRE-1, CB-METHOD-11",
	},
	{
		"Snapshot: snapshot backup.", "unknown disks",
		instance(targets.MySQL), create("BackupMethod", "Snapshot"),
		"refused by CB-METHOD-3", "unspecified by CB-METHOD-9",
	},
	{
		"Snapshot: snapshot backup.", "another letter case",
		instance(targets.MySQL, storage(oracle.CloudDisk)), create("BackupMethod", "snapshot"),
		"refused by CB-METHOD-3", "unspecified by CB-METHOD-8",
	},
	{
		"A snapshot of MariaDB is asked for as Physical.", "Snapshot",
		instance(targets.MariaDB, storage(oracle.CloudDisk)), create("BackupMethod", "Snapshot"),
		"refused by CB-METHOD-3", "unspecified by CB-METHOD-9",
	},
	{
		"BackupStrategy is valid for a full physical backup of SQL Server.", "db",
		instance(targets.SQLServer), create("BackupType", "FullBackup", "BackupStrategy", "db", "DBName", "app"),
		"unspecified by CB-STRATEGY-4, CB-DBNAME-3", "accepted by CB-PRE-1, CB-STRATEGY-8, CB-TYPE-2",
	},
	{
		"BackupStrategy is valid for a full physical backup of SQL Server.", "instance",
		instance(targets.SQLServer), create("BackupType", "FullBackup", "BackupStrategy", "instance"),
		"unspecified by CB-STRATEGY-4", "accepted by CB-PRE-1, CB-STRATEGY-8, CB-TYPE-2",
	},
	{
		"BackupStrategy is valid for a full physical backup of SQL Server.", "any other value",
		instance(targets.SQLServer), create("BackupType", "FullBackup", "BackupStrategy", "table"),
		"unspecified by CB-STRATEGY-4", "refused by CB-STRATEGY-2",
	},
	{
		"BackupStrategy is valid for a full physical backup of SQL Server.", "a backup that is not asked to be full",
		instance(targets.SQLServer), create("BackupStrategy", "db", "DBName", "app"),
		"unspecified by CB-STRATEGY-4, CB-DBNAME-3", "unspecified by CB-STRATEGY-10, CB-DBNAME-10",
	},
	{
		"BackupStrategy is valid for a full physical backup of SQL Server.", "MySQL",
		instance(targets.MySQL), create("BackupStrategy", "instance"),
		"unspecified by CB-STRATEGY-4", "unspecified by CB-STRATEGY-10",
	},
	{
		"DBName: separate several names by commas.", "two databases",
		instance(targets.MySQL), create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "app,orders"),
		"unspecified by CB-DBNAME-6", "accepted by CB-PRE-1, CB-METHOD-2, CB-STRATEGY-1, CB-DBNAME-7",
	},
	{
		"DBName: separate several names by commas.", "a space after the comma",
		instance(targets.MySQL), create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "app, orders"),
		"unspecified by CB-DBNAME-6", "unspecified by CB-DBNAME-8",
	},
	{
		"DBName: separate several names by commas.", "a name twice",
		instance(targets.MySQL), create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "app,app"),
		"unspecified by CB-DBNAME-6", "unspecified by CB-DBNAME-8",
	},
	{
		"BackupType is valid only for a physical backup of SQL Server.", "MySQL",
		instance(targets.MySQL), create("BackupType", "FullBackup"),
		"accepted by CB-PRE-1, CB-TYPE-2", "unspecified by CB-TYPE-6",
	},
	{
		"BackupType is valid only for a physical backup of SQL Server.", "any other value, MySQL",
		instance(targets.MySQL), create("BackupType", "Full"),
		"refused by CB-TYPE-3", "unspecified by CB-TYPE-6",
	},
	{
		"BackupType is valid only for a physical backup of SQL Server.", "a snapshot of SQL Server",
		instance(targets.SQLServer, storage(oracle.CloudDisk)), create("BackupMethod", "Snapshot", "BackupType", "FullBackup"),
		"refused by CB-METHOD-3", "unspecified by CB-TYPE-6",
	},
	{
		"BackupRetentionPeriod: 7 to 730 days.", "the shortest",
		instance(targets.SQLServer), singleDatabase("BackupRetentionPeriod", "7"),
		"unspecified by CB-PUBLIC-4, CB-STRATEGY-4, CB-DBNAME-3", "accepted by CB-PRE-1, CB-STRATEGY-8, CB-TYPE-2, CB-RETENTION-1",
	},
	{
		"BackupRetentionPeriod: 7 to 730 days.", "the longest",
		instance(targets.SQLServer), singleDatabase("BackupRetentionPeriod", "730"),
		"unspecified by CB-PUBLIC-4, CB-STRATEGY-4, CB-DBNAME-3", "accepted by CB-PRE-1, CB-STRATEGY-8, CB-TYPE-2, CB-RETENTION-1",
	},
	{
		"BackupRetentionPeriod: 7 to 730 days.", "too short",
		instance(targets.SQLServer), singleDatabase("BackupRetentionPeriod", "6"),
		"unspecified by CB-PUBLIC-4, CB-STRATEGY-4, CB-DBNAME-3", "refused by CB-RETENTION-2",
	},
	{
		"BackupRetentionPeriod: 7 to 730 days.", "too long",
		instance(targets.SQLServer), singleDatabase("BackupRetentionPeriod", "731"),
		"unspecified by CB-PUBLIC-4, CB-STRATEGY-4, CB-DBNAME-3", "refused by CB-RETENTION-2",
	},
	{
		"BackupRetentionPeriod: 7 to 730 days.", "not a whole number",
		instance(targets.SQLServer), singleDatabase("BackupRetentionPeriod", "7.5"),
		"unspecified by CB-PUBLIC-4, CB-STRATEGY-4, CB-DBNAME-3", "refused by CB-RETENTION-2",
	},
	{
		"BackupRetentionPeriod: 7 to 730 days.", "an unusual spelling",
		instance(targets.SQLServer), singleDatabase("BackupRetentionPeriod", "030"),
		"unspecified by CB-PUBLIC-4, CB-STRATEGY-4, CB-DBNAME-3", "unspecified by CB-RETENTION-3",
	},
	{
		"BackupRetentionPeriod: 7 to 730 days.", "white space",
		instance(targets.SQLServer), singleDatabase("BackupRetentionPeriod", " 30"),
		"unspecified by CB-PUBLIC-4, CB-STRATEGY-4, CB-DBNAME-3", "unspecified by CB-METHOD-8",
	},
	{
		"BackupRetentionPeriod: -1 keeps the backup for ever.", "-1",
		instance(targets.SQLServer), singleDatabase("BackupRetentionPeriod", "-1"),
		"unspecified by CB-PUBLIC-4, CB-STRATEGY-4, CB-DBNAME-3", "accepted by CB-PRE-1, CB-STRATEGY-8, CB-TYPE-2, CB-RETENTION-1",
	},
	{
		"BackupRetentionPeriod is valid for a full physical backup of single databases of SQL Server.", "MySQL",
		instance(targets.MySQL), create("BackupRetentionPeriod", "7"),
		"unspecified by CB-PUBLIC-4", "unspecified by CB-RETENTION-5",
	},
	{
		"BackupRetentionPeriod is valid for a full physical backup of single databases of SQL Server.", "no DBName",
		instance(targets.SQLServer), create("BackupType", "FullBackup", "BackupStrategy", "db", "BackupRetentionPeriod", "6"),
		"unspecified by CB-PUBLIC-4, CB-STRATEGY-4", "unspecified by CB-DBNAME-5, CB-RETENTION-5",
	},
	{
		"BackupRetentionPeriod is valid for a full physical backup of single databases of SQL Server.", "the whole instance",
		instance(targets.SQLServer), create("BackupType", "FullBackup", "BackupRetentionPeriod", "7"),
		"unspecified by CB-PUBLIC-4", "unspecified by CB-RETENTION-5",
	},
}

// singleDatabase is a call for a full physical backup of one database.
func singleDatabase(parameters ...string) targets.Call {
	return with(create("BackupType", "FullBackup", "BackupStrategy", "db", "DBName", "app"), parameters...)
}

func TestWhatTheCurrentEditionChanges(t *testing.T) {
	for _, c := range changes {
		t.Run(c.says+" "+c.name, func(t *testing.T) {
			require.NotEqual(t, c.original, c.current, "a row is about a change")
			require.Equal(t, c.original, outcome(expect(edition(t, oracle.Original), c.on, c.call)), "original edition")
			require.Equal(t, c.current, outcome(expect(edition(t, oracle.Current), c.on, c.call)), "current edition")
		})
	}
}

// Both editions decide these calls alike.
var unchanged = []sentence{
	{"the instance and its last backup", []example{
		{"active, completed", instance(targets.MySQL), create(), "accepted by CB-PRE-1"},
		{"a backup is running", instance(targets.MySQL, last("running")), create(), "refused by CB-PRE-3"},
		{"the 21st of a day", instance(targets.MySQL, today(20)), create(), "refused by CB-QUOTA-2"},
	}},
	{"BackupMethod", []example{
		{"Physical", instance(targets.MySQL), create("BackupMethod", "Physical"), "accepted by CB-PRE-1, CB-METHOD-1"},
		{"Logical of MySQL", instance(targets.MySQL), create("BackupMethod", "Logical", "BackupStrategy", "instance"),
			"accepted by CB-PRE-1, CB-METHOD-2, CB-STRATEGY-1"},
		{"Logical without databases", instance(targets.MySQL, databases()), create("BackupMethod", "Logical"),
			"refused by CB-METHOD-5"},
		{"any other value", instance(targets.MySQL), create("BackupMethod", "Hot"), "refused by CB-METHOD-3"},
	}},
	{"DBName", []example{
		{"one name", instance(targets.MySQL), create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "app"),
			"accepted by CB-PRE-1, CB-METHOD-2, CB-STRATEGY-1"},
		{"an unknown name", instance(targets.MySQL),
			create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "app2"), "refused by CB-DBNAME-4 (should)"},
		{"an unknown name in a list", instance(targets.MySQL),
			create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "app,app2"), "refused by CB-DBNAME-4 (should)"},
	}},
	{"BackupType of SQL Server", []example{
		{"Auto", instance(targets.SQLServer), create("BackupType", "Auto"), "accepted by CB-PRE-1, CB-TYPE-1"},
		{"FullBackup", instance(targets.SQLServer), create("BackupType", "FullBackup"), "accepted by CB-PRE-1, CB-TYPE-2"},
		{"any other value", instance(targets.SQLServer), create("BackupType", "Full"), "refused by CB-TYPE-3"},
	}},
}

func TestWhatBothEditionsDecideAlike(t *testing.T) {
	for _, e := range oracle.Editions() {
		t.Run(e.Name, func(t *testing.T) { check(t, e, unchanged) })
	}
}
