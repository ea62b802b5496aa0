package simulator

import (
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// Fault is a realistic mistake of an implementer.
type Fault struct {
	Name        string
	Description string
	Kind        string
	Rules       []string // that should fail
	Factors     int      // that must come together; 1 for most
	Edition     string   // in which it is a mistake; empty is both
	apply       func(*Simulator, *behaviour)
}

// Faults lists the catalogue of faults.
func Faults() []Fault {
	list := slices.Clone(faults)
	for i, f := range list {
		switch {
		case f.Kind == interaction:
			list[i].Rules = append(slices.Clone(f.Rules), "CB-COMBO-1")
		case f.Name == "method-any" || f.Name == "type-any":
			list[i].Rules = append(slices.Clone(f.Rules), "CB-COMBO-1", "CB-COMBO-3")
		}
	}
	return list
}

// Kinds of a fault.
const (
	dropped     = "a rule dropped"
	boundary    = "a boundary off by one"
	value       = "a value added or removed"
	defaulted   = "a wrong default"
	ignored     = "a parameter ignored"
	statusKind  = "a wrong status"
	bodyKind    = "a wrong body"
	stateKind   = "state not updated"
	sharedKind  = "state shared between instances"
	interaction = "an interaction of factors"
	raceKind    = "a race"
	authKind    = "a step of the signature left out"
	wireKind    = "wire and encoding"
	lie         = "a lie"
	hostile     = "a hostile answer"
)

// The shapes that most faults have.

// predicate is a predicate on a request to create a backup, whose instance is known.
type predicate func(*creation) bool

func anyCall(*creation) bool { return true }

// accepts accepts what is refused with a code.
func accepts(code string, w predicate) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.decide = append(b.decide, func(c *creation, r *refusal) *refusal {
			if r != nil && c.in != nil && strings.HasPrefix(r.code, code) && w(c) {
				return nil
			}
			return r
		})
	}
}

// refuses refuses what is accepted.
func refuses(r *refusal, w predicate) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.decide = append(b.decide, func(c *creation, was *refusal) *refusal {
			if was == nil && c.in != nil && w(c) {
				return r
			}
			return was
		})
	}
}

// makes changes the backup that is made.
func makes(w predicate, f func(c *creation, b *backup)) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.make = append(b.make, func(c *creation, made *backup) {
			if w(c) {
				f(c, made)
			}
		})
	}
}

// afterDecision does something once a decision was carried out.
func afterDecision(f func(c *creation, r *refusal)) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) { b.done = append(b.done, f) }
}

func engine(names ...string) predicate {
	return func(c *creation) bool { return slices.Contains(names, c.in.engine) }
}
func method(m string) predicate           { return func(c *creation) bool { return c.method == m } }
func strategy(s string) predicate         { return func(c *creation) bool { return c.strategy == s } }
func kind(k string) predicate             { return func(c *creation) bool { return c.kind == k } }
func given(name string) predicate         { return func(c *creation) bool { return c.given[name] } }
func today(n int) predicate               { return func(c *creation) bool { return c.in.today(c.e.now) == n } }
func inStatus(s string) predicate         { return func(c *creation) bool { return c.in.status == s } }
func by(httpMethod string) predicate      { return func(c *creation) bool { return c.e.r.Method == httpMethod } }
func format(f string) predicate           { return func(c *creation) bool { return c.e.format == f } }
func severalDatabases(c *creation) bool { return len(c.in.databases) > 1 }

func all(ws ...predicate) predicate {
	return func(c *creation) bool { return !slices.ContainsFunc(ws, func(w predicate) bool { return !w(c) }) }
}

func not(w predicate) predicate { return func(c *creation) bool { return !w(c) } }

// lastQuota is one less than the quota.
func lastQuota(c *creation) bool { return c.in.today(c.e.now) == c.e.s.edition.quota-1 }

var faults = slices.Concat(currentFaults, preconditionFaults, quotaFaults, parameterFaults, backupFaults, interactionFaults, sequenceFaults, raceFaults, answerFaults, authFaults, wireFaults,
	historyFaults, staleFaults, widerInteractionFaults, hostileFaults, signatureFaults, readingFaults, valuesFaults, daysFaults, bypassFaults, receptionFaults)

var preconditionFaults = []Fault{
	{"status-ignored", "Any status accepts a backup.", dropped, []string{"CB-PRE-2"}, 1, "", accepts("OperationDenied.DBInstanceStatus", anyCall)},
	{"status-rebooting-accepted", "An instance that is rebooting accepts a backup.", value, []string{"CB-PRE-2"}, 1, "", accepts("OperationDenied.DBInstanceStatus", inStatus("Rebooting"))},
	{"status-creating-accepted", "An instance that is being created accepts a backup.", value, []string{"CB-PRE-2"}, 1, "", accepts("OperationDenied.DBInstanceStatus", inStatus("Creating"))},
	{"status-transing-accepted", "The status TRANSING is taken for active.", value, []string{"CB-PRE-2"}, 1, "", accepts("OperationDenied.DBInstanceStatus", inStatus("TRANSING"))},
	{"status-released-accepted", "A released instance accepts a backup.", value, []string{"CB-PRE-2"}, 1, "", accepts("OperationDenied.DBInstanceStatus", inStatus("Released"))},
	{"status-restoring-accepted", "An instance that is being restored accepts a backup.", value, []string{"CB-PRE-2"}, 1, "", accepts("OperationDenied.DBInstanceStatus", inStatus("Restoring"))},
	{"running-ignored", "A running backup does not stand in the way of another.", dropped, []string{"CB-PRE-3"}, 1, "", accepts("OperationDenied.BackupJobExists", anyCall)},
	{"never-backed-up-refused", "An instance without any backup is refused: its last one is not completed.", boundary, []string{"CB-PRE-1"}, 1, "", refuses(backupRunning, func(c *creation) bool { return c.in.last() == nil })},
	{"after-completed-refused", "An instance whose last backup is completed is refused.", dropped, []string{"CB-PRE-1"}, 1, "", refuses(backupRunning, func(c *creation) bool { return c.in.last() != nil })},
	{"mariadb-refused", "MariaDB is not known.", value, []string{"CB-PRE-1"}, 1, "", refuses(methodDenied, engine(targets.MariaDB))},
	{"empty-instance-refused", "An instance without databases is refused whatever the method.", value, []string{"CB-METHOD-5", "CB-PRE-1"}, 1, "", refuses(noDatabase, func(c *creation) bool { return len(c.in.databases) == 0 })},
}

var quotaFaults = []Fault{
	{"quota-off-by-one-more", "One backup more than the quota is accepted.", boundary, []string{"CB-QUOTA-2"}, 1, "", accepts("BackupTimesExceeded", func(c *creation) bool { return c.in.today(c.e.now) == c.e.s.edition.quota })},
	{"quota-off-by-one-less", "The last backup of the quota is refused.", boundary, []string{"CB-QUOTA-1"}, 1, "", refuses(quotaSpent, lastQuota)},
	{"quota-ignored", "There is no quota.", dropped, []string{"CB-QUOTA-2"}, 1, "", accepts("BackupTimesExceeded", anyCall)},
	{"quota-five", "The quota is five.", value, []string{"CB-QUOTA-1"}, 1, "", refuses(quotaSpent, func(c *creation) bool { return c.in.today(c.e.now) >= 5 })},
	{"quota-first-refused", "The first backup of a day is refused where the instance has older ones.", boundary, []string{"CB-PRE-1", "CB-QUOTA-4"}, 1, "", refuses(quotaSpent, func(c *creation) bool { return c.in.last() != nil && c.in.today(c.e.now) == 0 })},
	{"quota-not-reset", "The quota counts every backup there is, not those of today.", stateKind, []string{"CB-QUOTA-4"}, 1, "", refuses(quotaSpent, func(c *creation) bool { return len(c.in.backups) >= c.e.s.edition.quota })},
	{"quota-counts-refused", "Refused calls use the quota.", stateKind, []string{"CB-QUOTA-5"}, 1, "", func(s *Simulator, b *behaviour) {
		refusals := newCounter()
		b.done = append(b.done, func(c *creation, r *refusal) {
			if c.in != nil && r != nil {
				refusals.add(c.in.id)
			}
		})
		refuses(quotaSpent, func(c *creation) bool { return c.in.today(c.e.now)+refusals.of(c.in.id) >= s.edition.quota })(s, b)
	}},
	{"quota-only-logical", "Only logical backups are held against the quota.", interaction, []string{"CB-QUOTA-2"}, 2, "", accepts("BackupTimesExceeded", not(method("Logical")))},
	{"quota-not-for-full", "Full backups are not held against the quota.", interaction, []string{"CB-QUOTA-2"}, 2, "", accepts("BackupTimesExceeded", kind("FullBackup"))},
}

var parameterFaults = []Fault{
	{"action-any", "Any Action makes a backup.", dropped, []string{"CB-ACTION-2"}, 1, "", rewrites(func(e *exchange) {
		if e.params.value("Action") != "" {
			e.params.set("Action", "CreateBackup")
		}
	})},
	{"action-prefix", "Every Action that begins with CreateBackup makes a backup.", value, []string{"CB-ACTION-2"}, 1, "", rewrites(func(e *exchange) {
		if strings.HasPrefix(e.params.value("Action"), "CreateBackup") {
			e.params.set("Action", "CreateBackup")
		}
	})},
	{"action-missing-accepted", "A missing Action is taken for CreateBackup.", defaulted, []string{"CB-ACTION-1"}, 1, "", rewrites(func(e *exchange) {
		if e.params.count("Action") == 0 && e.r.Header.Get("X-Acs-Action") == "" {
			e.params.set("Action", "CreateBackup")
		}
	})},
	{"instance-missing-accepted", "A missing DBInstanceId is answered with success.", dropped, []string{"CB-INSTANCE-1"}, 1, "", acceptsWithoutInstance("MissingParameter")},
	{"instance-unknown-accepted", "An unknown DBInstanceId is answered with success.", dropped, []string{"CB-INSTANCE-2"}, 1, "", acceptsWithoutInstance("InvalidDBInstanceId.NotFound")},
	{"instance-empty-accepted", "An empty DBInstanceId is answered with success.", boundary, []string{"CB-INSTANCE-1"}, 1, "", func(_ *Simulator, b *behaviour) {
		b.decide = append(b.decide, func(c *creation, r *refusal) *refusal {
			if v, given := c.e.params.get("DBInstanceId"); given && v == "" {
				return nil
			}
			return r
		})
	}},
	{"method-any", "Any BackupMethod is taken.", dropped, []string{"CB-METHOD-3"}, 1, "", accepts("InvalidBackupMethod", anyCall)},
	{"method-snapshot-accepted", "Snapshot is taken for a BackupMethod.", value, []string{"CB-METHOD-3"}, 1, "original", accepts("InvalidBackupMethod", method("Snapshot"))},
	{"method-prefix-accepted", "A BackupMethod is recognised by its beginning.", value, []string{"CB-METHOD-3"}, 1, "", accepts("InvalidBackupMethod", func(c *creation) bool {
		return strings.HasPrefix(c.method, "Physical") || strings.HasPrefix(c.method, "Logical")
	})},
	{"physical-refused", "Physical, given, is refused.", value, []string{"CB-METHOD-1"}, 1, "", refuses(methodDenied, all(given("BackupMethod"), method("Physical")))},
	{"logical-refused", "Logical is refused.", value, []string{"CB-METHOD-2"}, 1, "", refuses(methodDenied, method("Logical"))},
	{"logical-without-databases", "A logical backup of an instance without databases is accepted.", dropped, []string{"CB-METHOD-5"}, 1, "", accepts("OperationDenied.NoDatabase", anyCall)},
	{"logical-on-sqlserver", "A logical backup of SQL Server is accepted.", dropped, []string{"CB-METHOD-6"}, 1, "original", accepts("OperationDenied.BackupMethod", anyCall)},
	{"sqlserver-refused", "SQL Server needs its BackupMethod said.", defaulted, []string{"CB-METHOD-6", "CB-PRE-1"}, 2, "", refuses(methodDenied, all(engine(targets.SQLServer), not(given("BackupMethod"))))},
	{"strategy-any", "Any BackupStrategy is taken.", dropped, []string{"CB-STRATEGY-2"}, 1, "", accepts("InvalidBackupStrategy", anyCall)},
	{"strategy-db-refused", "The strategy db is not known.", value, []string{"CB-STRATEGY-1", "CB-DBNAME-1"}, 1, "", refuses(notSupported("BackupStrategy"), all(method("Logical"), strategy("db")))},
	{"strategy-instance-refused", "The strategy instance is not known.", value, []string{"CB-STRATEGY-1", "CB-STRATEGY-6"}, 1, "", refuses(notSupported("BackupStrategy"), all(method("Logical"), strategy("instance")))},
	{"strategy-required", "A logical backup needs a BackupStrategy.", defaulted, []string{"CB-STRATEGY-7"}, 1, "", refuses(missing("BackupStrategy"), all(method("Logical"), not(given("BackupStrategy"))))},
	{"dbname-unknown-accepted", "A database that does not exist is backed up.", dropped, []string{"CB-DBNAME-4"}, 1, "", accepts("InvalidDBName.NotFound", anyCall)},
	{"type-any", "Any BackupType is taken.", dropped, []string{"CB-TYPE-3"}, 1, "original", accepts("InvalidBackupType", anyCall)},
	{"type-incremental-accepted", "IncrementalBackup is taken for a BackupType.", value, []string{"CB-TYPE-3"}, 1, "original", accepts("InvalidBackupType", func(c *creation) bool { return strings.HasPrefix(c.kind, "Incremental") })},
	{"type-auto-refused", "Auto, given, is refused.", value, []string{"CB-TYPE-1"}, 1, "original", refuses(notSupported("BackupType"), all(given("BackupType"), kind("Auto"), method("Physical")))},
	{"type-full-refused", "FullBackup is refused.", value, []string{"CB-TYPE-2"}, 1, "original", refuses(notSupported("BackupType"), all(kind("FullBackup"), method("Physical")))},
	{"type-logical-refused", "A logical backup takes no BackupType.", interaction, []string{"CB-TYPE-5"}, 2, "original", refuses(notSupported("BackupType"), all(given("BackupType"), method("Logical")))},
	{"version-ignored", "Any Version is taken.", ignored, []string{"CB-PUBLIC-3"}, 1, "", rewrites(func(e *exchange) { e.params.set("Version", "2014-08-15") })},
}

// rewrites changes what was understood of a rewrites, after its signature was read from the bytes as they came.
func rewrites(f func(e *exchange)) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) { b.rewrite = append(b.rewrite, f) }
}

// acceptsWithoutInstance answers a request that names no instance with success.
func acceptsWithoutInstance(code string) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.decide = append(b.decide, func(c *creation, r *refusal) *refusal {
			if c.in == nil && r != nil && r.code == code {
				return nil
			}
			return r
		})
	}
}

var backupFaults = []Fault{
	{"default-method-logical", "Without a BackupMethod the backup is logical where it can be.", defaulted, []string{"CB-METHOD-4"}, 1, "", makes(all(not(given("BackupMethod")), func(c *creation) bool { return len(c.in.databases) > 0 }), func(_ *creation, b *backup) { b.method = "Logical" })},
	{"logical-made-physical", "A logical backup is made as a physical one.", ignored, []string{"CB-METHOD-7"}, 1, "", makes(method("Logical"), func(_ *creation, b *backup) { b.method = "Physical" })},
	{"physical-made-logical", "A physical backup that was asked for is made as a logical one.", ignored, []string{"CB-METHOD-7"}, 1, "", makes(all(given("BackupMethod"), method("Physical")), func(_ *creation, b *backup) { b.method = "Logical" })},
	{"strategy-applies-to-physical", "A physical backup with the strategy db is of one database.", ignored, []string{"CB-STRATEGY-3"}, 1, "original", makes(all(method("Physical"), strategy("db")), func(c *creation, b *backup) {
		b.strategy = "db"
		if len(c.in.databases) > 0 {
			b.databases = c.in.databases[:1]
		}
	})},
	{"dbname-applies-to-physical", "A physical backup with a DBName is of that database.", ignored, []string{"CB-DBNAME-2", "CB-STRATEGY-3"}, 1, "original", makes(all(method("Physical"), given("DBName")), func(c *creation, b *backup) { b.strategy, b.databases = "db", []string{c.dbName} })},
	{"dbname-applies-to-instance", "A backup of the instance with a DBName is of that database.", ignored, []string{"CB-DBNAME-2"}, 1, "original", makes(all(method("Logical"), strategy("instance"), given("DBName")), func(c *creation, b *backup) { b.databases = []string{c.dbName} })},
	{"db-ignored", "The strategy db backs up the whole instance.", ignored, []string{"CB-DBNAME-1"}, 1, "", makes(all(method("Logical"), strategy("db")), func(c *creation, b *backup) { b.strategy, b.databases = "instance", slices.Clone(c.in.databases) })},
	{"db-first-only", "The strategy db backs up the first database, whatever DBName says.", ignored, []string{"CB-DBNAME-1"}, 2, "", makes(all(method("Logical"), strategy("db")), func(c *creation, b *backup) { b.databases = c.in.databases[:min(1, len(c.in.databases))] })},
	{"db-one-more", "The strategy db backs up one database more.", boundary, []string{"CB-DBNAME-1"}, 2, "", makes(all(method("Logical"), strategy("db"), severalDatabases), func(c *creation, b *backup) { b.databases = c.in.databases })},
	{"instance-misses-last", "A backup of the instance leaves out its last database.", boundary, []string{"CB-STRATEGY-6"}, 1, "", makes(all(method("Logical"), strategy("instance"), severalDatabases), func(c *creation, b *backup) { b.databases = c.in.databases[:len(c.in.databases)-1] })},
	{"instance-as-db", "A backup of the instance is marked as one of a database.", value, []string{"CB-STRATEGY-6"}, 1, "", makes(all(method("Logical"), strategy("instance")), func(_ *creation, b *backup) { b.strategy = "db" })},
	{"full-made-incremental", "FullBackup makes an incremental backup where there is a full one already.", ignored, []string{"CB-TYPE-2"}, 1, "original", makes(all(kind("FullBackup"), func(c *creation) bool { return c.in.last() != nil }), func(_ *creation, b *backup) { b.kind = "IncrementalBackup" })},
	{"default-type-full", "Without a BackupType the backup is full.", defaulted, []string{"CB-TYPE-4"}, 1, "original", makes(not(given("BackupType")), func(_ *creation, b *backup) { b.kind = "FullBackup" })},
	{"default-type-incremental", "Without a BackupType the backup is incremental.", defaulted, []string{"CB-TYPE-4"}, 1, "original", makes(not(given("BackupType")), func(_ *creation, b *backup) { b.kind = "IncrementalBackup" })},
	{"nothing-made", "A call is accepted and nothing is made.", lie, []string{"CB-PRE-1"}, 1, "", afterDecision(func(c *creation, r *refusal) {
		if r == nil && c.in != nil {
			c.in.backups = c.in.backups[:len(c.in.backups)-1]
		}
	})},
	{"nothing-made-logical", "A logical backup is accepted and not made.", lie, []string{"CB-METHOD-2", "CB-RESPONSE-10"}, 1, "", afterDecision(func(c *creation, r *refusal) {
		if r == nil && c.in != nil && c.method == "Logical" {
			c.in.backups = c.in.backups[:len(c.in.backups)-1]
		}
	})},
	{"made-twice", "Two backups are made of one call.", lie, []string{"CB-PRE-1"}, 1, "", afterDecision(func(c *creation, r *refusal) {
		if r == nil && c.in != nil {
			c.in.backups = append(c.in.backups, c.backup())
		}
	})},
	{"refused-and-made-method", "A BackupMethod that is none is refused, and a backup is made.", lie, []string{"CB-METHOD-3"}, 1, "", makesAlthoughRefused("InvalidBackupMethod")},
	{"refused-and-made-quota", "A backup beyond the quota is refused, and made.", lie, []string{"CB-QUOTA-2"}, 1, "", makesAlthoughRefused("BackupTimesExceeded")},
	{"refused-and-made-status", "An instance that is not active refuses, and a backup is made.", lie, []string{"CB-PRE-2"}, 1, "", makesAlthoughRefused("OperationDenied.DBInstanceStatus")},
	{"refused-and-made-type", "A BackupType that is none is refused, and a backup is made.", lie, []string{"CB-TYPE-3"}, 1, "original", makesAlthoughRefused("InvalidBackupType")},
	{"refused-and-made-empty-method", "An empty BackupMethod is refused, and a backup is made.", lie, []string{"CB-RESPONSE-10"}, 1, "", afterDecision(func(c *creation, r *refusal) {
		if r != nil && c.in != nil && c.given["BackupMethod"] && c.method == "" {
			c.in.backups = append(c.in.backups, c.backup())
		}
	})},
	{"made-elsewhere-too", "A backup of another instance is made too.", lie, []string{"CB-INSTANCE-3"}, 1, "", elsewhere(false)},
	{"made-elsewhere", "The backup is made of another instance.", lie, []string{"CB-INSTANCE-3", "CB-PRE-1"}, 1, "", elsewhere(true)},
}

// makesAlthoughRefused makes a backup of what it refuses with a code.
func makesAlthoughRefused(code string) func(*Simulator, *behaviour) {
	return afterDecision(func(c *creation, r *refusal) {
		if r != nil && c.in != nil && strings.HasPrefix(r.code, code) {
			c.in.backups = append(c.in.backups, c.backup())
		}
	})
}

// elsewhere makes a backup of the instance that was provisioned before or after.
func elsewhere(instead bool) func(*Simulator, *behaviour) {
	return afterDecision(func(c *creation, r *refusal) {
		if r != nil || c.in == nil {
			return
		}
		made := c.in.last()
		if instead {
			c.in.backups = c.in.backups[:len(c.in.backups)-1]
		}
		for _, other := range c.e.s.others(c.in) {
			if other.mu.TryLock() {
				copied := *made
				other.backups = append(other.backups, &copied)
				other.mu.Unlock()
			}
		}
	})
}

// interactionFaults need several factors to come together.
var interactionFaults = []Fault{
	{"postgresql-logical-db-refused", "PostgreSQL refuses a logical backup of a database.", interaction, []string{"CB-STRATEGY-1", "CB-DBNAME-1"}, 3, "original", refuses(methodDenied, all(engine(targets.PostgreSQL), method("Logical"), strategy("db")))},
	{"mariadb-logical-refused", "MariaDB refuses a logical backup.", interaction, []string{"CB-METHOD-2"}, 2, "original", refuses(methodDenied, all(engine(targets.MariaDB), method("Logical")))},
	{"mysql-instance-many-refused", "MySQL refuses a backup of the instance with several databases.", interaction, []string{"CB-STRATEGY-1", "CB-STRATEGY-6"}, 3, "", refuses(methodDenied, all(engine(targets.MySQL), strategy("instance"), severalDatabases))},
	{"mariadb-full-last-refused", "MariaDB refuses a full physical backup that is the last of the day.", interaction, []string{"CB-TYPE-2", "CB-QUOTA-1"}, 3, "original", refuses(quotaSpent, all(engine(targets.MariaDB), kind("FullBackup"), method("Physical"), lastQuota))},
	{"postgresql-xml-refused", "PostgreSQL refuses XML.", interaction, []string{"CB-RESPONSE-2"}, 2, "", refuses(invalid("Format"), all(engine(targets.PostgreSQL), format("XML"), func(c *creation) bool { return c.e.params.count("Format") > 0 }))},
	{"auto-get-first-refused", "Auto by GET on an instance with one backup today is refused.", interaction, []string{"CB-PUBLIC-1", "CB-TYPE-1"}, 3, "original", refuses(invalid("BackupType"), all(kind("Auto"), given("BackupType"), by("GET"), today(1)))},
	{"logical-second-refused", "A logical backup is refused where one was made today.", interaction, []string{"CB-METHOD-2", "CB-QUOTA-1"}, 2, "", refuses(quotaSpent, all(method("Logical"), today(1)))},
	{"sqlserver-full-empty-refused", "SQL Server without databases refuses a full backup.", interaction, []string{"CB-TYPE-2"}, 3, "original", refuses(noDatabase, all(engine(targets.SQLServer), kind("FullBackup"), func(c *creation) bool { return len(c.in.databases) == 0 }))},
	{"rebooting-logical-accepted", "A rebooting instance accepts a logical backup.", interaction, []string{"CB-PRE-2"}, 2, "", accepts("OperationDenied.DBInstanceStatus", all(inStatus("Rebooting"), method("Logical")))},
	{"restoring-mysql-full-accepted", "A restoring MySQL instance accepts a full backup.", interaction, []string{"CB-PRE-2"}, 3, "original", accepts("OperationDenied.DBInstanceStatus", all(inStatus("Restoring"), engine(targets.MySQL), kind("FullBackup")))},
	{"running-full-accepted", "While a backup runs a full one is accepted.", interaction, []string{"CB-PRE-3"}, 2, "original", accepts("OperationDenied.BackupJobExists", kind("FullBackup"))},
	{"running-logical-accepted", "While a backup runs a logical one is accepted.", interaction, []string{"CB-PRE-3"}, 2, "", accepts("OperationDenied.BackupJobExists", method("Logical"))},
	{"quota-postgresql-logical-accepted", "PostgreSQL accepts logical backups beyond the quota.", interaction, []string{"CB-QUOTA-2"}, 3, "original", accepts("BackupTimesExceeded", all(engine(targets.PostgreSQL), method("Logical")))},
	{"type-any-mariadb", "MariaDB takes any BackupType.", interaction, []string{"CB-TYPE-3"}, 2, "original", accepts("InvalidBackupType", engine(targets.MariaDB))},
	{"method-any-full", "With FullBackup any BackupMethod is taken.", interaction, []string{"CB-METHOD-3"}, 2, "original", accepts("InvalidBackupMethod", kind("FullBackup"))},
	{"strategy-any-postgresql", "PostgreSQL takes any BackupStrategy.", interaction, []string{"CB-STRATEGY-2"}, 2, "original", accepts("InvalidBackupStrategy", engine(targets.PostgreSQL))},
	{"logical-empty-mariadb", "MariaDB without databases takes a logical backup.", interaction, []string{"CB-METHOD-5"}, 2, "original", accepts("OperationDenied.NoDatabase", engine(targets.MariaDB))},
	{"sqlserver-logical-instance", "SQL Server takes a logical backup of the instance.", interaction, []string{"CB-METHOD-6"}, 2, "original", accepts("OperationDenied.BackupMethod", strategy("instance"))},
}
