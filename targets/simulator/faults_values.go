package simulator

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/cbspec/cbspec/targets"
)

// valuesFaults take what is nearly a value for it, or think that all names are like the few that are tried.
var valuesFaults = []Fault{
	{"method-suffix-accepted", "PhysicalBackup and LogicalBackup are taken for a BackupMethod.", value, []string{"CB-METHOD-3"}, 1, "", accepts("InvalidBackupMethod", func(c *creation) bool {
		return c.method == "PhysicalBackup" || c.method == "LogicalBackup"
	})},
	{"method-of-neighbours", "A value of BackupType or BackupStrategy is taken for a BackupMethod.", value, []string{"CB-METHOD-3"}, 1, "", accepts("InvalidBackupMethod", func(c *creation) bool {
		return slices.Contains([]string{"db", "instance", "Auto", "FullBackup"}, c.method)
	})},
	{"strategy-prefix-accepted", "A BackupStrategy that begins with db is db.", value, []string{"CB-STRATEGY-2"}, 1, "", accepts("InvalidBackupStrategy", func(c *creation) bool { return strings.HasPrefix(c.strategy, "db") })},
	{"type-joined-accepted", "Any BackupType that has a documented one in it is taken.", value, []string{"CB-TYPE-3"}, 1, "original", accepts("InvalidBackupType", func(c *creation) bool {
		return strings.Contains(c.kind, "Auto") || strings.Contains(c.kind, "FullBackup")
	})},
	{"values-end-at-nul", "A value ends at its first NUL.", value, []string{"CB-METHOD-3", "CB-STRATEGY-2", "CB-INSTANCE-2"}, 1, "", cutsValuesAt("\x00")},
	{"values-end-at-line", "A value ends with its first line.", value, []string{"CB-METHOD-3", "CB-STRATEGY-2", "CB-INSTANCE-2"}, 1, "", cutsValuesAt("\n")},
	{"action-empty-accepted", "An empty Action is taken for CreateBackup.", defaulted, []string{"CB-ACTION-1"}, 1, "", rewrites(func(e *exchange) {
		if v, given := e.params.get("Action"); given && v == "" {
			e.params.set("Action", "CreateBackup")
		}
	})},
	{"action-neighbours-accepted", "Whatever other operation there is on backups makes one.", value, []string{"CB-ACTION-2"}, 1, "", rewrites(func(e *exchange) {
		if a := e.params.value("Action"); a == "DeleteBackup" || a == "ModifyBackupPolicy" {
			e.params.set("Action", "CreateBackup")
		}
	})},
	{"instance-beginning-accepted", "The beginning of an id will do, if it is long enough.", value, []string{"CB-INSTANCE-2"}, 1, "", findsInstance(func(id, asked string) bool { return len(asked) >= 9 && strings.HasPrefix(id, asked) })},
	{"instance-more-accepted", "What comes behind an id is overlooked.", value, []string{"CB-INSTANCE-2"}, 1, "", findsInstance(func(id, asked string) bool { return strings.HasPrefix(asked, id+"x") })},
	{"instance-first-of-list", "Of a list of ids the first counts.", value, []string{"CB-INSTANCE-2"}, 1, "", findsInstance(func(id, asked string) bool { return strings.HasPrefix(asked, id+",") })},
	{"instance-wildcard", "A star stands for any id.", value, []string{"CB-INSTANCE-2"}, 1, "", findsInstance(func(_, asked string) bool { return asked == "*" })},
	{"instance-injected", "A DBInstanceId ends up in a statement of SQL.", value, []string{"CB-INSTANCE-2"}, 1, "", findsInstance(func(_, asked string) bool { return strings.HasSuffix(asked, "' OR '1'='1") })},
	{"deleted-instance-accepted", "An instance that was deleted still accepts a backup.", stateKind, []string{"CB-INSTANCE-2"}, 2, "", func(_ *Simulator, b *behaviour) {
		deleted := newCounter()
		b.control = append(b.control, func(in *instance, event string) {
			if event == "delete" {
				deleted.set(in.id, 1)
			}
		})
		b.decide = append(b.decide, func(c *creation, r *refusal) *refusal {
			if r == noSuchInstance && deleted.of(c.e.params.value("DBInstanceId")) > 0 {
				return nil
			}
			return r
		})
	}},
	{"instance-twice-each", "Where DBInstanceId is there twice, a backup is made of each instance.", value, []string{"CB-INSTANCE-3"}, 2, "", afterDecision(func(c *creation, r *refusal) {
		for _, p := range c.e.params {
			if p.name != "DBInstanceId" || r != nil || c.in == nil || p.value == c.in.id {
				continue
			}
			if other := c.e.s.find(p.value); other != nil && other.mu.TryLock() {
				copied := *c.in.last()
				other.backups = append(other.backups, &copied)
				other.mu.Unlock()
			}
		}
	})},
	{"dbname-hyphen-refused", "The name of a database has no hyphen.", value, []string{"CB-STRATEGY-1", "CB-DBNAME-1"}, 3, "", refusesName(regexp.MustCompile(`-`))},
	{"dbname-digit-refused", "The name of a database has no digit.", value, []string{"CB-STRATEGY-1", "CB-DBNAME-1"}, 3, "", refusesName(regexp.MustCompile(`[0-9]`))},
	{"dbname-long-refused", "The name of a database has no more than 32 characters.", boundary, []string{"CB-STRATEGY-1", "CB-DBNAME-1"}, 3, "", refusesName(regexp.MustCompile(`^.{33,}$`))},
	{"dbname-longest-refused", "The name of a database has no more than 63 characters.", boundary, []string{"CB-STRATEGY-1", "CB-DBNAME-1"}, 3, "", refusesName(regexp.MustCompile(`^.{64,}$`))},
	{"dbname-short-refused", "The name of a database has three characters at the least.", boundary, []string{"CB-STRATEGY-1", "CB-DBNAME-1"}, 3, "", refusesName(regexp.MustCompile(`^.{0,2}$`))},
	{"dbname-null-refused", "A database that is called null is none.", value, []string{"CB-STRATEGY-1", "CB-DBNAME-1", "CB-METHOD-2"}, 3, "", refusesName(regexp.MustCompile(`^null$`))},
	{"dbname-by-beginning", "The first database whose name begins like the one asked for is backed up.", value, []string{"CB-DBNAME-1"}, 3, "", makes(strategy("db"), func(c *creation, b *backup) {
		for _, name := range c.in.databases {
			if b.strategy == "db" && len(b.databases) == 1 && (strings.HasPrefix(name, b.databases[0]) || strings.HasPrefix(b.databases[0], name)) {
				b.databases = []string{name}
				return
			}
		}
	})},
	{"dbname-of-32-characters", "Of a name of a database the first 32 characters count.", boundary, []string{"CB-DBNAME-1"}, 3, "", makes(strategy("db"), func(c *creation, b *backup) {
		for _, name := range c.in.databases {
			if len(b.databases) == 1 && len(name) > 32 && strings.HasPrefix(b.databases[0], name[:32]) {
				b.databases = []string{name}
				return
			}
		}
	})},
	{"last-of-many-databases", "Of more than four databases the first is backed up where the last is asked for.", value, []string{"CB-DBNAME-1"}, 3, "", makes(strategy("db"), func(c *creation, b *backup) {
		if n := len(c.in.databases); n > 4 && len(b.databases) == 1 && b.databases[0] == c.in.databases[n-1] {
			b.databases = c.in.databases[:1:1]
		}
	})},
	{"two-databases-are-all", "Of exactly two databases both are backed up where one is asked for.", boundary, []string{"CB-DBNAME-1"}, 3, "", makes(all(strategy("db"), func(c *creation) bool { return len(c.in.databases) == 2 }), func(c *creation, b *backup) {
		if b.strategy == "db" {
			b.databases = slices.Clone(c.in.databases)
		}
	})},
	{"ten-databases-at-most", "A backup of the instance covers no more than ten databases.", boundary, []string{"CB-STRATEGY-6"}, 2, "", makes(all(method("Logical"), strategy("instance")), func(_ *creation, b *backup) {
		b.databases = b.databases[:min(len(b.databases), 10)]
	})},
	{"dbname-beginning-accepted", "The beginning of a database's name will do.", value, []string{"CB-DBNAME-4"}, 1, "", accepts("InvalidDBName.NotFound", func(c *creation) bool {
		return c.dbName != "" && slices.ContainsFunc(c.in.databases, func(name string) bool { return strings.HasPrefix(name, c.dbName) })
	})},
	{"dbname-wildcard", "A star stands for any database.", value, []string{"CB-DBNAME-4"}, 1, "", accepts("InvalidDBName.NotFound", func(c *creation) bool { return c.dbName == "*" })},
}

// daysFaults are of what runs over the change of day, of what failed, and of databases that come and go.
var daysFaults = []Fault{
	{"midnight-counts-twice", "A backup that runs over the change of day is one of the new day's too.", boundary, []string{"CB-QUOTA-7"}, 2, "", func(_ *Simulator, b *behaviour) {
		b.control = append(b.control, func(in *instance, event string) {
			if k := in.running(); event == "next day" && k != nil {
				k.day++
			}
		})
	}},
	{"midnight-gives-back", "A backup that completes on the day after gives back one of that day's.", stateKind, []string{"CB-QUOTA-2"}, 3, "", func(s *Simulator, b *behaviour) {
		over, given := newCounter(), newCounter()
		b.control = append(b.control, func(in *instance, event string) {
			switch k := in.running(); {
			case event == "next day":
				over.set(in.id, 0)
				given.set(in.id, 0)
				if k != nil {
					over.set(in.id, 1)
				}
			case event == targets.LastCompleted && over.of(in.id) > 0:
				over.set(in.id, 0)
				given.set(in.id, 1)
			}
		})
		accepts("BackupTimesExceeded", func(c *creation) bool { return c.in.today(c.e.now) < s.edition.quota+given.of(c.in.id) })(s, b)
	}},
	{"failed-day-goes-on", "A day in which a backup failed does not end.", stateKind, []string{"CB-QUOTA-4"}, 2, "", func(_ *Simulator, b *behaviour) {
		b.control = append(b.control, func(in *instance, event string) {
			if event == "next day" && slices.ContainsFunc(in.backups, func(k *backup) bool { return k.status == targets.LastFailed }) {
				for _, k := range in.backups {
					k.day++
				}
			}
		})
	}},
	{"failed-makes-room", "A backup that fails makes room for one more than the quota.", stateKind, []string{"CB-QUOTA-2"}, 2, "", accepts("BackupTimesExceeded", func(c *creation) bool {
		completed, failed := 0, 0
		for _, k := range c.in.backups {
			switch {
			case k.day != c.in.day(c.e.now):
			case k.status == targets.LastFailed:
				failed++
			default:
				completed++
			}
		}
		return failed > 0 && completed <= c.e.s.edition.quota
	})},
	{"failed-method-remembered", "After a logical backup that failed, one without a BackupMethod is logical too.", stateKind, []string{"CB-METHOD-4"}, 3, "", makes(not(given("BackupMethod")), func(c *creation, k *backup) {
		if last := c.in.last(); last != nil && last.status == targets.LastFailed && last.method == "Logical" {
			k.method = "Logical"
		}
	})},
	{"added-database-unseen", "A database that was added later cannot be backed up by its name.", "a stale read", []string{"CB-SEQ-1", "CB-DBNAME-1", "CB-STRATEGY-1"}, 2, "", comparesDatabases(func(first, now []string, name string, r *refusal) *refusal {
		if r == nil && !slices.Contains(first, name) {
			return noSuchDatabase
		}
		return r
	})},
	{"dropped-database-accepted", "A database that was dropped is still backed up by its name.", "a stale read", []string{"CB-DBNAME-4"}, 2, "", comparesDatabases(func(first, now []string, name string, r *refusal) *refusal {
		if r == noSuchDatabase && slices.Contains(first, name) && !slices.Contains(now, name) {
			return nil
		}
		return r
	})},
}

// comparesDatabases lets a fault look at the databases that an instance had when it was first called.
func comparesDatabases(f func(first, now []string, name string, r *refusal) *refusal) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		var seen sync.Map
		b.decide = append(b.decide, func(c *creation, r *refusal) *refusal {
			if c.in == nil {
				return r
			}
			first, _ := seen.LoadOrStore(c.in.id, slices.Clone(c.in.databases))
			if c.method != "Logical" || c.strategy != "db" || strings.Contains(c.dbName, ",") {
				return r
			}
			return f(first.([]string), c.in.databases, c.dbName, r)
		})
	}
}

// cutsValuesAt cuts every value of a parameter at a byte.
func cutsValuesAt(end string) func(*Simulator, *behaviour) {
	return rewrites(func(e *exchange) {
		for i, p := range e.params {
			e.params[i].value, _, _ = strings.Cut(p.value, end)
		}
	})
}

// findsInstance takes an id for that of an instance that it is like.
func findsInstance(like func(id, asked string) bool) func(*Simulator, *behaviour) {
	return func(s *Simulator, b *behaviour) {
		rewrites(func(e *exchange) {
			asked := e.params.value("DBInstanceId")
			if asked == "" || s.find(asked) != nil {
				return
			}
			for _, in := range s.others(nil) {
				if like(in.id, asked) {
					e.params.set("DBInstanceId", in.id)
					return
				}
			}
		})(s, b)
	}
}

// refusesName refuses a single database of such a name.
func refusesName(name *regexp.Regexp) func(*Simulator, *behaviour) {
	return refuses(noSuchDatabase, all(strategy("db"), method("Logical"), func(c *creation) bool { return name.MatchString(c.dbName) }))
}
