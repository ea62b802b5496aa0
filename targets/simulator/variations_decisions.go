package simulator

import (
	"cmp"
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// decisionVariations are differences in which calls are accepted, and in which backup they make,
// where the document leaves that open.
var decisionVariations = []Variation{
	{
		Name: "failed-last-refused", Edition: original,
		Description: "An instance whose last backup failed refuses the next one.",
		Source:      silent,
		apply:       refuses(backupRunning, lastFailed),
	},
	{
		Name:        "failed-not-counted",
		Description: "Failed backups do not count towards the daily quota.",
		Source:      silent,
		apply: accepts("BackupTimesExceeded", func(c *creation) bool {
			return c.today()-c.failedToday() < c.quota()
		}),
	},
	{
		Name:        "locked-accepted",
		Description: "A locked instance accepts a backup.",
		Source:      silent,
		apply: accepts("OperationDenied.LockMode", func(c *creation) bool {
			return c.in.running() == nil && c.today() < c.quota()
		}),
	},
	{
		Name:        "strategy-with-physical-refused",
		Description: "A physical backup with BackupStrategy is refused.",
		Source:      silent,
		apply:       refuses(invalid("BackupStrategy"), all(given("BackupStrategy"), not((*creation).ranges))),
	},
	{
		Name:        "dbname-not-valid-refused",
		Description: "DBName is refused where it is not valid.",
		Source:      silent,
		apply:       refuses(invalid("DBName"), all(given("DBName"), not(ofDatabases))),
	},
	{
		Name:        "default-strategy-db",
		Description: "A logical backup without BackupStrategy covers only the first database.",
		Source:      silent,
		apply:       makes(all(method("Logical"), without("BackupStrategy"), without("DBName")), coversFirst),
	},
	{
		Name:        "db-without-name-all",
		Description: "The strategy db without DBName backs up every database.",
		Source:      silent,
		apply: accepts("MissingParameter", func(c *creation) bool {
			return c.strategy == "db" && c.checkInstance() == nil
		}),
	},
	{
		Name: "logical-without-strategy-refused", Should: []string{"CB-STRATEGY-7"},
		Description: "A logical backup without BackupStrategy is refused.",
		Source:      "BackupStrategy has no documented default",
		apply:       refuses(missing("BackupStrategy"), all(method("Logical"), without("BackupStrategy"))),
	},
	{
		Name: "type-with-logical-refused", Edition: original, Should: []string{"CB-TYPE-5"},
		Description: "A logical backup with BackupType is refused.",
		Source:      "later editions limit BackupType",
		apply:       refuses(invalid("BackupType"), all(method("Logical"), given("BackupType"))),
	},
	{
		Name:        "synchronous",
		Description: "A backup is already completed when its call is answered.",
		Source:      "the document does not say how long a backup takes",
		apply:       completesAtOnce,
	},
	{
		Name: "asynchronous-refusal", Async: true,
		Description: "Calls that the state of the instance forbids are accepted, and their job fails.",
		Source:      "the document says that creation will fail, but not when",
		apply: decides(func(c *creation, r *refusal) *refusal {
			if c.in != nil && (r == notActive || r == backupRunning || r == quotaSpent) {
				c.fails = true
				return nil
			}
			return r
		}),
	},
	{
		Name:        "instance-checked-first",
		Description: "The state of the instance is checked before the parameters.",
		Source:      silent,
		apply: decides(func(c *creation, r *refusal) *refusal {
			if c.in != nil && r != nil {
				return cmp.Or(c.checkInstance(), r)
			}
			return r
		}),
	},
	{
		Name: "logical-of-mysql", Edition: current,
		Description: "Only MySQL makes logical backups.",
		Source:      disagree,
		apply:       changesEdition(func(e *edition) { e.logicalMySQL = true }),
	},
	{
		Name: "logical-but-of-sqlserver", Edition: current,
		Description: "Every engine but SQL Server makes logical backups.",
		Source:      "the error table of 2023 says so",
		apply:       refuses(methodDenied, all(engine(targets.SQLServer), method("Logical"))),
	},
	{
		Name: "logical-made-physical-elsewhere", Edition: current,
		Description: "Engines other than MySQL make a physical backup of the instance when a logical one is asked for.",
		Source:      disagree,
		apply: makes(all(not(engine(targets.MySQL)), method("Logical")), func(c *creation, made *backup) {
			made.method = "Physical"
			coversInstance(c, made)
		}),
	},
	{
		Name: "snapshot-of-any-disk", Edition: current,
		Description: "Every engine makes snapshots, of every kind of disk.",
		Source:      "the page says that every engine makes them",
		apply:       changesEdition(func(e *edition) { e.snapshotsOfAny = true }),
	},
	{
		Name: "snapshot-of-said-disks", Edition: current,
		Description: "Snapshots are made only of instances that were provisioned with cloud disks.",
		Source:      silent,
		apply: refuses(badMethod, all(method("Snapshot"), func(c *creation) bool {
			return c.in.storage != cloudDisk
		})),
	},
	{
		Name: "snapshot-shown-as-physical", Edition: current,
		Description: "A snapshot is listed as a physical backup.",
		Source:      "the page says that MariaDB makes snapshots and calls them physical",
		apply:       makes(method("Snapshot"), func(_ *creation, made *backup) { made.method = "Physical" }),
	},
	{
		Name: "snapshot-with-range-refused", Edition: current,
		Description: "A snapshot with BackupStrategy or DBName is refused.",
		Source:      "WeBankPartners/wecube-plugins-alicloud#99",
		apply: refuses(badMethod, all(method("Snapshot"), func(c *creation) bool {
			return c.given["BackupStrategy"] || c.given["DBName"]
		})),
	},
	{
		Name: "mariadb-shown-as-snapshot", Edition: current,
		Description: "Every MariaDB backup is listed as a snapshot.",
		Source:      "the page says that MariaDB makes nothing but snapshots",
		apply:       makes(engine(targets.MariaDB), func(_ *creation, made *backup) { made.method = "Snapshot" }),
	},
	{
		Name: "sqlserver-ranges-of-any-type", Edition: current,
		Description: "SQL Server backs up single databases with any BackupType.",
		Source:      "an older page speaks of full backups, but not of BackupType",
		apply: makes(all(typeTakesEffect, strategy("db"), given("DBName")), func(c *creation, made *backup) {
			unknown := func(name string) bool { return !slices.Contains(c.in.databases, name) }
			if !slices.ContainsFunc(c.names(), unknown) {
				coversNamed(c, made)
			}
		}),
	},
	{
		Name: "type-elsewhere-refused", Edition: current,
		Description: "BackupType is refused except with a physical backup of SQL Server.",
		Source:      notApplied,
		apply:       refuses(invalid("BackupType"), all(given("BackupType"), not(typeTakesEffect))),
	},
	{
		Name: "type-checked-everywhere", Edition: current,
		Description: "An invalid BackupType is refused on every engine.",
		Source:      notApplied,
		apply: refuses(invalid("BackupType"), func(c *creation) bool {
			return c.kind != "Auto" && c.kind != "FullBackup"
		}),
	},
	{
		Name: "type-made-everywhere", Edition: current,
		Description: "FullBackup makes a full backup on every engine.",
		Source:      notApplied,
		apply:       makesFull(all(notSQLServer, kind("FullBackup"))),
	},
	{
		Name: "never-incremental-elsewhere", Edition: current,
		Description: "Engines other than SQL Server make only full backups.",
		Source:      "the page describes types only for SQL Server",
		apply:       makesFull(notSQLServer),
	},
	{
		Name: "retention-elsewhere-refused", Edition: current,
		Description: "BackupRetentionPeriod is refused where it takes no effect.",
		Source:      notApplied,
		apply: refuses(invalid("BackupRetentionPeriod"), all(given("BackupRetentionPeriod"),
			not(retentionTakesEffect))),
	},
	{
		Name: "retention-checked-everywhere", Edition: current,
		Description: "An invalid BackupRetentionPeriod is refused even where it takes no effect.",
		Source:      notApplied,
		apply: refuses(invalid("BackupRetentionPeriod"), all(given("BackupRetentionPeriod"),
			not(retentionTakesEffect), func(c *creation) bool {
				return !slices.Contains([]string{"7", "730", "-1"}, c.e.params.value("BackupRetentionPeriod"))
			})),
	},
	{
		Name: "list-twice-once", Edition: current,
		Description: "A database that a list names twice is backed up once.",
		Source:      silent,
		apply: makes(ofDatabases, func(_ *creation, made *backup) {
			made.databases = slices.Compact(slices.Sorted(slices.Values(made.databases)))
		}),
	},
	{
		Name: "list-odd-refused", Edition: current,
		Description: "A list that names a database twice is refused.",
		Source:      silent,
		apply: refuses(invalid("DBName"), all(ofDatabases, func(c *creation) bool {
			names := slices.Sorted(slices.Values(c.names()))
			return len(slices.Compact(slices.Clone(names))) < len(names)
		})),
	},
	{
		Name: "list-sorted", Edition: current,
		Description: "The databases of a list are backed up and listed in alphabetical order.",
		Source:      silent,
		apply:       makes(ofDatabases, func(_ *creation, made *backup) { slices.Sort(made.databases) }),
	},
}

// completesAtOnce completes a backup as soon as it is created.
func completesAtOnce(s *Simulator, b *behaviour) {
	makes(anyCall, func(_ *creation, made *backup) { made.status = targets.LastCompleted })(s, b)
}

// changesEdition changes what the edition says.
func changesEdition(f func(e *edition)) change {
	return func(s *Simulator, _ *behaviour) { f(&s.edition) }
}
