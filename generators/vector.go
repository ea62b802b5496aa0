package generators

import (
	"fmt"
	"slices"
	"strconv"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// Vector is a test vector of the parameter model: a class of every factor, and a value of each
// class.
type Vector struct {
	Classes []int
	Values  []string
}

// Clone returns a copy that shares nothing.
func (v Vector) Clone() Vector { return Vector{slices.Clone(v.Classes), slices.Clone(v.Values)} }

// Draw draws a value for each class of the row.
func (m *Model) Draw(t *rapid.T, row []int) Vector {
	v := Vector{Classes: slices.Clone(row), Values: make([]string, len(row))}
	for f := range row {
		v.Values[f] = m.draw(t, f, row[f])
	}
	return v
}

func (m *Model) draw(t *rapid.T, f, class int) string {
	c := m.Factors[f].Classes[class]
	if c.Value == nil {
		return c.Name
	}
	return c.Value.Draw(t, m.Factors[f].Name)
}

// With returns the vector with factor f set to a class, whose value it draws.
func (m *Model) With(t *rapid.T, v Vector, f, class int) Vector {
	v = v.Clone()
	v.Classes[f], v.Values[f] = class, m.draw(t, f, class)
	return v
}

// Baseline returns the simplest valid row: the first class of every factor.
func (m *Model) Baseline() []int { return make([]int, len(m.Factors)) }

// BaselineVector returns the vector of the first class of every factor: the plainest call that is
// valid.
func (m *Model) BaselineVector() Vector {
	v := Vector{Classes: m.Baseline(), Values: make([]string, len(m.Factors))}
	for f, factor := range m.Factors {
		v.Values[f] = factor.Classes[0].Name
	}
	return v
}

// ClassName returns the name of the vector's class of a factor, or "" if the model has no such
// factor.
func (m *Model) ClassName(v Vector, factor string) string {
	f := m.Index(factor)
	if f < 0 {
		return ""
	}
	return m.Factors[f].Classes[v.Classes[f]].Name
}

// value returns the vector's value of a factor. A factor that the model does not have is absent.
func (m *Model) value(v Vector, factor string) string {
	f := m.Index(factor)
	if f < 0 {
		return Absent
	}
	return v.Values[f]
}

// Condition returns the condition of the vector's instance.
func (m *Model) Condition(v Vector) targets.Condition {
	today, err := strconv.Atoi(m.value(v, Today))
	if err != nil {
		panic(fmt.Sprintf("the class %q of %s is not a number", m.value(v, Today), Today)) // classes are numbers
	}
	c := targets.Condition{
		Engine: m.value(v, Engine), Status: m.value(v, Status), Databases: slices.Clone(m.databasesOf(v)),
		BackupsToday: today, LastBackup: m.value(v, Last),
	}
	if lock := m.value(v, Lock); lock != Absent {
		c.LockMode = lock
	}
	if storage := m.value(v, Storage); storage != Absent {
		c.Storage = storage
	}
	return c
}

// Case returns the case that makes the vector's call on an instance in its condition.
func (m *Model) Case(v Vector) targets.Case {
	call := m.Call(v, 0)
	return targets.Case{
		Conditions: []targets.Condition{m.Condition(v)},
		Steps:      []targets.Step{{Do: targets.StepCall, Call: &call}},
	}
}

// Expect says what the oracle expects of the vector's call.
func (m *Model) Expect(v Vector) oracle.Expectation {
	return oracle.NewWorld(m.Edition, []targets.Condition{m.Condition(v)}).Expect(m.Call(v, 0))
}
