package steps_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps"
)

// Each fault needs two to four factors together. The failing condition that is found names these
// factors and no others, with the classes that fail and no others.
func TestFailingConditionIsExact(t *testing.T) {
	faults := []struct{ fault, rule, sentence string }{
		{"quota-only-logical", "CB-QUOTA-2", "Wrongly accepted when backups today is 10 or 11 and BackupMethod is absent or Physical."},
		{"quota-not-for-full", "CB-QUOTA-2", "Wrongly accepted when backups today is 10 or 11 and BackupType is FullBackup."},
		{"type-logical-refused", "CB-TYPE-5", "Wrongly refused when BackupMethod is Logical and BackupType is Auto or FullBackup."},
		{"postgresql-logical-db-refused", "CB-STRATEGY-1", "Wrongly refused when the engine is PostgreSQL, BackupMethod is Logical and BackupStrategy is db."},
		{"mariadb-logical-refused", "CB-METHOD-2", "Wrongly refused when the engine is MariaDB and BackupMethod is Logical."},
		{"mysql-instance-many-refused", "CB-STRATEGY-1", "Wrongly refused when the engine is MySQL, the instance has several databases, BackupMethod is Logical and BackupStrategy is instance."},
		{"mariadb-full-last-refused", "CB-TYPE-2", "Wrongly refused when the engine is MariaDB, backups today is 9, BackupMethod is absent or Physical and BackupType is FullBackup."},
		{"postgresql-xml-refused", "CB-RESPONSE-2", "Wrongly refused when the engine is PostgreSQL and Format is XML."},
		{"auto-get-first-refused", "CB-PUBLIC-1", "Wrongly refused when backups today is 1, BackupType is Auto and the call is sent by GET."},
		{"logical-second-refused", "CB-METHOD-2", "Wrongly refused when backups today is 1 and BackupMethod is Logical."},
		{"sqlserver-full-empty-refused", "CB-TYPE-2", "Wrongly refused when the engine is SQLServer, the instance has no database and BackupType is FullBackup."},
		{"rebooting-logical-accepted", "CB-PRE-2", "Wrongly accepted when the status is Rebooting and BackupMethod is Logical."},
		{"restoring-mysql-full-accepted", "CB-PRE-2", "Wrongly accepted when the engine is MySQL, the status is Restoring and BackupType is FullBackup."},
		{"running-full-accepted", "CB-PRE-3", "Wrongly accepted when the last backup is running and BackupType is FullBackup."},
		{"running-logical-accepted", "CB-PRE-3", "Wrongly accepted when the last backup is running and BackupMethod is Logical."},
		{"quota-postgresql-logical-accepted", "CB-QUOTA-2", "Wrongly accepted when the engine is PostgreSQL, backups today is 10 or 11 and BackupMethod is Logical."},
		{"type-any-mariadb", "CB-TYPE-3", "Wrongly accepted when the engine is MariaDB and BackupType is IncrementalBackup or any other value."},
		{"method-any-full", "CB-METHOD-3", "Wrongly accepted when BackupMethod is Snapshot or any other value and BackupType is FullBackup."},
		{"strategy-any-postgresql", "CB-STRATEGY-2", "Wrongly accepted when the engine is PostgreSQL, BackupMethod is Logical and BackupStrategy is any other value."},
		{"logical-empty-mariadb", "CB-METHOD-5", "Wrongly accepted when the engine is MariaDB, the instance has no database and BackupMethod is Logical."},
		{"sqlserver-logical-instance", "CB-METHOD-6", "Wrongly accepted when the engine is SQLServer, BackupMethod is Logical and BackupStrategy is instance."},
		{"running-sqlserver-auto-accepted", "CB-PRE-3", "Wrongly accepted when the engine is SQLServer, the last backup is running and BackupType is Auto."},
		{"no-requestid-logical", "CB-RESPONSE-1", "The answer differs from the documented one when BackupMethod is Logical."},
		{"mysql-default-made-logical-on-one-database", "CB-METHOD-4", "The backup is not the one asked for when the engine is MySQL, the instance has one database and BackupMethod is absent."},
		{"sqlserver-xml-no-requestid", "CB-RESPONSE-2", "The answer differs from the documented one when the engine is SQLServer and Format is XML."},
	}
	for i, f := range faults {
		t.Run(f.fault, func(t *testing.T) {
			if testing.Short() && i%24 != 0 {
				t.Skip("-short tries the first and the last fault")
			}
			if moreSeeds(t) == 0 && i%2 == 1 {
				t.Skip("every other fault is tried: set CBSPEC_SEEDS for all, as .ci/run does")
			}
			t.Parallel()
			target := faulty(t, f.fault)
			for _, seed := range seeds(t, 1) {
				t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
					o := steps.Options{Target: target, Phases: []string{"combinations"}, Seed: seed}
					if f.fault == "mariadb-full-last-refused" {
						o.Strength = 4 // combinations of three factors need luck for four independent ones
					}
					r := run(t, o)
					require.Equal(t, []string{f.sentence}, sentencesOf(t, r, f.rule))
					require.Len(t, r.Findings, 1)
				})
			}
		})
	}
}
