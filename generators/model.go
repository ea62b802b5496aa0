package generators

import (
	"slices"
	"strconv"

	"github.com/cbspec/cbspec/generators/oracle"
)

// Model is the parameter model of one edition for one target: its factors as data, and the classes
// that cannot be combined.
type Model struct {
	Edition oracle.Edition
	Factors []Factor
	// Stop ends the making of covering arrays early once it returns true. Nil never ends it.
	Stop func() bool
	// forbidden lists conjunctions that no valid vector contains.
	forbidden [][]choice
	mutations []Mutation
	names     map[string][]string // of the databases, by class
}

// NewModel returns the parameter model of an edition within a scope.
func NewModel(e oracle.Edition, s ModelScope) *Model {
	b := modelBuilder{&Model{Edition: e, names: namesIn(s.FixturePool)}}
	if s.SingleInstance != nil {
		b.names = map[string][]string{numberOf(s.SingleInstance.Databases): s.SingleInstance.Databases}
		s = s.narrowed()
	}
	b.addCondition(s)
	b.addStorage(s.Storages)
	b.addIdentity()
	b.addMethod()
	b.addDatabaseSelection()
	b.addType()
	b.addRetention()
	b.addTransport(s)
	b.constrain()
	b.limitToPool(s.FixturePool)
	b.derive()
	return b.Model
}

// Index returns the index of the factor of that name, or -1.
func (m *Model) Index(factor string) int {
	return slices.IndexFunc(m.Factors, func(f Factor) bool { return f.Name == factor })
}

// Class returns the index of the class of that name in the factor of that name, or -1.
func (m *Model) Class(factor, class string) int {
	f := m.Index(factor)
	if f < 0 {
		return -1
	}
	return slices.IndexFunc(m.Factors[f].Classes, func(c Class) bool { return c.Name == class })
}

func itoa(n int) string { return strconv.Itoa(n) }
