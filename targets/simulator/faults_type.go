package simulator

import (
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// typeFaults are mistakes in which BackupType is accepted, and in the type of the backup that is
// made (features/type.feature).
var typeFaults = []Fault{
	{
		Name: "type-any", Kind: dropped, Edition: original,
		Rules:       []string{"CB-TYPE-3"},
		Description: "Any BackupType is accepted.",
		apply:       accepts("InvalidBackupType", anyCall),
	},
	{
		Name: "type-incremental-accepted", Kind: value, Edition: original,
		Rules:       []string{"CB-TYPE-3"},
		Description: "BackupType accepts values that begin with Incremental.",
		apply: accepts("InvalidBackupType", func(c *creation) bool {
			return strings.HasPrefix(c.kind, "Incremental")
		}),
	},
	{
		Name: "type-auto-refused", Kind: value, Edition: original,
		Rules:       []string{"CB-TYPE-1"},
		Description: "BackupType refuses Auto with a physical backup.",
		apply:       refuses(notSupported("BackupType"), all(given("BackupType"), kind("Auto"), method("Physical"))),
	},
	{
		Name: "type-full-refused", Kind: value, Edition: original,
		Rules:       []string{"CB-TYPE-2"},
		Description: "BackupType refuses FullBackup with a physical backup.",
		apply:       refuses(notSupported("BackupType"), all(kind("FullBackup"), method("Physical"))),
	},
	{
		Name: "type-logical-refused", Kind: interaction, Factors: 2, Edition: original,
		Rules:       []string{"CB-TYPE-5"},
		Description: "A logical backup with BackupType is refused.",
		apply:       refuses(notSupported("BackupType"), all(given("BackupType"), method("Logical"))),
	},
	{
		Name: "full-made-incremental", Kind: ignored, Edition: original,
		Rules:       []string{"CB-TYPE-2"},
		Description: "FullBackup makes an incremental backup if the instance already has a backup.",
		apply:       makesIncremental(all(kind("FullBackup"), backedUp)),
	},
	{
		Name: "default-type-full", Kind: defaulted, Edition: original,
		Rules:       []string{"CB-TYPE-4"},
		Description: "A call without BackupType makes a full backup.",
		apply:       makesFull(without("BackupType")),
	},
	{
		Name: "default-type-incremental", Kind: defaulted, Edition: original,
		Rules:       []string{"CB-TYPE-4"},
		Description: "A call without BackupType makes an incremental backup.",
		apply:       makesIncremental(without("BackupType")),
	},
	{
		Name: "refused-and-made-type", Kind: untrue, Edition: original,
		Rules:       []string{"CB-TYPE-3"},
		Description: "A call with an invalid BackupType is refused, but a backup is created.",
		apply:       makesAlthoughRefused("InvalidBackupType"),
	},
	{
		Name: "mariadb-full-last-refused", Kind: interaction, Factors: 3, Edition: original,
		Rules:       []string{"CB-TYPE-2", "CB-QUOTA-1"},
		Description: "MariaDB refuses a full physical backup that is the last one of the quota.",
		apply:       refuses(quotaSpent, all(engine(targets.MariaDB), kind("FullBackup"), method("Physical"), lastOfQuota)),
	},
	{
		Name: "sqlserver-full-empty-refused", Kind: interaction, Factors: 3, Edition: original,
		Rules:       []string{"CB-TYPE-2"},
		Description: "SQL Server without databases refuses FullBackup.",
		apply:       refuses(noDatabase, all(engine(targets.SQLServer), kind("FullBackup"), noDatabases)),
	},
	{
		Name: "type-any-mariadb", Kind: interaction, Factors: 2, Edition: original,
		Rules:       []string{"CB-TYPE-3"},
		Description: "MariaDB accepts any BackupType.",
		apply:       accepts("InvalidBackupType", engine(targets.MariaDB)),
	},
	{
		Name: "type-remembered", Kind: stateKind, Factors: 2, Edition: original,
		Rules:       []string{"CB-TYPE-4", "CB-SEQ-1"},
		Description: "After a call with FullBackup, a call without BackupType makes a full backup.",
		apply: func(s *Simulator, b *behaviour) {
			asked := newCounter()
			makes(anyCall, func(c *creation, made *backup) {
				switch {
				case c.kind == "FullBackup":
					asked.set(c.in.id, 1)
				case !c.given["BackupType"] && asked.of(c.in.id) > 0:
					made.kind = "FullBackup"
				}
			})(s, b)
		},
	},
	{
		Name: "mariadb-logical-many-full-refused", Kind: interaction, Factors: 4, Edition: original,
		Rules:       []string{"CB-TYPE-5", "CB-METHOD-2"},
		Description: "MariaDB with several databases refuses a logical backup with FullBackup.",
		apply: refuses(methodDenied, all(engine(targets.MariaDB), severalDatabases, method("Logical"),
			kind("FullBackup"))),
	},
	{
		Name: "postgresql-full-made-incremental", Kind: interaction, Factors: 3, Edition: original,
		Rules:       []string{"CB-TYPE-2"},
		Description: "PostgreSQL makes an incremental backup for FullBackup if the instance already has a backup.",
		apply:       makesIncremental(all(engine(targets.PostgreSQL), kind("FullBackup"), method("Physical"), backedUp)),
	},
	{
		Name: "type-joined-accepted", Kind: value, Edition: original,
		Rules:       []string{"CB-TYPE-3"},
		Description: "BackupType accepts any value that contains Auto or FullBackup.",
		apply: accepts("InvalidBackupType", func(c *creation) bool {
			return strings.Contains(c.kind, "Auto") || strings.Contains(c.kind, "FullBackup")
		}),
	},
	{
		Name: "sqlserver-auto-refused", Kind: value, Edition: current,
		Rules:       []string{"CB-TYPE-1"},
		Description: "SQL Server refuses BackupType Auto.",
		apply: refuses(notSupported("BackupType"), all(engine(targets.SQLServer), given("BackupType"),
			kind("Auto"))),
	},
	{
		Name: "sqlserver-full-refused", Kind: value, Edition: current,
		Rules:       []string{"CB-TYPE-2", "CB-STRATEGY-8"},
		Description: "SQL Server refuses FullBackup.",
		apply:       refuses(notSupported("BackupType"), sqlServerFull()),
	},
	{
		Name: "sqlserver-any-type", Kind: dropped, Edition: current,
		Rules:       []string{"CB-TYPE-3"},
		Description: "SQL Server accepts any BackupType.",
		apply:       accepts("BackupType.NotSupport", anyCall),
	},
	{
		Name: "sqlserver-default-incremental", Kind: defaulted, Edition: current,
		Rules:       []string{"CB-TYPE-7"},
		Description: "SQL Server makes an incremental backup if BackupType is absent.",
		apply:       makesIncremental(all(engine(targets.SQLServer), without("BackupType"))),
	},
	{
		Name: "sqlserver-full-made-incremental", Kind: ignored, Edition: current,
		Rules:       []string{"CB-TYPE-2"},
		Description: "SQL Server makes an incremental backup for FullBackup if the instance already has a backup.",
		apply:       makesIncremental(sqlServerFull(backedUp)),
	},
	{
		Name: "sqlserver-default-full", Kind: defaulted, Edition: current,
		Rules:       []string{"CB-TYPE-7"},
		Description: "SQL Server makes a full backup if BackupType is absent.",
		apply:       makesFull(all(engine(targets.SQLServer), without("BackupType"))),
	},
	{
		Name: "sqlserver-incremental-accepted", Kind: value, Edition: current,
		Rules:       []string{"CB-TYPE-3"},
		Description: "SQL Server accepts BackupType IncrementalBackup.",
		apply:       accepts("BackupType.NotSupport", func(c *creation) bool { return c.kind == "IncrementalBackup" }),
	},
	{
		Name: "sqlserver-refused-and-made-type", Kind: untrue, Edition: current,
		Rules:       []string{"CB-TYPE-3"},
		Description: "SQL Server refuses an invalid BackupType, but creates a backup.",
		apply:       makesAlthoughRefused("BackupType.NotSupport"),
	},
	{
		Name: "sqlserver-full-last-refused", Kind: interaction, Factors: 3, Edition: current,
		Rules:       []string{"CB-TYPE-2", "CB-QUOTA-1"},
		Description: "SQL Server refuses a full backup that is the last one of the quota.",
		apply:       refuses(quotaSpent, sqlServerFull(lastOfQuota)),
	},
	{
		Name: "sqlserver-full-without-databases-refused", Kind: interaction, Factors: 3, Edition: current,
		Rules:       []string{"CB-TYPE-2"},
		Description: "SQL Server without databases refuses a full backup.",
		apply:       refuses(noDatabase, sqlServerFull(noDatabases)),
	},
}

// makesFull makes a full backup whatever the call asks for.
func makesFull(p predicate) change {
	return makes(p, func(_ *creation, made *backup) { made.kind = "FullBackup" })
}

// makesIncremental makes an incremental backup whatever the call asks for.
func makesIncremental(p predicate) change {
	return makes(p, func(_ *creation, made *backup) { made.kind = "IncrementalBackup" })
}
