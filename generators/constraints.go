package generators

import (
	"slices"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// constrain says which classes the document does not let stand together in a valid call. Each line is one statement.
func (m *Model) constrain() {
	notLogical := m.but(Method, "Logical")
	m.forbid(m.pick(Last, "none"), m.but(Today, "0")) // a backup of today is the last backup
	m.forbid(m.pick(Databases, "none"), m.pick(DBName, Existing))
	m.forbid(m.pick(Databases, "none", "one"), m.pick(DBName, List, AllOf))
	m.forbid(m.pick(Method, "Logical"), m.pick(Databases, "none"))
	if m.Edition.LogicalOfMySQL {
		m.forbid(m.pick(Method, "Logical"), m.but(Engine, "MySQL"))
	} else {
		m.forbid(m.pick(Method, "Logical"), m.pick(Engine, "SQLServer"))
	}
	m.forbid(m.pick(Strategy, "db"), m.pick(DBName, Absent))
	m.forbid(m.pick(Strategy, Absent, "instance"), m.but(DBName, Absent))
	if !m.Edition.SQLServerDatabases {
		m.forbid(notLogical, m.but(Strategy, Absent))
		m.forbid(notLogical, m.but(DBName, Absent))
		return
	}
	notSQLServer, notFull := m.but(Engine, "SQLServer"), m.but(Type, "FullBackup")
	for _, parameter := range []string{Strategy, DBName} {
		m.forbid(notLogical, notSQLServer, m.but(parameter, Absent))
		m.forbid(notLogical, notFull, m.but(parameter, Absent))
	}
	m.forbid(notSQLServer, m.but(Type, Absent)) // valid only for a physical backup of SQL Server
	m.forbid(m.pick(Method, "Snapshot"), m.but(Type, Absent))
	m.forbid(m.pick(Method, "Snapshot"), m.pick(Engine, "MariaDB"))
	m.forbid(m.pick(Method, "Snapshot"), m.but(Storage, oracle.CloudDisk))
	m.forbid(m.but(Method, "Snapshot"), m.pick(Storage, oracle.CloudDisk)) // of no other method do disks matter
	m.forbid(m.but(Retention, Absent), notSQLServer)
	m.forbid(m.but(Retention, Absent), notFull)
	m.forbid(m.but(Retention, Absent), m.but(Strategy, "db"))
	m.forbid(m.but(Retention, Absent), m.pick(Method, "Logical"))
}

// offer forbids the engines with numbers of databases that none of the instances has.
func (m *Model) offer(conditions []targets.Condition) {
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

func (m *Model) forbid(cs ...choice) {
	for _, c := range cs {
		if c.classes == 0 {
			return // a class that this model lacks stands with nothing
		}
	}
	m.forbidden = append(m.forbidden, cs)
}

// pick is the choice of those classes of a factor.
func (m *Model) pick(factor string, classes ...string) choice {
	c := choice{factor: m.Index(factor)}
	for _, name := range classes {
		if i := m.Class(factor, name); i >= 0 {
			c.classes |= 1 << i
		}
	}
	return c
}

// but is the choice of every class of a factor but those.
func (m *Model) but(factor string, classes ...string) choice {
	c := m.pick(factor, classes...)
	if c.factor < 0 {
		return choice{}
	}
	c.classes ^= 1<<len(m.Factors[c.factor].Classes) - 1
	return c
}

// holds tells whether every factor of the conjunction is set in row, to one of its classes.
func holds(conjunction []choice, row []int) bool {
	for _, c := range conjunction {
		if row[c.factor] < 0 || c.classes&(1<<row[c.factor]) == 0 {
			return false
		}
	}
	return true
}

// Allowed tells whether the factors that are set in row (a class each, -1 where it is not set) can stand together in a valid call.
func (m *Model) Allowed(row []int) bool {
	for _, f := range m.forbidden {
		if holds(f, row) {
			return false
		}
	}
	return true
}
