package simulator

import (
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// predicate reports whether something holds for a call of CreateBackup whose instance is known.
type predicate func(*creation) bool

func anyCall(*creation) bool { return true }

func all(ps ...predicate) predicate {
	return func(c *creation) bool {
		return !slices.ContainsFunc(ps, func(p predicate) bool { return !p(c) })
	}
}

func not(p predicate) predicate { return func(c *creation) bool { return !p(c) } }

func engine(name string) predicate  { return func(c *creation) bool { return c.in.engine == name } }
func method(m string) predicate     { return func(c *creation) bool { return c.method == m } }
func strategy(s string) predicate   { return func(c *creation) bool { return c.strategy == s } }
func logical(s string) predicate    { return all(method("Logical"), strategy(s)) }
func kind(k string) predicate       { return func(c *creation) bool { return c.kind == k } }
func given(name string) predicate   { return func(c *creation) bool { return c.given[name] } }
func without(name string) predicate { return not(given(name)) }
func today(n int) predicate         { return func(c *creation) bool { return c.today() == n } }
func inStatus(s string) predicate   { return func(c *creation) bool { return c.in.status == s } }
func sentBy(httpMethod string) predicate {
	return func(c *creation) bool { return c.e.r.Method == httpMethod }
}
func format(f string) predicate { return func(c *creation) bool { return c.e.format == f } }

func noDatabases(c *creation) bool      { return len(c.in.databases) == 0 }
func severalDatabases(c *creation) bool { return len(c.in.databases) > 1 }
func backedUp(c *creation) bool         { return c.in.last() != nil }
func notSQLServer(c *creation) bool     { return c.in.engine != targets.SQLServer }
func listed(c *creation) bool           { return len(c.names()) > 1 }

// laterDay holds on every day but the one on which the instance was made.
func laterDay(c *creation) bool { return c.in.shift > 0 }

// lastOfQuota holds for a call that would use up the quota.
func lastOfQuota(c *creation) bool { return c.today() == c.quota()-1 }

// lastFailed holds if the last backup failed.
func lastFailed(c *creation) bool {
	last := c.in.last()
	return last != nil && last.status == targets.LastFailed
}

// lastLogical holds if the last backup is a logical one.
func lastLogical(c *creation) bool {
	last := c.in.last()
	return last != nil && last.method == "Logical"
}

// ofDatabases holds for backups of single databases, where BackupStrategy is valid.
func ofDatabases(c *creation) bool { return c.ranges() && c.strategy == "db" }

// typeTakesEffect holds where BackupType takes effect in the current edition.
func typeTakesEffect(c *creation) bool {
	return c.in.engine == targets.SQLServer && c.method == "Physical"
}

func isSQLServerFull(c *creation) bool { return typeTakesEffect(c) && c.kind == "FullBackup" }

// sqlServerFull holds for full physical backups of SQL Server that satisfy further predicates.
func sqlServerFull(further ...predicate) predicate { return all(isSQLServerFull, all(further...)) }

// retentionTakesEffect holds where BackupRetentionPeriod takes effect in the current edition.
func retentionTakesEffect(c *creation) bool { return isSQLServerFull(c) && c.strategy == "db" }
