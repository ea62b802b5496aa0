package scenario

import (
	"strconv"
	"strings"

	"github.com/cbspec/cbspec/generators"
)

// mustTryContexts is in how many contexts the must-try values of a scenario are tried, in turn. It
// is small so that there are few control cases.
const mustTryContexts = 4

// mustTryValue is a value that is tried whatever is drawn: a wrong value, or the names of the
// databases of an instance.
type mustTryValue struct {
	factor, class int // factor is negative for no value
	value         string
	fault         generators.Mutation // of which the value is one
	position      string              // of the database that is asked for by name
	databases     string              // of the instance; empty for any
}

var noValue = mustTryValue{factor: -1}

// in returns the vector with the value in it.
func (m mustTryValue) in(v generators.Vector) generators.Vector {
	if m.factor < 0 {
		return v
	}
	v = v.Clone()
	v.Classes[m.factor], v.Values[m.factor] = m.class, m.value
	return v
}

// on returns the vector with the databases that the value needs.
func (m mustTryValue) on(model *generators.Model, v generators.Vector) generators.Vector {
	if m.databases == "" {
		return v
	}
	v = v.Clone()
	f := model.Index(generators.Databases)
	v.Classes[f], v.Values[f] = model.Class(generators.Databases, generators.AnyNames), m.databases
	return v
}

// mustTry lists the must-try values of the scenario, as far as its target makes instances for them.
func (b *builder) mustTry(faults []generators.Mutation) []mustTryValue {
	if !b.env.disposable() || !b.single() {
		return nil
	}
	values := b.mustTryFaults(faults)
	if len(faults) > 0 {
		return append(values, b.mustTryLonger(values)...)
	}
	return append(values, b.mustTryNames()...)
}

// mustTryLonger lists names that go on after a name that is as long as a column may be wide.
func (b *builder) mustTryLonger(wrong []mustTryValue) []mustTryValue {
	var values []mustTryValue
	for i, names := range b.mustTryNames() {
		if strings.Contains(names.value, ",") || len(names.value) < narrowestColumn {
			continue
		}
		v := wrong[i%len(wrong)]
		v.value, v.databases = generators.LongerName, names.value
		values = append(values, v)
	}
	return values
}

// narrowestColumn is how long a name is that a column may cut.
const narrowestColumn = 16

// mustTryFaults lists the wrong values, each with one of the faults of its class in turn. A fault
// of another rule is tried there.
func (b *builder) mustTryFaults(faults []generators.Mutation) []mustTryValue {
	byClass := map[int][]generators.Mutation{}
	var classes []int
	for _, f := range faults {
		if f.Rule != b.rule {
			continue
		}
		if byClass[f.Class] == nil {
			classes = append(classes, f.Class)
		}
		byClass[f.Class] = append(byClass[f.Class], f)
	}
	var values []mustTryValue
	for _, class := range classes {
		of := byClass[class]
		for i, try := range b.model.Factors[of[0].Factor].Classes[class].MustTry {
			f := of[i%len(of)]
			if inPlace := b.model.InPlaceOf(f, try.InPlaceOf); b.model.CanMutate(inPlace, b.pinned) {
				f = inPlace
			}
			values = append(values, mustTryValue{factor: f.Factor, class: class, value: try.Value, fault: f})
		}
	}
	return values
}

// mustTryNames lists the names of databases. Of each list of names the last database is asked for
// first, and then the others.
func (b *builder) mustTryNames() []mustTryValue {
	class := b.model.Class(generators.Databases, generators.AnyNames)
	if _, pinned := b.pinned[generators.Databases]; !b.anyNames || class < 0 || pinned {
		return nil
	}
	f := b.model.Index(generators.Databases)
	asked := map[string]int{}
	var values []mustTryValue
	for _, v := range b.model.Factors[f].Classes[class].MustTry {
		n := strings.Count(v.Value, ",") + 1
		at := strconv.Itoa((n - 1 + asked[v.Value]) % n)
		values = append(values, mustTryValue{factor: f, class: class, value: v.Value, position: at})
		asked[v.Value]++
	}
	return values
}
