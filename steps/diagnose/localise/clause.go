package localise

import (
	"slices"

	"github.com/cbspec/cbspec/generators"
)

// Clause is one condition in names. A sentence can be made from it without the model.
type Clause struct {
	Factor string
	// Classes are the classes with which the failure occurs, in the order of the model.
	Classes []string
	// Except is the one valid class with which the failure does not occur, if it is shorter to name
	// than the classes: "BackupType is not FullBackup". With DBName it is which of the databases of
	// the instance does not fail. It is empty otherwise.
	Except string
	// Value is set if the failure needs this very value of the class.
	Value *string
}

// When returns the conditions in names, in the order of the model's factors.
func (c FailingCondition) When() []Clause {
	var clauses []Clause
	for _, x := range c.Conditions {
		clauses = append(clauses, x.clause(c.model.Factors[x.Factor]))
	}
	return clauses
}

// clause returns the condition, which is on that factor, in names.
func (x Condition) clause(factor generators.Factor) Clause {
	clause := Clause{Factor: factor.Name, Value: x.Value}
	var others []string
	for i, class := range factor.Classes {
		switch {
		case slices.Contains(x.Classes, i):
			clause.Classes = append(clause.Classes, class.Name)
		case class.Kind == generators.Valid:
			others = append(others, class.Name)
		}
	}
	switch x.Position {
	case NotFirst:
		clause.Except = "the first of its databases"
	case NotLast:
		clause.Except = "the last of its databases"
	case First:
		clause.Classes = []string{"the first of its databases"}
	case Last:
		clause.Classes = []string{"the last of its databases"}
	}
	if x.Value == nil && len(clause.Classes) > 2 && len(others) == 1 {
		clause.Except = others[0]
	}
	return clause
}
