package generators

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// Vector is one case of the parameter model: a class of every factor, and the value drawn of it.
type Vector struct {
	Classes []int
	Values  []string
}

// Clone returns a copy that shares nothing.
func (p Vector) Clone() Vector { return Vector{slices.Clone(p.Classes), slices.Clone(p.Values)} }

// Draw draws a value for each class of the row.
func (m *Model) Draw(t *rapid.T, row []int) Vector {
	p := Vector{Classes: slices.Clone(row), Values: make([]string, len(row))}
	for f := range row {
		p.Values[f] = m.draw(t, f, row[f])
	}
	return p
}

func (m *Model) draw(t *rapid.T, f, class int) string {
	c := m.Factors[f].Classes[class]
	if c.Value == nil {
		return c.Name
	}
	return c.Value.Draw(t, m.Factors[f].Name)
}

// With returns the point with factor f set to a class, its value drawn anew.
func (m *Model) With(t *rapid.T, p Vector, f, class int) Vector {
	p = p.Clone()
	p.Classes[f], p.Values[f] = class, m.draw(t, f, class)
	return p
}

// ClassName returns the name of the point's class of the factor of that name, or "" where the model has no such factor.
func (m *Model) ClassName(p Vector, factor string) string {
	f := m.Index(factor)
	if f < 0 {
		return ""
	}
	return m.Factors[f].Classes[p.Classes[f]].Name
}

func (m *Model) value(p Vector, factor string) string {
	f := m.Index(factor)
	if f < 0 {
		return Absent
	}
	return p.Values[f]
}

// databases are those of an instance, by the class of the factor.
var databases = map[string][]string{"none": {}, "one": {"app"}, "several": {"app", "orders", "audit_log"}}

// Condition returns the condition of the point.
func (m *Model) Condition(p Vector) targets.Condition {
	today, err := strconv.Atoi(m.value(p, Today))
	if err != nil {
		panic(fmt.Sprintf("class %q of %s is no number", m.value(p, Today), Today))
	}
	c := targets.Condition{
		Engine: m.value(p, Engine), Status: m.value(p, Status), Databases: slices.Clone(m.namesOf(p)),
		BackupsToday: today, LastBackup: m.value(p, Last),
	}
	if lock := m.value(p, Lock); lock != Absent {
		c.LockMode = lock
	}
	if storage := m.value(p, Storage); storage != Absent {
		c.Storage = storage
	}
	return c
}

// Call returns the call of the point on the instance of that index.
func (m *Model) Call(p Vector, instance int) targets.Call {
	b := builder{method: http.MethodPost, public: targets.Query, business: targets.Query}
	switch m.value(p, SentBy) {
	case GetQuery:
		b.method = http.MethodGet
	case PostForm:
		b.public, b.business = targets.Body, targets.Body
	case PostSplit:
		b.business = targets.Body
	}
	b.add(b.public, "Action", m.value(p, Action))
	if v := m.value(p, InstanceID); v == "its id" {
		b.add(b.business, InstanceID, targets.InstanceRef(instance))
	} else {
		b.add(b.business, InstanceID, v)
	}
	b.add(b.business, Method, m.value(p, Method))
	b.add(b.business, Strategy, m.value(p, Strategy))
	b.add(b.business, DBName, m.database(p))
	b.add(b.business, Type, m.value(p, Type))
	b.add(b.business, Retention, m.value(p, Retention))
	b.add(b.public, Format, m.value(p, Format))
	if further := m.value(p, Further); further != "none" {
		for _, pair := range strings.Split(further, "&") {
			name, value, _ := strings.Cut(pair, "=")
			b.params = append(b.params, targets.Param{Name: name, Value: value, In: b.public})
		}
	}
	return targets.Call{Method: b.method, Params: b.params}
}

type builder struct {
	method           string
	public, business targets.Place
	params           []targets.Param
}

func (b *builder) add(in targets.Place, name, value string) {
	switch value {
	case Absent:
		return
	case Empty:
		value = ""
	}
	b.params = append(b.params, targets.Param{Name: name, Value: value, In: in})
}

// database is the DBName of the point, which depends on the databases of its condition.
func (m *Model) database(p Vector) string {
	names := m.namesOf(p)
	class := m.ClassName(p, DBName)
	if class == Unknown {
		return nearly(m.value(p, DBName), slices.Concat(names, []string{"none_here"})[0], names)
	}
	if !slices.Contains([]string{Existing, AnyCase, List, AllOf, Partly, OddList}, class) {
		return m.value(p, DBName)
	}
	if len(names) == 0 {
		return "none_here"
	}
	n, _ := strconv.Atoi(m.value(p, DBName)) // drawn as a number
	i := n % len(names)
	first, next := names[i], names[(i+1)%len(names)]
	switch class {
	case AnyCase:
		return strings.ToUpper(first)
	case List:
		return first + "," + next
	case AllOf: // from any of them on, forwards or backwards
		all := slices.Concat(names[i:], names[:i])
		if n%2 == 1 {
			slices.Reverse(all)
		}
		return strings.Join(all, ",")
	case Partly: // at either end, or in between
		return []string{first + ",no_such", "no_such," + first, first + ",no_such," + next}[n%3]
	case OddList:
		return []string{first + ", " + next, first + "," + first, first + ",", "," + first, first + ",," + next, first + " ," + next}[n%6]
	default:
		return first
	}
}

// Case returns the point as a case of one call.
func (m *Model) Case(p Vector) targets.Case {
	call := m.Call(p, 0)
	return targets.Case{Conditions: []targets.Condition{m.Condition(p)}, Steps: []targets.Step{{Do: targets.StepCall, Call: &call}}}
}

// Expect says what the oracle wants of the point.
func (m *Model) Expect(p Vector) oracle.Expectation {
	return oracle.NewWorld(m.Edition, []targets.Condition{m.Condition(p)}).Expect(m.Call(p, 0))
}

// BaselineVector returns the vector of the first class of every factor, the plainest call that is
// valid.
func (m *Model) BaselineVector() Vector {
	p := Vector{Classes: m.Baseline(), Values: make([]string, len(m.Factors))}
	for f, factor := range m.Factors {
		p.Values[f] = factor.Classes[0].Name
	}
	return p
}

// Baseline is the plainest valid row: the first class of every factor.
func (m *Model) Baseline() []int { return make([]int, len(m.Factors)) }
