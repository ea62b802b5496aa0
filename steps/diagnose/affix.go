package diagnose

import (
	"strings"
	"unicode/utf8"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
)

// sameAffix reports whether both failures need the same affix. The same affix is one cause,
// whichever parameter has it.
func sameAffix(a, b candidate) bool {
	one := affix(a.known, a.failure.When)
	return one != "" && one == affix(b.known, b.failure.When)
}

// affix says which character stands next to a valid value in the one value of a failing condition,
// and on which side. It is empty if there is none.
func affix(k *known, when []reports.Condition) string {
	if k.condition == nil {
		return ""
	}
	for _, w := range when {
		if w.Value == nil {
			continue
		}
		for _, name := range append(validNames(k.condition.Model(), w.Factor), targets.InstanceRef(0), "<name>") {
			switch {
			case name == "" || name == *w.Value:
			case strings.HasPrefix(*w.Value, name):
				r, _ := utf8.DecodeRuneInString(strings.TrimPrefix(*w.Value, name))
				return "after " + string(r)
			case strings.HasSuffix(*w.Value, name):
				r, _ := utf8.DecodeLastRuneInString(strings.TrimSuffix(*w.Value, name))
				return "before " + string(r)
			}
		}
	}
	return ""
}

// validNames lists the valid classes of a factor.
func validNames(m *generators.Model, factor string) []string {
	f := m.Index(factor)
	if f < 0 {
		return nil
	}
	var names []string
	for _, class := range m.Factors[f].Classes {
		if class.Kind == generators.Valid {
			names = append(names, class.Name)
		}
	}
	return names
}
