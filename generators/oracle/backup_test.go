package oracle_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

func TestBackupsOfAcceptedCalls(t *testing.T) {
	type backups = []oracle.ExpectedBackup
	physical := oracle.ExpectedBackup{Method: "Physical", MethodRule: "CB-METHOD-4", WholeInstance: true, CoverageRule: "CB-STRATEGY-3"}
	for _, c := range []struct {
		says, edition, name string
		on                  targets.Condition
		call                targets.Call
		want                backups
	}{
		{"The default value is Physical.", oracle.Original, "no BackupMethod", instance(targets.MySQL), create(), backups{physical}},
		{"Physical: physical backup.", oracle.Original, "Physical", instance(targets.MySQL), create("BackupMethod", "Physical"),
			backups{{Method: "Physical", MethodRule: "CB-METHOD-7", WholeInstance: true, CoverageRule: "CB-STRATEGY-3"}}},
		{"instance: instance backup.", oracle.Original, "instance", instance(targets.MySQL),
			create("BackupMethod", "Logical", "BackupStrategy", "instance"),
			backups{{Method: "Logical", MethodRule: "CB-METHOD-7", WholeInstance: true, CoverageRule: "CB-STRATEGY-6"}}},
		{"db: single-database backup.", oracle.Original, "db", instance(targets.MySQL),
			create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "orders"),
			backups{{Method: "Logical", MethodRule: "CB-METHOD-7", Databases: []string{"orders"}, CoverageRule: "CB-DBNAME-1"}}},
		{"BackupStrategy has no default.", oracle.Original, "Logical without a BackupStrategy", instance(targets.MySQL),
			create("BackupMethod", "Logical"), backups{{Method: "Logical", MethodRule: "CB-METHOD-7"}}},
		{"BackupStrategy is valid only when BackupMethod is Logical.", oracle.Original, "db with Physical", instance(targets.MySQL),
			create("BackupStrategy", "db", "DBName", "app"), backups{physical}},
		{"DBName is valid only when BackupMethod is Logical and BackupStrategy is db.", oracle.Original, "with Physical",
			instance(targets.MySQL), create("DBName", "app"),
			backups{{Method: "Physical", MethodRule: "CB-METHOD-4", WholeInstance: true, CoverageRule: "CB-DBNAME-2"}}},
		{"DBName is valid only when BackupMethod is Logical and BackupStrategy is db.", oracle.Original, "with instance",
			instance(targets.MySQL), create("BackupMethod", "Logical", "BackupStrategy", "instance", "DBName", "app"),
			backups{{Method: "Logical", MethodRule: "CB-METHOD-7", WholeInstance: true, CoverageRule: "CB-DBNAME-2"}}},
		{"FullBackup: indicates a full backup.", oracle.Original, "FullBackup", instance(targets.MySQL), create("BackupType", "FullBackup"),
			backups{{Method: "Physical", MethodRule: "CB-METHOD-4", WholeInstance: true, CoverageRule: "CB-STRATEGY-3", Full: true,
				TypeRule: "CB-TYPE-2", TypeLevel: oracle.Must}}},
		{"FullBackup: indicates a full backup.", oracle.Original, "Logical", instance(targets.MySQL),
			create("BackupMethod", "Logical", "BackupStrategy", "instance", "BackupType", "FullBackup"),
			backups{{Method: "Logical", MethodRule: "CB-METHOD-7", WholeInstance: true, CoverageRule: "CB-STRATEGY-6", Full: true,
				TypeRule: "CB-TYPE-5", TypeLevel: oracle.Should}}},
		{"Auto: full or incremental.", oracle.Original, "Auto", instance(targets.MySQL), create("BackupType", "Auto"), backups{physical}},
		{"A refused call makes no backup.", oracle.Original, "the 11th", instance(targets.MySQL, today(10)), create(), nil},
		{"Other spellings of a value.", oracle.Original, "an empty BackupMethod", instance(targets.MySQL),
			create("BackupMethod", ""), backups{physical}},

		{"MariaDB makes snapshots and is asked for them as Physical.", oracle.Current, "Physical", instance(targets.MariaDB),
			create("BackupMethod", "Physical"), backups{
				{Method: "Physical", MethodRule: "CB-METHOD-7", WholeInstance: true, CoverageRule: "CB-STRATEGY-9"},
				{Method: "Snapshot", MethodRule: "CB-METHOD-7", WholeInstance: true, CoverageRule: "CB-STRATEGY-9"},
			}},
		{"A snapshot can be asked for as Physical.", oracle.Current, "cloud disks", instance(targets.MySQL, storage(oracle.CloudDisk)),
			create("BackupMethod", "Physical"), backups{
				{Method: "Physical", MethodRule: "CB-METHOD-7", WholeInstance: true, CoverageRule: "CB-STRATEGY-9"},
				{Method: "Snapshot", MethodRule: "CB-METHOD-7", WholeInstance: true, CoverageRule: "CB-STRATEGY-9"},
			}},
		{"A snapshot can be asked for as Physical.", oracle.Current, "local disks", instance(targets.MySQL, storage("local")),
			create("BackupMethod", "Physical"),
			backups{{Method: "Physical", MethodRule: "CB-METHOD-7", WholeInstance: true, CoverageRule: "CB-STRATEGY-9"}}},
		{"A snapshot can be asked for as Physical.", oracle.Current, "unknown disks", instance(targets.MySQL),
			create("BackupMethod", "Physical"), backups{
				{Method: "Physical", MethodRule: "CB-METHOD-7", WholeInstance: true, CoverageRule: "CB-STRATEGY-9"},
				{Method: "Snapshot", MethodRule: "CB-METHOD-7", WholeInstance: true, CoverageRule: "CB-STRATEGY-9"},
			}},
		{"A snapshot can be asked for as Physical.", oracle.Current, "an unknown engine", instance("PPAS"),
			create("BackupMethod", "Physical"), backups{
				{Method: "Physical", MethodRule: "CB-METHOD-7", WholeInstance: true, CoverageRule: "CB-STRATEGY-9"},
				{Method: "Snapshot", MethodRule: "CB-METHOD-7", WholeInstance: true, CoverageRule: "CB-STRATEGY-9"},
			}},
		{"Snapshot: snapshot backup.", oracle.Current, "cloud disks", instance(targets.MySQL, storage(oracle.CloudDisk)),
			create("BackupMethod", "Snapshot"), backups{
				{Method: "Snapshot", MethodRule: "CB-METHOD-11", WholeInstance: true, CoverageRule: "CB-STRATEGY-9"},
				{Method: "Physical", MethodRule: "CB-METHOD-11", WholeInstance: true, CoverageRule: "CB-STRATEGY-9"},
			}},
		{"Logical is for MySQL.", oracle.Current, "PostgreSQL", instance(targets.PostgreSQL), create("BackupMethod", "Logical"),
			backups{{}}},
		{"DBName: separate several names by commas.", oracle.Current, "two databases", instance(targets.MySQL),
			create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "app,orders"),
			backups{{Method: "Logical", MethodRule: "CB-METHOD-7", Databases: []string{"app", "orders"}, CoverageRule: "CB-DBNAME-7"}}},
		{"BackupType is valid only for a physical backup of SQL Server.", oracle.Current, "MySQL",
			instance(targets.MySQL, storage("local")), create("BackupType", "FullBackup"),
			backups{{Method: "Physical", MethodRule: "CB-METHOD-4", WholeInstance: true, CoverageRule: "CB-STRATEGY-9"}}},
		{"A backup of SQL Server that is not asked to be full may turn out full.", oracle.Current, "db",
			instance(targets.SQLServer, storage("local")), create("BackupStrategy", "db", "DBName", "app"), backups{{Method: "Physical", MethodRule: "CB-METHOD-4"}}},
		{"BackupRetentionPeriod: 7 to 730 days.", oracle.Current, "30",
			instance(targets.SQLServer, storage("local")), singleDatabase("BackupRetentionPeriod", "30"),
			backups{{Method: "Physical", MethodRule: "CB-METHOD-4", Databases: []string{"app"}, CoverageRule: "CB-DBNAME-1", Full: true,
				TypeRule: "CB-TYPE-2", TypeLevel: oracle.Must, Retention: 30}}},
	} {
		t.Run(c.edition+"/"+c.says+" "+c.name, func(t *testing.T) {
			require.Equal(t, c.want, expect(edition(t, c.edition), c.on, c.call).Backups)
		})
	}
}
