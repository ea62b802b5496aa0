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
func (m *Model) except(factor string, classes ...string) choice {
	c := m.pick(factor, classes...)
	if c.factor < 0 {
		return choice{}
	}
	c.classes ^= 1<<len(m.Factors[c.factor].Classes) - 1
	return c
}

// constrain forbids the classes that the document does not let a valid call combine. Each line is
// one statement.
func (m *Model) constrain() {
	notLogical := m.except(Method, "Logical")
	m.forbid(m.pick(Last, targets.LastNone), m.except(Today, "0")) // a backup of today is the last backup
	m.forbid(m.pick(Databases, noDatabase), m.pick(DBName, Existing))
	m.forbid(m.pick(Databases, noDatabase, oneDatabase), m.pick(DBName, List, AllOf))
	m.forbid(m.pick(Method, "Logical"), m.pick(Databases, noDatabase))
	if m.Edition.LogicalOfMySQL {
		m.forbid(m.pick(Method, "Logical"), m.except(Engine, targets.MySQL))
	} else {
		m.forbid(m.pick(Method, "Logical"), m.pick(Engine, targets.SQLServer))
	}
	m.forbid(m.pick(Strategy, "db"), m.pick(DBName, Absent))
	m.forbid(m.pick(Strategy, Absent, "instance"), m.except(DBName, Absent))
	if !m.Edition.SQLServerDatabases {
		m.forbid(notLogical, m.except(Strategy, Absent))
		m.forbid(notLogical, m.except(DBName, Absent))
		return
	}
	m.constrainCurrent()
}

// constrainCurrent adds the constraints of the current edition alone.
func (m *Model) constrainCurrent() {
	notLogical := m.except(Method, "Logical")
	notSQLServer, notFull := m.except(Engine, targets.SQLServer), m.except(Type, "FullBackup")
	for _, parameter := range []string{Strategy, DBName} {
		m.forbid(notLogical, notSQLServer, m.except(parameter, Absent))
		m.forbid(notLogical, notFull, m.except(parameter, Absent))
	}
	m.forbid(notSQLServer, m.except(Type, Absent)) // valid only for a physical backup of SQL Server
	m.forbid(m.pick(Method, "Snapshot"), m.except(Type, Absent))
	m.forbid(m.pick(Method, "Snapshot"), m.pick(Engine, targets.MariaDB))
	m.forbid(m.pick(Method, "Snapshot"), m.except(Storage, oracle.CloudDisk))
	m.forbid(m.except(Method, "Snapshot"), m.pick(Storage, oracle.CloudDisk)) // disks matter for no other method
	m.forbid(m.except(Retention, Absent), notSQLServer)
	m.forbid(m.except(Retention, Absent), notFull)
	m.forbid(m.except(Retention, Absent), m.except(Strategy, "db"))
	m.forbid(m.except(Retention, Absent), m.pick(Method, "Logical"))
}

// limitToPool forbids an engine with a number of databases that no active instance of the pool has.
func (m *Model) limitToPool(conditions []targets.Condition) {
	if conditions == nil {
		return
	}
	for _, engine := range m.Factors[m.Index(Engine)].Classes {
		for _, number := range m.Factors[m.Index(Databases)].Classes {
			has := slices.ContainsFunc(conditions, func(c targets.Condition) bool {
				return c.Engine == engine.Name && c.Status == targets.Running && numberOf(c.Databases) == number.Name
			})
			if !has {
				m.forbid(m.pick(Engine, engine.Name), m.pick(Databases, number.Name))
			}
		}
	}
}

// forbid says that no valid vector has all these choices.
func (m *Model) forbid(conjunction ...choice) {
	for _, c := range conjunction {
		if c.classes == 0 {
			return // a class that the model lacks occurs nowhere
		}
	}
	m.forbidden = append(m.forbidden, conjunction)
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
