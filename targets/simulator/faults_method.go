package simulator

import (
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// methodFaults are mistakes in which BackupMethod is accepted, and in the method of the backup
// that is made (features/method.feature).
var methodFaults = []Fault{
	{
		Name: "empty-instance-refused", Kind: value,
		Rules:       []string{"CB-METHOD-5", "CB-PRE-1"},
		Description: "An instance without databases refuses every backup method.",
		apply:       refuses(noDatabase, noDatabases),
	},
	{
		Name: "method-any", Kind: dropped,
		Rules:       []string{"CB-METHOD-3"},
		Description: "Any BackupMethod is accepted.",
		apply:       accepts("InvalidBackupMethod", anyCall),
	},
	{
		Name: "method-snapshot-accepted", Kind: value, Edition: original,
		Rules:       []string{"CB-METHOD-3"},
		Description: "BackupMethod accepts Snapshot.",
		apply:       accepts("InvalidBackupMethod", method("Snapshot")),
	},
	{
		Name: "method-prefix-accepted", Kind: value,
		Rules:       []string{"CB-METHOD-3"},
		Description: "BackupMethod accepts any value that begins with Physical or Logical.",
		apply: accepts("InvalidBackupMethod", func(c *creation) bool {
			return strings.HasPrefix(c.method, "Physical") || strings.HasPrefix(c.method, "Logical")
		}),
	},
	{
		Name: "physical-refused", Kind: value,
		Rules:       []string{"CB-METHOD-1"},
		Description: "BackupMethod refuses Physical.",
		apply:       refuses(methodDenied, all(given("BackupMethod"), method("Physical"))),
	},
	{
		Name: "logical-refused", Kind: value,
		Rules:       []string{"CB-METHOD-2"},
		Description: "BackupMethod refuses Logical.",
		apply:       refuses(methodDenied, method("Logical")),
	},
	{
		Name: "logical-without-databases", Kind: dropped,
		Rules:       []string{"CB-METHOD-5"},
		Description: "An instance without databases accepts a logical backup.",
		apply:       accepts("OperationDenied.NoDatabase", anyCall),
	},
	{
		Name: "logical-on-sqlserver", Kind: dropped, Edition: original,
		Rules:       []string{"CB-METHOD-6"},
		Description: "SQL Server accepts a logical backup.",
		apply:       accepts("OperationDenied.BackupMethod", anyCall),
	},
	{
		Name: "sqlserver-refused", Kind: defaulted, Factors: 2,
		Rules:       []string{"CB-METHOD-6", "CB-PRE-1"},
		Description: "SQL Server refuses a call without BackupMethod.",
		apply:       refuses(methodDenied, all(engine(targets.SQLServer), without("BackupMethod"))),
	},
	{
		Name: "default-method-logical", Kind: defaulted,
		Rules:       []string{"CB-METHOD-4"},
		Description: "A call without BackupMethod makes a logical backup if the instance has databases.",
		apply:       makesLogical(all(without("BackupMethod"), not(noDatabases))),
	},
	{
		Name: "logical-made-physical", Kind: ignored,
		Rules:       []string{"CB-METHOD-7"},
		Description: "A call for a logical backup makes a physical one.",
		apply:       makes(method("Logical"), func(_ *creation, made *backup) { made.method = "Physical" }),
	},
	{
		Name: "physical-made-logical", Kind: ignored,
		Rules:       []string{"CB-METHOD-7"},
		Description: "A call with BackupMethod Physical makes a logical backup.",
		apply:       makesLogical(all(given("BackupMethod"), method("Physical"))),
	},
	{
		Name: "nothing-made-logical", Kind: untrue,
		Rules:       []string{"CB-METHOD-2", "CB-RESPONSE-10"},
		Description: "Calls for a logical backup are accepted, but no backup is created.",
		apply: afterAccepting(func(c *creation) {
			if c.method == "Logical" {
				c.in.removeLast()
			}
		}),
	},
	{
		Name: "refused-and-made-method", Kind: untrue,
		Rules:       []string{"CB-METHOD-3"},
		Description: "A call with an invalid BackupMethod is refused, but a backup is created.",
		apply:       makesAlthoughRefused("InvalidBackupMethod"),
	},
	{
		Name: "mariadb-logical-refused", Kind: interaction, Factors: 2, Edition: original,
		Rules:       []string{"CB-METHOD-2"},
		Description: "MariaDB refuses a logical backup.",
		apply:       refuses(methodDenied, all(engine(targets.MariaDB), method("Logical"))),
	},
	{
		Name: "logical-second-refused", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-METHOD-2", "CB-QUOTA-1"},
		Description: "A logical backup is refused if the instance has one backup today.",
		apply:       refuses(quotaSpent, all(method("Logical"), today(1))),
	},
	{
		Name: "method-any-full", Kind: interaction, Factors: 2, Edition: original,
		Rules:       []string{"CB-METHOD-3"},
		Description: "A call with FullBackup accepts any BackupMethod.",
		apply:       accepts("InvalidBackupMethod", kind("FullBackup")),
	},
	{
		Name: "logical-empty-mariadb", Kind: interaction, Factors: 2, Edition: original,
		Rules:       []string{"CB-METHOD-5"},
		Description: "MariaDB without databases accepts a logical backup.",
		apply:       accepts("OperationDenied.NoDatabase", engine(targets.MariaDB)),
	},
	{
		Name: "sqlserver-logical-instance", Kind: interaction, Factors: 2, Edition: original,
		Rules:       []string{"CB-METHOD-6"},
		Description: "SQL Server accepts a logical backup with the strategy instance.",
		apply:       accepts("OperationDenied.BackupMethod", strategy("instance")),
	},
	{
		Name: "databases-cached", Kind: staleRead,
		Rules:       []string{"CB-METHOD-5", "CB-SEQ-1"},
		Description: "A logical backup is accepted after all databases were dropped, if the instance has backups.",
		apply:       accepts("OperationDenied.NoDatabase", backedUp),
	},
	{
		Name: "method-remembered", Kind: stateKind, Factors: 3,
		Rules:       []string{"CB-METHOD-4", "CB-SEQ-1"},
		Description: "After a logical backup, a call without BackupMethod makes a logical one.",
		apply:       makesLogical(all(without("BackupMethod"), lastLogical)),
	},
	{
		Name: "mysql-default-made-logical-on-one-database", Kind: interaction, Factors: 3,
		Rules:       []string{"CB-METHOD-4"},
		Description: "MySQL with one database makes a logical backup if BackupMethod is absent.",
		apply: makesLogical(all(engine(targets.MySQL), without("BackupMethod"),
			not(noDatabases), not(severalDatabases))),
	},
	{
		Name: "method-suffix-accepted", Kind: value,
		Rules:       []string{"CB-METHOD-3"},
		Description: "BackupMethod accepts PhysicalBackup and LogicalBackup.",
		apply: accepts("InvalidBackupMethod", func(c *creation) bool {
			return c.method == "PhysicalBackup" || c.method == "LogicalBackup"
		}),
	},
	{
		Name: "method-of-neighbours", Kind: value,
		Rules:       []string{"CB-METHOD-3"},
		Description: "BackupMethod accepts values of BackupType and BackupStrategy.",
		apply: accepts("InvalidBackupMethod", func(c *creation) bool {
			return slices.Contains([]string{"db", "instance", "Auto", "FullBackup"}, c.method)
		}),
	},
	{
		Name: "failed-method-remembered", Kind: stateKind, Factors: 3,
		Rules:       []string{"CB-METHOD-4"},
		Description: "After a failed logical backup, a call without BackupMethod makes a logical one.",
		apply:       makesLogical(all(without("BackupMethod"), lastLogical, lastFailed)),
	},
	{
		Name: "snapshot-refused", Kind: value, Edition: current,
		Rules:       []string{"CB-METHOD-11"},
		Description: "BackupMethod refuses Snapshot.",
		apply:       refuses(notSupported("BackupMethod"), method("Snapshot")),
	},
	{
		Name: "sqlserver-snapshot-refused", Kind: value, Factors: 2, Edition: current,
		Rules:       []string{"CB-METHOD-11"},
		Description: "SQL Server refuses a snapshot.",
		apply:       refuses(methodDenied, all(engine(targets.SQLServer), method("Snapshot"))),
	},
	{
		Name: "snapshot-made-logical", Kind: ignored, Edition: current,
		Rules:       []string{"CB-METHOD-11"},
		Description: "A call for a snapshot makes a logical backup.",
		apply:       makesLogical(method("Snapshot")),
	},
	{
		Name: "mariadb-physical-refused", Kind: value, Factors: 2, Edition: current,
		Rules:       []string{"CB-METHOD-1"},
		Description: "MariaDB, which makes only snapshots, refuses Physical.",
		apply:       refuses(methodDenied, all(engine(targets.MariaDB), given("BackupMethod"), method("Physical"))),
	},
	{
		Name: "mariadb-physical-made-logical", Kind: interaction, Factors: 2, Edition: current,
		Rules:       []string{"CB-METHOD-7", "CB-METHOD-4"},
		Description: "MariaDB makes a logical backup when Physical is asked for.",
		apply:       makesLogical(all(engine(targets.MariaDB), method("Physical"))),
	},
	{
		Name: "sqlserver-any-method-full", Kind: interaction, Factors: 3, Edition: current,
		Rules:       []string{"CB-METHOD-3"},
		Description: "SQL Server accepts any BackupMethod with FullBackup.",
		apply:       accepts("InvalidBackupMethod", all(engine(targets.SQLServer), kind("FullBackup"))),
	},
}

// makesLogical makes a logical backup whatever the call asks for.
func makesLogical(p predicate) change {
	return makes(p, func(_ *creation, made *backup) { made.method = "Logical" })
}
