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

// InPlaceOf returns the mutation of valid vectors that have a class of its factor. An empty class
// is any.
func (m *Model) InPlaceOf(mu Mutation, class string) Mutation {
	if class != "" {
		mu.given = append(slices.Clone(mu.given), m.pick(m.Factors[mu.Factor].Name, class))
	}
	return mu
}

// meets reports whether the factors that are set in row have the given classes.
func meets(row []int, given []choice) bool {
	return !slices.ContainsFunc(given, func(c choice) bool {
		return row[c.factor] >= 0 && c.classes&(1<<row[c.factor]) == 0
	})
}

// derive lists the mutations: every invalid class, and the classes that are wrong only together
// with others.
func (b modelBuilder) derive() {
	for f, factor := range b.Factors {
		for c, class := range factor.Classes {
			if class.Kind == Invalid {
				mu := Mutation{Rule: class.Rule, Factor: f, Class: c, given: b.whereValid(factor.Name)}
				b.mutations = append(b.mutations, mu)
			}
		}
	}
	b.deriveCombined()
}

// whereValid lists what a vector must have for a factor to have an effect.
func (b modelBuilder) whereValid(factor string) []choice {
	switch factor {
	case Strategy:
		return []choice{b.pick(Method, "Logical")}
	case DBName:
		return []choice{b.pick(Method, "Logical"), b.pick(Strategy, "db")}
	case Today: // a backup of today is the last backup
		return []choice{b.pick(Last, targets.LastCompleted)}
	case Type:
		if b.Edition.TypeOnlySQLServerPhysical {
			return []choice{b.pick(Engine, targets.SQLServer), b.except(Method, "Logical", "Snapshot"), b.pick(Strategy, Absent)}
		}
	case Retention:
		return append(b.fullOfSQLServer(), b.pick(Strategy, "db"))
	}
	return nil
}

// fullOfSQLServer lists what a full physical backup of SQL Server has.
func (b modelBuilder) fullOfSQLServer() []choice {
	return []choice{
		b.pick(Engine, targets.SQLServer), b.except(Method, "Logical", "Snapshot"), b.pick(Type, "FullBackup"),
	}
}

// deriveCombined lists the mutations to classes that are valid, and wrong only together with
// others.
func (b modelBuilder) deriveCombined() {
	if !b.Edition.SQLServerDatabases {
		b.wrongWith("CB-METHOD-6", Engine, targets.SQLServer, b.pick(Method, "Logical"))
		b.wrongWith("CB-METHOD-6", Method, "Logical", b.pick(Engine, targets.SQLServer), b.except(Databases, noDatabase))
	}
	b.wrongWith("CB-METHOD-5", Databases, noDatabase, b.pick(Method, "Logical"), b.pick(DBName, Absent))
	logical := b.except(Engine, targets.SQLServer)
	if b.Edition.LogicalOfMySQL {
		logical = b.pick(Engine, targets.MySQL)
	}
	b.wrongWith("CB-METHOD-5", Method, "Logical", b.pick(Databases, noDatabase), logical, b.pick(Strategy, Absent))
	if b.Edition.SQLServerDatabases {
		b.wrongWith("CB-STRATEGY-2", Strategy, Other, append(b.fullOfSQLServer(), b.pick(Retention, Absent))...)
		for _, unknown := range []string{Unknown, Partly} {
			b.wrongWith("CB-DBNAME-4", DBName, unknown, append(b.fullOfSQLServer(), b.pick(Strategy, "db"))...)
		}
	}
}

// wrongWith adds a mutation to a class that is wrong together with the given choices.
func (b modelBuilder) wrongWith(rule, factor, class string, given ...choice) {
	if c := b.Class(factor, class); c >= 0 {
		b.mutations = append(b.mutations, Mutation{Rule: rule, Factor: b.Index(factor), Class: c, given: given})
	}
}
