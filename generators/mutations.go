package generators

import (
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// Mutation makes a valid vector wrong in one thing: it sets one factor to another class. The valid
// vector is the control of the wrong one.
type Mutation struct {
	Rule   string // the rule by which the mutated call is refused
	Factor int
	Class  int
	given  []choice // what the valid vector must have
}

// Mutations lists every way to make a valid vector wrong in one thing, in a fixed order.
func (m *Model) Mutations() []Mutation { return m.mutations }

// Applies reports whether the mutation makes a wrong row of this valid row, as far as the row is
// set.
func (mu Mutation) Applies(row []int) bool {
	return row[mu.Factor] != mu.Class && meets(row, mu.given)
}

// meets reports whether the factors that are set in row have the given classes.
func meets(row []int, given []choice) bool {
	return !slices.ContainsFunc(given, func(c choice) bool {
		return row[c.factor] >= 0 && c.classes&(1<<row[c.factor]) == 0
	})
}

// derive lists the mutations: every invalid class, and the classes that are wrong only together
// with others.
func (m *Model) derive() {
	for f, factor := range m.Factors {
		for c, class := range factor.Classes {
			if class.Kind == Invalid {
				mu := Mutation{Rule: class.Rule, Factor: f, Class: c, given: m.whereValid(factor.Name)}
				m.mutations = append(m.mutations, mu)
			}
		}
	}
	m.deriveCombined()
}

// whereValid lists what a vector must have for a factor to have an effect.
func (m *Model) whereValid(factor string) []choice {
	switch factor {
	case Strategy:
		return []choice{m.pick(Method, "Logical")}
	case DBName:
		return []choice{m.pick(Method, "Logical"), m.pick(Strategy, "db")}
	case Today: // a backup of today is the last backup
		return []choice{m.pick(Last, targets.LastCompleted)}
	case Type:
		if m.Edition.TypeOnlySQLServerPhysical {
			return []choice{m.pick(Engine, targets.SQLServer), m.except(Method, "Logical", "Snapshot"), m.pick(Strategy, Absent)}
		}
	case Retention:
		return append(m.fullOfSQLServer(), m.pick(Strategy, "db"))
	}
	return nil
}

// fullOfSQLServer lists what a full physical backup of SQL Server has.
func (m *Model) fullOfSQLServer() []choice {
	return []choice{
		m.pick(Engine, targets.SQLServer), m.except(Method, "Logical", "Snapshot"), m.pick(Type, "FullBackup"),
	}
}

// deriveCombined lists the mutations to classes that are valid, and wrong only together with
// others.
func (m *Model) deriveCombined() {
	if !m.Edition.SQLServerDatabases {
		m.wrongWith("CB-METHOD-6", Engine, targets.SQLServer, m.pick(Method, "Logical"))
		m.wrongWith("CB-METHOD-6", Method, "Logical", m.pick(Engine, targets.SQLServer), m.except(Databases, noDatabase))
	}
	m.wrongWith("CB-METHOD-5", Databases, noDatabase, m.pick(Method, "Logical"), m.pick(DBName, Absent))
	logical := m.except(Engine, targets.SQLServer)
	if m.Edition.LogicalOfMySQL {
		logical = m.pick(Engine, targets.MySQL)
	}
	m.wrongWith("CB-METHOD-5", Method, "Logical", m.pick(Databases, noDatabase), logical, m.pick(Strategy, Absent))
	if m.Edition.SQLServerDatabases {
		m.wrongWith("CB-STRATEGY-2", Strategy, Other, append(m.fullOfSQLServer(), m.pick(Retention, Absent))...)
		for _, unknown := range []string{Unknown, Partly} {
			m.wrongWith("CB-DBNAME-4", DBName, unknown, append(m.fullOfSQLServer(), m.pick(Strategy, "db"))...)
		}
	}
}

// wrongWith adds a mutation to a class that is wrong together with the given choices.
func (m *Model) wrongWith(rule, factor, class string, given ...choice) {
	if c := m.Class(factor, class); c >= 0 {
		m.mutations = append(m.mutations, Mutation{Rule: rule, Factor: m.Index(factor), Class: c, given: given})
	}
}
