package generators

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// Call returns the vector's call on the instance of that index.
func (m *Model) Call(v Vector, instance int) targets.Call {
	b := callBuilder{method: http.MethodPost, public: targets.Query, business: targets.Query}
	switch m.value(v, SentBy) {
	case GetQuery:
		b.method = http.MethodGet
	case PostForm:
		b.public, b.business = targets.Body, targets.Body
	case PostSplit:
		b.business = targets.Body
	}
	b.add(b.public, Action, m.value(v, Action))
	if id := m.value(v, InstanceID); id == ownID {
		b.add(b.business, InstanceID, targets.InstanceRef(instance))
	} else {
		b.add(b.business, InstanceID, id)
	}
	b.add(b.business, Method, m.value(v, Method))
	b.add(b.business, Strategy, m.value(v, Strategy))
	b.add(b.business, DBName, m.dbName(v))
	b.add(b.business, Type, m.value(v, Type))
	b.add(b.business, Retention, m.value(v, Retention))
	b.add(b.public, Format, m.value(v, Format))
	if further := m.value(v, Further); further != noFurther {
		for pair := range strings.SplitSeq(further, "&") {
			name, value, _ := strings.Cut(pair, "=")
			b.params = append(b.params, targets.Param{Name: name, Value: value, In: b.public})
		}
	}
	return targets.Call{Method: b.method, Params: b.params}
}

// callBuilder collects the parameters of a call.
type callBuilder struct {
	method           string
	public, business targets.Place // where public and business parameters stand
	params           []targets.Param
}

func (b *callBuilder) add(in targets.Place, name, value string) {
	switch value {
	case Absent:
		return
	case Empty:
		value = ""
	}
	b.params = append(b.params, targets.Param{Name: name, Value: value, In: in})
}

// dbName returns the DBName of the vector. It depends on the databases of the vector's condition:
// the value of most classes is a number that selects one of them.
func (m *Model) dbName(v Vector) string {
	names := m.databasesOf(v)
	class := m.ClassName(v, DBName)
	if class == Unknown {
		return nearly(m.value(v, DBName), slices.Concat(names, []string{"none_here"})[0], names)
	}
	if !slices.Contains([]string{Existing, AnyCase, Spaced, List, AllOf, Partly, OddList}, class) {
		return m.value(v, DBName)
	}
	if len(names) == 0 {
		return "none_here"
	}
	n, _ := strconv.Atoi(m.value(v, DBName)) // drawn as a number
	i := n % len(names)
	first, next := names[i], names[(i+1)%len(names)]
	switch class {
	case AnyCase:
		return strings.ToUpper(first)
	case Spaced:
		return []string{first + " ", " " + first, first + "\n", first + "\u00a0"}[n%4]
	case List:
		return first + "," + next
	case AllOf: // starting with any of them, forwards or backwards
		all := slices.Concat(names[i:], names[:i])
		if n%2 == 1 {
			slices.Reverse(all)
		}
		return strings.Join(all, ",")
	case Partly: // the unknown name at either end, or in between
		return []string{first + ",no_such", "no_such," + first, first + ",no_such," + next}[n%3]
	case OddList:
		return []string{
			first + ", " + next, first + "," + first, first + ",", "," + first, first + ",," + next, first + " ," + next,
		}[n%6]
	default:
		return first
	}
}
