package generators

import (
	"slices"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// choice is a set of classes of one factor.
type choice struct {
	factor  int
	classes uint64 // bit i is class i
}

// pick returns the choice of those classes of a factor.
func (m *Model) pick(factor string, classes ...string) choice {
	c := choice{factor: m.Index(factor)}
	for _, name := range classes {
		if i := m.Class(factor, name); i >= 0 {
			c.classes |= 1 << i
		}
	}
	return c
}

// except returns the choice of every class of a factor that is not listed.
func (b modelBuilder) except(factor string, classes ...string) choice {
	c := b.pick(factor, classes...)
	if c.factor < 0 {
		return choice{}
	}
	c.classes ^= 1<<len(b.Factors[c.factor].Classes) - 1
	return c
}

// constrain forbids the classes that the document does not let a valid call combine. Each line is
// one statement.
func (b modelBuilder) constrain() {
	notLogical := b.except(Method, "Logical")
	b.forbid(b.pick(Last, targets.LastNone), b.except(Today, "0")) // a backup of today is the last backup
	b.forbid(b.pick(Databases, noDatabase), b.pick(DBName, Existing))
	b.forbid(b.pick(Databases, noDatabase, oneDatabase), b.pick(DBName, List, AllOf))
	b.forbid(b.pick(Method, "Logical"), b.pick(Databases, noDatabase))
	if b.Edition.LogicalOfMySQL {
		b.forbid(b.pick(Method, "Logical"), b.except(Engine, targets.MySQL))
	} else {
		b.forbid(b.pick(Method, "Logical"), b.pick(Engine, targets.SQLServer))
	}
	b.forbid(b.pick(Strategy, "db"), b.pick(DBName, Absent))
	b.forbid(b.pick(Strategy, Absent, "instance"), b.except(DBName, Absent))
	if !b.Edition.SQLServerDatabases {
		b.forbid(notLogical, b.except(Strategy, Absent))
		b.forbid(notLogical, b.except(DBName, Absent))
		return
	}
	b.constrainCurrent()
}

// constrainCurrent adds the constraints of the current edition alone.
func (b modelBuilder) constrainCurrent() {
	notLogical := b.except(Method, "Logical")
	notSQLServer, notFull := b.except(Engine, targets.SQLServer), b.except(Type, "FullBackup")
	for _, parameter := range []string{Strategy, DBName} {
		b.forbid(notLogical, notSQLServer, b.except(parameter, Absent))
		b.forbid(notLogical, notFull, b.except(parameter, Absent))
	}
	b.forbid(notSQLServer, b.except(Type, Absent)) // valid only for a physical backup of SQL Server
	b.forbid(b.pick(Method, "Snapshot"), b.except(Type, Absent))
	b.forbid(b.pick(Method, "Snapshot"), b.pick(Engine, targets.MariaDB))
	b.forbid(b.pick(Method, "Snapshot"), b.except(Storage, oracle.CloudDisk))
	b.forbid(b.except(Method, "Snapshot"), b.pick(Storage, oracle.CloudDisk)) // disks matter for no other method
	b.forbid(b.except(Retention, Absent), notSQLServer)
	b.forbid(b.except(Retention, Absent), notFull)
	b.forbid(b.except(Retention, Absent), b.except(Strategy, "db"))
	b.forbid(b.except(Retention, Absent), b.pick(Method, "Logical"))
}

// limitToPool forbids an engine with a number of databases that no active instance of the pool has.
func (b modelBuilder) limitToPool(conditions []targets.Condition) {
	if conditions == nil {
		return
	}
	for _, engine := range b.Factors[b.Index(Engine)].Classes {
		for _, number := range b.Factors[b.Index(Databases)].Classes {
			has := slices.ContainsFunc(conditions, func(c targets.Condition) bool {
				return c.Engine == engine.Name && c.Status == targets.Running && numberOf(c.Databases) == number.Name
			})
			if !has {
				b.forbid(b.pick(Engine, engine.Name), b.pick(Databases, number.Name))
			}
		}
	}
}

// forbid says that no valid vector has all these choices.
func (b modelBuilder) forbid(conjunction ...choice) {
	for _, c := range conjunction {
		if c.classes == 0 {
			return // a class that the model lacks occurs nowhere
		}
	}
	b.forbidden = append(b.forbidden, conjunction)
}

// holds reports whether every factor of the conjunction is set in row to one of its classes.
func holds(conjunction []choice, row []int) bool {
	for _, c := range conjunction {
		if row[c.factor] < 0 || c.classes&(1<<row[c.factor]) == 0 {
			return false
		}
	}
	return true
}

// Allowed reports whether a valid call can have the classes that are set in row. A row has a class
// for each factor, or -1 where the factor is not set.
func (m *Model) Allowed(row []int) bool {
	for _, conjunction := range m.forbidden {
		if holds(conjunction, row) {
			return false
		}
	}
	return true
}
