package generators

import (
	"fmt"
	"strings"
)

// Describe describes the vector in words. It leaves out what is as in the baseline.
func (m *Model) Describe(v Vector) string {
	var parts []string
	for f, factor := range m.Factors {
		if v.Classes[f] == 0 && factor.Name != Engine {
			continue
		}
		parts = append(parts, fmt.Sprintf("%s is %s", factor.Name, m.valueName(v, f)))
	}
	return strings.Join(parts, ", ")
}

// valueName returns the class of factor f, with the drawn value where it says more.
func (m *Model) valueName(v Vector, f int) string {
	class := m.Factors[f].Classes[v.Classes[f]]
	if class.Value == nil || class.Name == Existing || class.Name == List {
		return class.Name
	}
	if m.Factors[f].Name == DBName { // the drawn value may select one of the databases
		return fmt.Sprintf("%s (%q)", class.Name, m.dbName(v))
	}
	return fmt.Sprintf("%s (%q)", class.Name, v.Values[f])
}
