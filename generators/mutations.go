package generators

import "slices"

// Mutation makes a valid row wrong in one thing: it sets one factor to a class. Undoing it is what mends the call.
type Mutation struct {
	Rule   string // by which the mutated call is refused
	Factor int
	Class  int
	given  []choice // what must be so of the valid row
}

// derive lists the mutations: every invalid class, and the classes that are wrong only beside others.
func (m *Model) derive() {
	for f, factor := range m.Factors {
		for c, class := range factor.Classes {
			if class.Kind != Invalid {
				continue
			}
			mu := Mutation{Rule: class.Rule, Factor: f, Class: c}
			switch factor.Name {
			case Strategy: // valid only there
				mu.given = []choice{m.pick(Method, "Logical")}
			case DBName:
				mu.given = []choice{m.pick(Method, "Logical"), m.pick(Strategy, "db")}
			case Today: // a backup of today is the last backup
				mu.given = []choice{m.pick(Last, "completed")}
			case Type:
				if m.Edition.TypeOnlySQLServerPhysical {
					mu.given = []choice{m.pick(Engine, "SQLServer"), m.but(Method, "Logical", "Snapshot"), m.pick(Strategy, Absent)}
				}
			case Retention:
				mu.given = []choice{m.pick(Engine, "SQLServer"), m.but(Method, "Logical", "Snapshot"), m.pick(Type, "FullBackup"), m.pick(Strategy, "db")}
			}
			m.mutations = append(m.mutations, mu)
		}
	}
	if !m.Edition.SQLServerDatabases {
		m.beside("CB-METHOD-6", Engine, "SQLServer", m.pick(Method, "Logical"))
		m.beside("CB-METHOD-6", Method, "Logical", m.pick(Engine, "SQLServer"), m.but(Databases, "none"))
	}
	m.beside("CB-METHOD-5", Databases, "none", m.pick(Method, "Logical"), m.pick(DBName, Absent))
	logical := m.but(Engine, "SQLServer")
	if m.Edition.LogicalOfMySQL {
		logical = m.pick(Engine, "MySQL")
	}
	m.beside("CB-METHOD-5", Method, "Logical", m.pick(Databases, "none"), logical, m.pick(Strategy, Absent))
	if m.Edition.SQLServerDatabases {
		full := []choice{m.pick(Engine, "SQLServer"), m.but(Method, "Logical", "Snapshot"), m.pick(Type, "FullBackup")}
		m.beside("CB-STRATEGY-2", Strategy, Other, append(full, m.pick(Retention, Absent))...)
		for _, unknown := range []string{Unknown, Partly} {
			m.beside("CB-DBNAME-4", DBName, unknown, append(full, m.pick(Strategy, "db"))...)
		}
	}
}

func (m *Model) beside(rule, factor, class string, given ...choice) {
	if c := m.Class(factor, class); c >= 0 {
		m.mutations = append(m.mutations, Mutation{Rule: rule, Factor: m.Index(factor), Class: c, given: given})
	}
}

// Mutations lists every way to make a valid row wrong in one thing, in a fixed order.
func (m *Model) Mutations() []Mutation { return m.mutations }

// Applies tells whether the mutation makes a wrong row of this valid one, as far as the row is set.
func (mu Mutation) Applies(row []int) bool {
	return row[mu.Factor] != mu.Class && meets(row, mu.given)
}

// meets tells whether the factors that are set in row have the classes that are given.
func meets(row []int, given []choice) bool {
	return !slices.ContainsFunc(given, func(c choice) bool { return row[c.factor] >= 0 && c.classes&(1<<row[c.factor]) == 0 })
}
