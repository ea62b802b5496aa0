package steps_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/simulator"
)

// Each fault comes about by two or three factors together, and the law that is found names these: none too many and none too few.
func TestLawIsExact(t *testing.T) {
	faults := []struct{ fault, rule, law string }{
		{"quota-only-logical", "CB-QUOTA-2", "wrongly accepted whenever the number of backups made today is 10 or 11 and BackupMethod is absent or Physical"},
		{"quota-not-for-full", "CB-QUOTA-2", "wrongly accepted whenever the number of backups made today is 10 or 11 and BackupType is FullBackup"},
		{"type-logical-refused", "CB-TYPE-5", "wrongly refused whenever BackupMethod is Logical and BackupType is Auto or FullBackup"},
		{"postgresql-logical-db-refused", "CB-STRATEGY-1", "wrongly refused whenever the engine is PostgreSQL and BackupMethod is Logical and BackupStrategy is db"},
		{"mariadb-logical-refused", "CB-METHOD-2", "wrongly refused whenever the engine is MariaDB and BackupMethod is Logical"},
		{"mysql-instance-many-refused", "CB-STRATEGY-1", "wrongly refused whenever the engine is MySQL and the number of databases is several and BackupMethod is Logical and BackupStrategy is instance"},
		{"mariadb-full-last-refused", "CB-TYPE-2", "wrongly refused whenever the engine is MariaDB and the number of backups made today is 9 and BackupMethod is absent or Physical and BackupType is FullBackup"},
		{"postgresql-xml-refused", "CB-RESPONSE-2", "wrongly refused whenever the engine is PostgreSQL and Format is XML"},
		{"auto-get-first-refused", "CB-PUBLIC-1", "wrongly refused whenever the number of backups made today is 1 and BackupType is Auto and the call is sent by GET"},
		{"logical-second-refused", "CB-METHOD-2", "wrongly refused whenever the number of backups made today is 1 and BackupMethod is Logical"},
		{"sqlserver-full-empty-refused", "CB-TYPE-2", "wrongly refused whenever the engine is SQLServer and the number of databases is none and BackupType is FullBackup"},
		{"rebooting-logical-accepted", "CB-PRE-2", "wrongly accepted whenever the status is Rebooting and BackupMethod is Logical"},
		{"restoring-mysql-full-accepted", "CB-PRE-2", "wrongly accepted whenever the engine is MySQL and the status is Restoring and BackupType is FullBackup"},
		{"running-full-accepted", "CB-PRE-3", "wrongly accepted whenever the last backup is running and BackupType is FullBackup"},
		{"running-logical-accepted", "CB-PRE-3", "wrongly accepted whenever the last backup is running and BackupMethod is Logical"},
		{"quota-postgresql-logical-accepted", "CB-QUOTA-2", "wrongly accepted whenever the engine is PostgreSQL and the number of backups made today is 10 or 11 and BackupMethod is Logical"},
		{"type-any-mariadb", "CB-TYPE-3", "wrongly accepted whenever the engine is MariaDB and BackupType is IncrementalBackup or any other value"},
		{"method-any-full", "CB-METHOD-3", "wrongly accepted whenever BackupMethod is Snapshot or any other value and BackupType is FullBackup"},
		{"strategy-any-postgresql", "CB-STRATEGY-2", "wrongly accepted whenever the engine is PostgreSQL and BackupMethod is Logical and BackupStrategy is any other value"},
		{"logical-empty-mariadb", "CB-METHOD-5", "wrongly accepted whenever the engine is MariaDB and the number of databases is none and BackupMethod is Logical"},
		{"sqlserver-logical-instance", "CB-METHOD-6", "wrongly accepted whenever the engine is SQLServer and BackupMethod is Logical and BackupStrategy is instance"},
		{"running-sqlserver-auto-accepted", "CB-PRE-3", "wrongly accepted whenever the engine is SQLServer and the last backup is running and BackupType is Auto"},
		{"no-requestid-logical", "CB-RESPONSE-1", "the answer is not as documented whenever BackupMethod is Logical"},
		{"mysql-default-made-logical-on-one-database", "CB-METHOD-4", "the backup is not the one asked for whenever the engine is MySQL and the number of databases is one and BackupMethod is absent"},
		{"sqlserver-xml-no-requestid", "CB-RESPONSE-2", "the answer is not as documented whenever the engine is SQLServer and Format is XML"},
	}
	for i, f := range faults {
		t.Run(f.fault, func(t *testing.T) {
			seeds := uint64(3)
			if testing.Short() {
				seeds = 1
				if i%24 != 0 {
					t.Skip("a few stand for all")
				}
			}
			for seed := range seeds {
				r, err := steps.Run(context.Background(), steps.Options{
					Target: serve(t, simulator.Options{Faults: []string{f.fault}}), Phases: []string{"combinations"}, Seed: 7*seed + 1,
				})
				require.NoError(t, err)
				require.Equal(t, []string{f.law}, lawsOf(r, f.rule), "seed %d", 7*seed+1)
			}
		})
	}
}

// lawsOf lists the laws that were found of a rule, without how often they were checked.
func lawsOf(r *reports.Report, rule string) []string {
	i := slices.IndexFunc(r.Rules, func(x reports.Rule) bool { return x.ID == rule })
	var laws []string
	for _, f := range r.Rules[i].Failures {
		law, _, _ := strings.Cut(f.Law, ";")
		laws = append(laws, law)
	}
	return laws
}
