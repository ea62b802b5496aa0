package generators

import (
	"fmt"
	"strings"
)

// Describe says the point in words, leaving out what is as in the plainest case.
func (m *Model) Describe(p Vector) string {
	var parts []string
	for f, factor := range m.Factors {
		if p.Classes[f] == 0 && factor.Name != Engine {
			continue
		}
		parts = append(parts, fmt.Sprintf("%s is %s", factor.Name, m.valueName(p, f)))
	}
	return strings.Join(parts, ", ")
}

// valueName is the class of factor f, with the value drawn where it says more.
func (m *Model) valueName(p Vector, f int) string {
	class := m.Factors[f].Classes[p.Classes[f]]
	if class.Value == nil || class.Name == Existing || class.Name == List {
		return class.Name
	}
	if m.Factors[f].Name == DBName { // what is drawn may stand for a place among the databases
		return fmt.Sprintf("%s (%q)", class.Name, m.database(p))
	}
	return fmt.Sprintf("%s (%q)", class.Name, p.Values[f])
}
