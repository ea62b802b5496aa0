package localise

import (
	"slices"

	"github.com/cbspec/cbspec/generators"
)

// FailingCondition says when an implementation fails: if all of its conditions hold.
type FailingCondition struct {
	// Minimal is the simplest vector that was found to fail.
	Minimal generators.Vector
	// Conditions are in the order of the model's factors. Without any, every vector fails.
	Conditions []Condition
	// Contexts is the number of further vectors that the conditions were checked with, and Failing how
	// many of them failed.
	Contexts, Failing int
	// Tries is the number of tries that the search took.
	Tries int
	// Exact reports that the search was completed, and that no context contradicts the conditions.
	Exact bool

	model  *generators.Model
	silent int // contexts that gave no evidence
}

// confirmed reports whether all contexts that gave evidence failed. It is not confirmed if there
// were contexts, but none gave evidence.
func (c FailingCondition) confirmed() bool {
	return c.Failing == c.Contexts && (c.Contexts > 0 || c.silent == 0)
}

// Condition is one factor of the model and the classes of it with which the failure occurs.
type Condition struct {
	Factor  int
	Classes []int
	// Value is set if the failure needs this very value of the class.
	Value *string
	// Position is set if the failure needs a DBName that names one of the databases in particular.
	Position Position
}

// OfVector returns the condition of which nothing is known but that one vector fails: it names the
// class of every factor.
func OfVector(m *generators.Model, v generators.Vector) FailingCondition {
	return hull(m, v, v)
}

// hull returns the condition of which nothing is known but that two vectors fail.
func hull(m *generators.Model, minimal, original generators.Vector) FailingCondition {
	c := FailingCondition{Minimal: minimal, model: m}
	for i := range m.Factors {
		classes := []int{minimal.Classes[i], original.Classes[i]}
		slices.Sort(classes)
		c.Conditions = append(c.Conditions, Condition{Factor: i, Classes: slices.Compact(classes)})
	}
	return c
}

// Covers reports whether a vector, of this or another model, meets all conditions.
func (c FailingCondition) Covers(m *generators.Model, v generators.Vector) bool {
	return !slices.ContainsFunc(c.Conditions, func(x Condition) bool {
		return !x.covers(c.model.Factors[x.Factor], m, v)
	})
}

// Always reports whether every vector fails, as far as that was checked.
func (c FailingCondition) Always() bool {
	return len(c.Conditions) == 0 && c.Contexts > 0 && c.Failing == c.Contexts
}

// Factors lists the names of the factors that the conditions are about.
func (c FailingCondition) Factors() []string {
	var names []string
	for _, x := range c.Conditions {
		names = append(names, c.model.Factors[x.Factor].Name)
	}
	return names
}

// clone returns a copy whose conditions can be changed.
func (c FailingCondition) clone() *FailingCondition {
	c.Conditions = slices.Clone(c.Conditions)
	for i := range c.Conditions {
		c.Conditions[i].Classes = slices.Clone(c.Conditions[i].Classes)
	}
	return &c
}

// names reports whether one of the conditions is about factor i.
func (c FailingCondition) names(i int) bool { return about(c.Conditions, i) >= 0 }

// missed lists the factors whose conditions do not cover a vector of the model.
func (c FailingCondition) missed(v generators.Vector) []int {
	var missed []int
	for _, x := range c.Conditions {
		if !x.covers(c.model.Factors[x.Factor], c.model, v) {
			missed = append(missed, x.Factor)
		}
	}
	return missed
}

// include makes the conditions of some factors cover a vector of the model.
func (c *FailingCondition) include(v generators.Vector, factors []int) {
	for _, i := range factors {
		x := &c.Conditions[about(c.Conditions, i)]
		x.Value, x.Position = nil, Anywhere
		x.add(v.Classes[i])
	}
}

// add adds a condition in its place.
func (c *FailingCondition) add(x Condition) {
	c.Conditions = append(c.Conditions, x)
	slices.SortFunc(c.Conditions, func(a, b Condition) int { return a.Factor - b.Factor })
}

// add adds a class in its place.
func (x *Condition) add(class int) {
	if !slices.Contains(x.Classes, class) {
		x.Classes = append(x.Classes, class)
		slices.Sort(x.Classes)
	}
}

// covers reports whether a vector of model m meets the condition on a factor of another model.
func (x Condition) covers(factor generators.Factor, m *generators.Model, v generators.Vector) bool {
	i := m.Index(factor.Name)
	if i < 0 || x.Value != nil && *x.Value != v.Values[i] || !x.Position.holds(m, v) {
		return false
	}
	class := m.Factors[i].Classes[v.Classes[i]].Name
	if class == generators.AnyNames && x.Value == nil && !x.has(factor, class) {
		class = m.DatabaseCount(v) // a condition on the number of databases holds for databases of any names
	}
	return x.has(factor, class)
}

// has reports whether the class of that name is one of the condition's.
func (x Condition) has(factor generators.Factor, class string) bool {
	return slices.ContainsFunc(x.Classes, func(i int) bool { return factor.Classes[i].Name == class })
}

// about returns the index of the condition on factor i, or -1.
func about(conditions []Condition, i int) int {
	return slices.IndexFunc(conditions, func(x Condition) bool { return x.Factor == i })
}

// without returns the numbers in a that are not in b.
func without(a, b []int) []int {
	return slices.DeleteFunc(slices.Clone(a), func(n int) bool { return slices.Contains(b, n) })
}

// Model returns the parameter model that the condition speaks of.
func (c FailingCondition) Model() *generators.Model { return c.model }
