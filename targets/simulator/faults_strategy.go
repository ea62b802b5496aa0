package simulator

import (
	"strings"
	"sync/atomic"

	"github.com/cbspec/cbspec/targets"
)

// strategyFaults are mistakes in which BackupStrategy is accepted, and in which databases a
// backup of the instance covers (features/strategy.feature).
var strategyFaults = []Fault{
	{
		Name: "strategy-any", Kind: dropped,
		Rules:       []string{"CB-STRATEGY-2"},
		Description: "Any BackupStrategy is accepted.",
		apply:       accepts("InvalidBackupStrategy", anyCall),
	},
	{
		Name: "strategy-db-refused", Kind: value,
		Rules:       []string{"CB-STRATEGY-1", "CB-DBNAME-1"},
		Description: "BackupStrategy refuses db.",
		apply:       refuses(notSupported("BackupStrategy"), logical("db")),
	},
	{
		Name: "strategy-instance-refused", Kind: value,
		Rules:       []string{"CB-STRATEGY-1", "CB-STRATEGY-6"},
		Description: "BackupStrategy refuses instance.",
		apply:       refuses(notSupported("BackupStrategy"), logical("instance")),
	},
	{
		Name: "strategy-required", Kind: defaulted,
		Rules:       []string{"CB-STRATEGY-7"},
		Description: "A logical backup without BackupStrategy is refused.",
		apply:       refuses(missing("BackupStrategy"), all(method("Logical"), without("BackupStrategy"))),
	},
	{
		Name: "strategy-applies-to-physical", Kind: ignored, Edition: original,
		Rules:       []string{"CB-STRATEGY-3"},
		Description: "A physical backup with the strategy db covers only one database.",
		apply: makes(all(method("Physical"), strategy("db")), func(c *creation, made *backup) {
			made.strategy = "db"
			coversFirst(c, made)
		}),
	},
	{
		Name: "instance-misses-last", Kind: boundary,
		Rules:       []string{"CB-STRATEGY-6"},
		Description: "A logical backup of the instance leaves out the last database.",
		apply:       makes(all(logical("instance"), severalDatabases), missesLast),
	},
	{
		Name: "instance-as-db", Kind: value,
		Rules:       []string{"CB-STRATEGY-6"},
		Description: "A logical backup of the instance is marked as a single-database backup.",
		apply:       makes(logical("instance"), func(_ *creation, made *backup) { made.strategy = "db" }),
	},
	{
		Name: "postgresql-logical-db-refused", Kind: interaction, Factors: 3, Edition: original,
		Rules:       []string{"CB-STRATEGY-1", "CB-DBNAME-1"},
		Description: "PostgreSQL refuses a logical backup of a single database.",
		apply:       refuses(methodDenied, all(engine(targets.PostgreSQL), logical("db"))),
	},
	{
		Name: "mysql-instance-many-refused", Kind: interaction, Factors: 3,
		Rules:       []string{"CB-STRATEGY-1", "CB-STRATEGY-6"},
		Description: "MySQL with several databases refuses the strategy instance.",
		apply:       refuses(methodDenied, all(engine(targets.MySQL), strategy("instance"), severalDatabases)),
	},
	{
		Name: "strategy-any-postgresql", Kind: interaction, Factors: 2, Edition: original,
		Rules:       []string{"CB-STRATEGY-2"},
		Description: "PostgreSQL accepts any BackupStrategy.",
		apply:       accepts("InvalidBackupStrategy", engine(targets.PostgreSQL)),
	},
	{
		Name: "database-remembered", Kind: sharedKind, Factors: 2,
		Rules:       []string{"CB-STRATEGY-6", "CB-SEQ-1"},
		Description: "A logical backup of the instance covers only the database that the last call of anybody named.",
		apply: func(s *Simulator, b *behaviour) {
			var named atomic.Pointer[[]string]
			makes(anyCall, func(_ *creation, made *backup) {
				if names := named.Load(); made.method == "Logical" && made.strategy == "instance" && names != nil {
					made.databases = *names
				} else if made.strategy == "db" {
					named.Store(&made.databases)
				}
			})(s, b)
		},
	},
	{
		Name: "postgresql-get-logical-instance-refused", Kind: interaction, Factors: 4, Edition: original,
		Rules:       []string{"CB-STRATEGY-1", "CB-METHOD-2", "CB-PUBLIC-1"},
		Description: "PostgreSQL refuses a logical backup of the instance when it is sent by GET.",
		apply: refuses(methodDenied, all(engine(targets.PostgreSQL), logical("instance"),
			sentBy("GET"))),
	},
	{
		Name: "strategy-prefix-accepted", Kind: value,
		Rules:       []string{"CB-STRATEGY-2"},
		Description: "BackupStrategy accepts any value that begins with db.",
		apply: accepts("InvalidBackupStrategy", func(c *creation) bool {
			return strings.HasPrefix(c.strategy, "db")
		}),
	},
	{
		Name: "ten-databases-at-most", Kind: boundary, Factors: 2,
		Rules:       []string{"CB-STRATEGY-6"},
		Description: "A logical backup of the instance covers at most ten databases.",
		apply: makes(logical("instance"), func(_ *creation, made *backup) {
			made.databases = made.databases[:min(len(made.databases), 10)]
		}),
	},
	{
		Name: "sqlserver-db-refused", Kind: dropped, Edition: current,
		Rules:       []string{"CB-STRATEGY-8"},
		Description: "SQL Server refuses a full physical backup with the strategy db.",
		apply:       refuses(methodDenied, sqlServerFull(strategy("db"))),
	},
	{
		Name: "mysql-get-logical-instance-refused", Kind: interaction, Factors: 3, Edition: current,
		Rules:       []string{"CB-STRATEGY-1", "CB-METHOD-2", "CB-PUBLIC-1"},
		Description: "A logical backup of the instance is refused when it is sent by GET.",
		apply:       refuses(methodDenied, all(logical("instance"), sentBy("GET"))),
	},
	{
		Name: "strategy-applies-to-any-physical", Kind: ignored, Edition: current,
		Rules:       []string{"CB-STRATEGY-9"},
		Description: "A physical backup with the strategy db covers only one database, on engines other than SQL Server.",
		apply:       makes(all(method("Physical"), strategy("db"), notSQLServer), coversFirst),
	},
	{
		Name: "strategy-applies-to-snapshots", Kind: ignored, Edition: current,
		Rules:       []string{"CB-STRATEGY-9"},
		Description: "A snapshot with the strategy db covers only one database, on engines other than SQL Server.",
		apply:       makes(all(method("Snapshot"), strategy("db"), notSQLServer), coversFirst),
	},
	{
		Name: "full-makes-strategy-apply", Kind: interaction, Factors: 2, Edition: current,
		Rules:       []string{"CB-STRATEGY-9"},
		Description: "FullBackup with the strategy db covers only one database, on engines other than SQL Server.",
		apply: makes(all(method("Physical"), kind("FullBackup"), strategy("db"), notSQLServer),
			coversFirst),
	},
	{
		Name: "sqlserver-any-strategy", Kind: interaction, Factors: 2, Edition: current,
		Rules:       []string{"CB-STRATEGY-2"},
		Description: "SQL Server accepts any BackupStrategy.",
		apply:       accepts("InvalidBackupStrategy", engine(targets.SQLServer)),
	},
	{
		Name: "sqlserver-instance-refused", Kind: value, Edition: current,
		Rules:       []string{"CB-STRATEGY-8"},
		Description: "SQL Server refuses a full backup with the strategy instance.",
		apply:       refuses(notSupported("BackupStrategy"), sqlServerFull(strategy("instance"))),
	},
	{
		Name: "sqlserver-instance-misses-last", Kind: boundary, Factors: 2, Edition: current,
		Rules:       []string{"CB-STRATEGY-6", "CB-STRATEGY-8"},
		Description: "A full SQL Server backup with the strategy instance leaves out the last database.",
		apply:       makes(sqlServerFull(strategy("instance"), severalDatabases), missesLast),
	},
}

// coversFirst makes a backup of the first database.
func coversFirst(c *creation, made *backup) {
	if len(c.in.databases) > 0 {
		made.strategy, made.databases = "db", c.in.databases[:1:1]
	}
}

// missesLast makes a backup that leaves out the last database.
func missesLast(c *creation, made *backup) {
	made.databases = c.in.databases[:len(c.in.databases)-1]
}
