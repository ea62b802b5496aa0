package simulator

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/cbspec/cbspec/targets"
)

// dbNameFaults are mistakes in which DBName is accepted, and in which databases a backup of
// single databases covers (features/dbname.feature).
var dbNameFaults = []Fault{
	{
		Name: "dbname-unknown-accepted", Kind: dropped,
		Rules:       []string{"CB-DBNAME-4"},
		Description: "DBName accepts a database that does not exist.",
		apply:       accepts("InvalidDBName.NotFound", anyCall),
	},
	{
		Name: "dbname-applies-to-physical", Kind: ignored, Edition: original,
		Rules:       []string{"CB-DBNAME-2", "CB-STRATEGY-3"},
		Description: "A physical backup with DBName covers only that database.",
		apply:       makes(all(method("Physical"), given("DBName")), coversNamed),
	},
	{
		Name: "dbname-applies-to-instance", Kind: ignored, Edition: original,
		Rules:       []string{"CB-DBNAME-2"},
		Description: "A logical backup with the strategy instance and a DBName covers only that database.",
		apply: makes(all(logical("instance"), given("DBName")), func(c *creation, made *backup) {
			made.databases = []string{c.dbName}
		}),
	},
	{
		Name: "db-ignored", Kind: ignored,
		Rules:       []string{"CB-DBNAME-1"},
		Description: "A logical backup with the strategy db covers the whole instance.",
		apply:       makes(logical("db"), coversInstance),
	},
	{
		Name: "db-first-only", Kind: ignored, Factors: 2,
		Rules:       []string{"CB-DBNAME-1"},
		Description: "A logical backup with the strategy db covers the first database, whatever DBName says.",
		apply:       makes(logical("db"), coversFirst),
	},
	{
		Name: "db-one-more", Kind: boundary, Factors: 2,
		Rules:       []string{"CB-DBNAME-1"},
		Description: "A logical backup with the strategy db covers all databases if there are several.",
		apply: makes(all(logical("db"), severalDatabases), func(c *creation, made *backup) {
			made.databases = c.in.databases
		}),
	},
	{
		Name: "mariadb-db-first", Kind: interaction, Factors: 4, Edition: original,
		Rules:       []string{"CB-DBNAME-1"},
		Description: "MariaDB with several databases backs up the first one, whatever DBName says.",
		apply:       makes(all(engine(targets.MariaDB), logical("db"), severalDatabases), coversFirst),
	},
	{
		Name: "dbname-hyphen-refused", Kind: value, Factors: 3,
		Rules:       []string{"CB-DBNAME-1", "CB-STRATEGY-1"},
		Description: "DBName refuses names with a hyphen.",
		apply:       refusesName(regexp.MustCompile(`-`)),
	},
	{
		Name: "dbname-digit-refused", Kind: value, Factors: 3,
		Rules:       []string{"CB-DBNAME-1", "CB-STRATEGY-1"},
		Description: "DBName refuses names with a digit.",
		apply:       refusesName(regexp.MustCompile(`[0-9]`)),
	},
	{
		Name: "dbname-long-refused", Kind: boundary, Factors: 3,
		Rules:       []string{"CB-DBNAME-1", "CB-STRATEGY-1"},
		Description: "DBName refuses names of more than 32 characters.",
		apply:       refusesName(regexp.MustCompile(`^.{33,}$`)),
	},
	{
		Name: "dbname-longest-refused", Kind: boundary, Factors: 3,
		Rules:       []string{"CB-DBNAME-1", "CB-STRATEGY-1"},
		Description: "DBName refuses names of more than 63 characters.",
		apply:       refusesName(regexp.MustCompile(`^.{64,}$`)),
	},
	{
		Name: "dbname-short-refused", Kind: boundary, Factors: 3,
		Rules:       []string{"CB-DBNAME-1", "CB-STRATEGY-1"},
		Description: "DBName refuses names of fewer than three characters.",
		apply:       refusesName(regexp.MustCompile(`^.{0,2}$`)),
	},
	{
		Name: "dbname-null-refused", Kind: value, Factors: 3,
		Rules:       []string{"CB-DBNAME-1", "CB-STRATEGY-1", "CB-METHOD-2"},
		Description: "DBName refuses a database named null.",
		apply:       refusesName(regexp.MustCompile(`^null$`)),
	},
	{
		Name: "dbname-by-beginning", Kind: value, Factors: 3,
		Rules:       []string{"CB-DBNAME-1"},
		Description: "The first database that shares its beginning with DBName is backed up.",
		apply: findsDatabase(func(name, asked string) bool {
			return strings.HasPrefix(name, asked) || strings.HasPrefix(asked, name)
		}),
	},
	{
		Name: "dbname-of-32-characters", Kind: boundary, Factors: 3,
		Rules:       []string{"CB-DBNAME-1"},
		Description: "Only the first 32 characters of DBName count.",
		apply: findsDatabase(func(name, asked string) bool {
			return len(name) > 32 && strings.HasPrefix(asked, name[:32])
		}),
	},
	{
		Name: "last-of-many-databases", Kind: value, Factors: 3,
		Rules:       []string{"CB-DBNAME-1"},
		Description: "If there are more than four databases and the last one is asked for, the first is backed up.",
		apply: makes(strategy("db"), func(c *creation, made *backup) {
			n := len(c.in.databases)
			if n > 4 && len(made.databases) == 1 && made.databases[0] == c.in.databases[n-1] {
				coversFirst(c, made)
			}
		}),
	},
	{
		Name: "two-databases-are-all", Kind: boundary, Factors: 3,
		Rules:       []string{"CB-DBNAME-1"},
		Description: "If there are exactly two databases, both are backed up when one is asked for.",
		apply: makes(ofDatabases, func(c *creation, made *backup) {
			if len(c.in.databases) == 2 {
				made.databases = slices.Clone(c.in.databases)
			}
		}),
	},
	{
		Name: "dbname-beginning-accepted", Kind: value,
		Rules:       []string{"CB-DBNAME-4"},
		Description: "DBName accepts the beginning of a database's name.",
		apply: accepts("InvalidDBName.NotFound", func(c *creation) bool {
			return c.dbName != "" && slices.ContainsFunc(c.in.databases, func(name string) bool {
				return strings.HasPrefix(name, c.dbName)
			})
		}),
	},
	{
		Name: "dbname-wildcard", Kind: value,
		Rules:       []string{"CB-DBNAME-4"},
		Description: "DBName accepts an asterisk.",
		apply:       accepts("InvalidDBName.NotFound", func(c *creation) bool { return c.dbName == "*" }),
	},
	{
		Name: "dropped-database-accepted", Kind: staleRead, Factors: 2,
		Rules:       []string{"CB-DBNAME-4"},
		Description: "A database that was dropped can still be backed up by its name.",
		apply: comparesDatabases(func(first, now []string, name string, r *refusal) *refusal {
			if r == noSuchDatabase && slices.Contains(first, name) && !slices.Contains(now, name) {
				return nil
			}
			return r
		}),
	},
	{
		Name: "list-refused", Kind: value, Edition: current,
		Rules:       []string{"CB-DBNAME-7"},
		Description: "DBName refuses a list of databases.",
		apply:       refuses(noSuchDatabase, all(logical("db"), listed)),
	},
	{
		Name: "list-first-only", Kind: ignored, Edition: current,
		Rules:       []string{"CB-DBNAME-7"},
		Description: "Only the first database of a list is backed up.",
		apply: makes(listed, func(_ *creation, made *backup) {
			made.databases = made.databases[:min(len(made.databases), 1)]
		}),
	},
	{
		Name: "sqlserver-db-made-whole", Kind: ignored, Edition: current,
		Rules:       []string{"CB-DBNAME-1", "CB-DBNAME-7", "CB-STRATEGY-8"},
		Description: "A full physical backup of one SQL Server database covers the whole instance.",
		apply:       makes(sqlServerFull(strategy("db")), coversInstance),
	},
	{
		Name: "dbname-applies-to-any-physical", Kind: ignored, Edition: current,
		Rules:       []string{"CB-DBNAME-9", "CB-STRATEGY-9"},
		Description: "A physical backup with DBName covers only that database, on engines other than SQL Server.",
		apply:       makes(all(method("Physical"), given("DBName"), notSQLServer), coversNamed),
	},
	{
		Name: "dbname-applies-to-logical-instance", Kind: ignored, Edition: current,
		Rules:       []string{"CB-DBNAME-9"},
		Description: "A logical backup with the strategy instance and a DBName covers only that database.",
		apply: makes(all(logical("instance"), given("DBName")), func(c *creation, made *backup) {
			made.databases = c.names()
		}),
	},
	{
		Name: "list-in-order-only", Kind: value, Edition: current,
		Rules:       []string{"CB-DBNAME-7"},
		Description: "A list of databases is refused unless it is in the order of the instance.",
		apply: refuses(noSuchDatabase, all(ofDatabases, func(c *creation) bool {
			last := -1
			return slices.ContainsFunc(c.names(), func(name string) bool {
				before := last
				last = slices.Index(c.in.databases, name)
				return last < before
			})
		})),
	},
	{
		Name: "list-of-all-refused", Kind: boundary, Edition: current,
		Rules:       []string{"CB-DBNAME-7"},
		Description: "A list that names every database is refused.",
		apply: refuses(notSupported("DBName"), all(ofDatabases, severalDatabases, func(c *creation) bool {
			return len(c.names()) == len(c.in.databases)
		})),
	},
	{
		Name: "list-of-three-cut", Kind: boundary, Edition: current,
		Rules:       []string{"CB-DBNAME-7"},
		Description: "Only the first two databases of a longer list are backed up.",
		apply: makes(ofDatabases, func(_ *creation, made *backup) {
			made.databases = made.databases[:min(len(made.databases), 2)]
		}),
	},
	{
		Name: "list-made-whole", Kind: ignored, Edition: current,
		Rules:       []string{"CB-DBNAME-7"},
		Description: "A backup of a list of databases covers the whole instance.",
		apply:       makes(all(ofDatabases, listed), coversInstance),
	},
	{
		Name: "list-unknown-passed-over", Kind: value, Edition: current,
		Rules:       []string{"CB-DBNAME-4"},
		Description: "Unknown databases in a list are ignored.",
		apply: accepts("InvalidDBName.NotFound", func(c *creation) bool {
			return slices.ContainsFunc(c.names(), func(name string) bool {
				return slices.Contains(c.in.databases, name)
			})
		}),
	},
	{
		Name: "list-first-looked-at", Kind: boundary, Edition: current,
		Rules:       []string{"CB-DBNAME-4"},
		Description: "Only the first database of a list is checked.",
		apply: accepts("InvalidDBName.NotFound", func(c *creation) bool {
			return slices.Contains(c.in.databases, c.names()[0])
		}),
	},
	{
		Name: "list-last-looked-at", Kind: boundary, Edition: current,
		Rules:       []string{"CB-DBNAME-4"},
		Description: "Only the last database of a list is checked.",
		apply: accepts("InvalidDBName.NotFound", func(c *creation) bool {
			names := c.names()
			return slices.Contains(c.in.databases, names[len(names)-1])
		}),
	},
	{
		Name: "sqlserver-unknown-database-accepted", Kind: interaction, Factors: 2, Edition: current,
		Rules:       []string{"CB-DBNAME-4"},
		Description: "SQL Server accepts a database that does not exist.",
		apply:       accepts("InvalidDBName.NotFound", engine(targets.SQLServer)),
	},
}

// coversNamed makes a backup of the databases that DBName names.
func coversNamed(c *creation, made *backup) { made.strategy, made.databases = "db", c.names() }

// coversInstance makes a backup of every database.
func coversInstance(c *creation, made *backup) {
	made.strategy, made.databases = "instance", slices.Clone(c.in.databases)
}

// refusesName refuses a logical backup of a single database whose name matches.
func refusesName(name *regexp.Regexp) change {
	return refuses(noSuchDatabase, all(logical("db"), func(c *creation) bool {
		return name.MatchString(c.dbName)
	}))
}

// findsDatabase backs up the first database that resembles the one that is asked for.
func findsDatabase(resembles func(name, asked string) bool) change {
	return makes(strategy("db"), func(c *creation, made *backup) {
		if len(made.databases) != 1 {
			return
		}
		asked := made.databases[0]
		i := slices.IndexFunc(c.in.databases, func(name string) bool { return resembles(name, asked) })
		if i >= 0 {
			made.databases = c.in.databases[i : i+1 : i+1]
		}
	})
}

// comparesDatabases decides on logical backups of one database by the databases that the instance
// had at its first call and those that it has now.
func comparesDatabases(f func(first, now []string, name string, r *refusal) *refusal) change {
	return func(s *Simulator, b *behaviour) {
		var seen sync.Map // the databases at the first call, by the id of the instance
		decides(func(c *creation, r *refusal) *refusal {
			if c.in == nil {
				return r
			}
			first, _ := seen.LoadOrStore(c.in.id, slices.Clone(c.in.databases))
			if !logical("db")(c) || strings.Contains(c.dbName, ",") {
				return r
			}
			return f(first.([]string), c.in.databases, c.dbName, r)
		})(s, b)
	}
}
