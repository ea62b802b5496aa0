package simulator

import (
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

const (
	atOdds     = "the pages in Chinese and in English are at odds"
	notApplied = "the page says where the parameter takes effect, and not what becomes of it elsewhere"
)

// badMethod is how the current edition refuses a BackupMethod.
var badMethod = &refusal{400, "InvalidBackupMethod.ValueNotSupport", `The specified parameter "BackupMethod" is not valid.`}

// typed tells whether BackupType takes effect.
var typed = all(engine(targets.SQLServer), method("Physical"))

// kept tells whether BackupRetentionPeriod takes effect.
var kept = sqlServerFull(strategy("db"))

// changesEdition changes what the edition of the simulator says.
func changesEdition(f func(e *edition)) func(*Simulator, *behaviour) {
	return func(s *Simulator, _ *behaviour) { f(&s.edition) }
}

// currentVariations are what the current edition leaves open beside the original.
var currentVariations = []Variation{
	{"logical-of-mysql", "MySQL alone makes logical backups.", atOdds, "current", false, nil, changesEdition(func(e *edition) { e.logicalMySQL = true })},
	{"logical-but-of-sqlserver", "Every engine but SQL Server makes logical backups.", "the error table of 2023 says so", "current", false, nil,
		refuses(methodDenied, all(engine(targets.SQLServer), method("Logical")))},
	{"logical-made-physical-elsewhere", "A logical backup of another engine than MySQL is made as a physical one of the instance.", atOdds, "current", false, nil, makes(all(not(engine(targets.MySQL)), method("Logical")), func(c *creation, b *backup) {
		b.method, b.strategy, b.databases = "Physical", "instance", c.in.databases
	})},
	{"snapshot-of-any-disk", "Snapshots are made of every disk and every engine.", "the page says that every engine makes them", "current", false, nil, changesEdition(func(e *edition) { e.snapshotsOfAny = true })},
	{"snapshot-of-said-disks", "Snapshots are made of disks that are said to be cloud disks alone.", silent, "current", false, nil, refuses(badMethod, func(c *creation) bool {
		return c.method == "Snapshot" && c.in.storage != cloudDisk
	})},
	{"snapshot-shown-as-physical", "A snapshot is shown as a physical backup.", "MariaDB's are", "current", false, nil, makes(method("Snapshot"), func(_ *creation, b *backup) { b.method = "Physical" })},
	{"snapshot-with-range-refused", "A snapshot takes neither BackupStrategy nor DBName.", "WeBankPartners/wecube-plugins-alicloud#99", "current", false, nil, refuses(badMethod, func(c *creation) bool {
		return c.method == "Snapshot" && (c.given["BackupStrategy"] || c.given["DBName"])
	})},
	{"mariadb-shown-as-snapshot", "What MariaDB makes is shown as a snapshot.", "the page says that it makes nothing else", "current", false, nil, makes(engine(targets.MariaDB), func(_ *creation, b *backup) { b.method = "Snapshot" })},
	{"sqlserver-ranges-of-any-type", "SQL Server backs up single databases whatever the BackupType.", "an older page speaks of full backups, not of what is asked for", "current", false, nil, makes(all(typed, strategy("db"), given("DBName")), func(c *creation, b *backup) {
		if !slices.ContainsFunc(c.names(), func(n string) bool { return !slices.Contains(c.in.databases, n) }) {
			b.strategy, b.databases = "db", c.names()
		}
	})},
	{"type-elsewhere-refused", "A BackupType is refused but with a physical backup of SQL Server.", notApplied, "current", false, nil, refuses(invalid("BackupType"), all(given("BackupType"), not(typed)))},
	{"type-checked-everywhere", "A BackupType that is none is refused everywhere.", notApplied, "current", false, nil, refuses(invalid("BackupType"), func(c *creation) bool { return c.kind != "Auto" && c.kind != "FullBackup" })},
	{"type-made-everywhere", "FullBackup makes a full backup of every engine, Auto what it comes to.", notApplied, "current", false, nil, makes(not(engine(targets.SQLServer)), func(c *creation, b *backup) {
		if c.kind == "FullBackup" {
			b.kind = "FullBackup"
		}
	})},
	{"never-incremental-elsewhere", "Engines other than SQL Server make full backups alone.", "the page has types for SQL Server alone", "current", false, nil, makes(not(engine(targets.SQLServer)), func(_ *creation, b *backup) { b.kind = "FullBackup" })},
	{"retention-elsewhere-refused", "A BackupRetentionPeriod is refused where it takes no effect.", notApplied, "current", false, nil, refuses(invalid("BackupRetentionPeriod"), all(given("BackupRetentionPeriod"), not(kept)))},
	{"retention-checked-everywhere", "A BackupRetentionPeriod that is none is refused everywhere.", notApplied, "current", false, nil, refuses(invalid("BackupRetentionPeriod"), func(c *creation) bool {
		return c.given["BackupRetentionPeriod"] && !slices.Contains([]string{"7", "730", "-1"}, c.e.params.value("BackupRetentionPeriod")) && !kept(c)
	})},
	{"retention-not-shown", "Control does not show how long a backup is kept.", "the control protocol allows it", "current", false, nil, changesShown(func(b *targets.Backup) { b.RetentionPeriod = 0 })},
	{"list-twice-once", "A database that is named twice is backed up once.", silent, "current", false, nil, makes(ranged("db"), func(_ *creation, b *backup) {
		b.databases = slices.Compact(slices.Sorted(slices.Values(b.databases)))
	})},
	{"list-odd-refused", "A list with a name twice is refused.", silent, "current", false, nil, refuses(invalid("DBName"), all(ranged("db"), func(c *creation) bool {
		names := slices.Sorted(slices.Values(c.names()))
		return len(slices.Compact(slices.Clone(names))) < len(names)
	}))},
	{"list-spaces-overlooked", "White space beside the names of a list is overlooked.", silent, "current", false, nil, changesReading(func(c *creation) {
		c.dbName = strings.ReplaceAll(strings.ReplaceAll(c.dbName, ", ", ","), " ,", ",")
	})},
	{"list-sorted", "The databases of a list are backed up and shown in alphabetical order.", silent, "current", false, nil, makes(ranged("db"), func(_ *creation, b *backup) { slices.Sort(b.databases) })},
	{"job-id-uuid", "A BackupJobId is a UUID.", "the page says String", "current", false, nil, makes(anyCall, func(_ *creation, b *backup) { b.job = newUUID() })},
	{"job-id-not-shown", "Control does not show BackupJobIds.", "the control protocol allows it", "current", false, nil, changesShown(func(b *targets.Backup) { b.JobID = "" })},
	{"no-tasks", "DescribeBackupTasks is no operation here.", "it is another one", "current", false, nil, func(_ *Simulator, b *behaviour) {
		b.refuse = append(b.refuse, func(e *exchange) *refusal {
			if e.params.value("Action") == "DescribeBackupTasks" {
				return badAction
			}
			return nil
		})
	}},
	{"no-storages", "Instances cannot be made with a kind of disk.", "the control protocol allows it", "current", false, nil, func(_ *Simulator, b *behaviour) { b.noControl = map[string]bool{"storage": true} }},
	{"no-storages-no-snapshots", "Instances cannot be made with a kind of disk, and all have local ones.", silent, "current", false, nil, func(s *Simulator, b *behaviour) {
		b.noControl = map[string]bool{"storage": true}
		refuses(badMethod, method("Snapshot"))(s, b)
	}},
	{"cloud-disks-only", "There are cloud disks alone.", silent, "current", false, nil, func(_ *Simulator, b *behaviour) { b.storages = []string{cloudDisk} }},
}
