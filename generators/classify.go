package generators

import (
	"slices"
	"strings"
)

// classify returns the class that a value of a parameter belongs to, where the value is not the
// name of a class itself. It is empty where the model has no class for the value.
func (m *Model) classify(factor, value string, databases []string) string {
	f := m.Index(factor)
	if f < 0 {
		return ""
	}
	class := Other
	switch factor {
	case InstanceID:
		class = otherID
	case DBName:
		if strings.Contains(value, ",") || slices.ContainsFunc(databases, func(name string) bool { return similar(name, value) }) {
			return "" // a list, or nearly the name of a database
		}
		class = Unknown
	case Method, Strategy, Type, Action:
		for _, c := range m.Factors[f].Classes {
			switch {
			case c.Name == strings.TrimSpace(value):
				class = Spaced
			case strings.EqualFold(c.Name, value):
				class = AnyCase
			}
		}
	default:
		return ""
	}
	if m.Class(factor, class) < 0 {
		return ""
	}
	return class
}

// similar reports whether two names differ in nothing but letter case and white space.
func similar(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }
