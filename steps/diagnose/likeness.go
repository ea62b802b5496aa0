package diagnose

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
)

// affix says with what character the one value of a failing condition goes on after a valid value,
// or ends before it. The same affix is one cause, whichever parameter has it. It is empty where
// there is none.
func affix(m *generators.Model, f reports.Failure) string {
	for _, w := range f.When {
		if w.Value == nil {
			continue
		}
		for _, name := range append(validNames(m, w.Factor), targets.InstanceRef(0), "<name>") {
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

// byOneFactor reports whether two failures of one rule come from the same factor: each by one value
// of it, by what is unusual about it, or by nothing else. A target that takes some odd value for a
// documented one takes more of them.
func byOneFactor(c, o candidate) bool {
	factor := oddFactor(c)
	return c.known.rule == o.known.rule && factor != "" && factor == oddFactor(o)
}

// oddFactor returns the factor of which a failure needs one value or something unusual, or which is
// all that it needs. It is empty where there is none.
func oddFactor(c candidate) string {
	if name, _, is := strings.Cut(c.known.mutation, " is "); is {
		return name
	}
	for _, w := range c.failure.When {
		if w.Value != nil || len(c.failure.When) == 1 {
			return w.Factor
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

// formats lists the formats that a failing condition speaks of, in capital letters.
func formats(f reports.Failure) []string {
	var formats []string
	for _, w := range f.When {
		switch {
		case w.Factor == generators.Format:
			formats = append(formats, w.Classes...)
		case strings.HasPrefix(w.Factor, generators.Format+" is "):
			formats = append(formats, strings.TrimPrefix(w.Factor, generators.Format+" is "))
		}
	}
	return strings.Fields(strings.ToUpper(strings.Join(formats, " ")))
}

// clause returns the condition on a factor, or nil.
func clause(f reports.Failure, factor string) *reports.Condition {
	for i, w := range f.When {
		if w.Factor == factor {
			return &f.When[i]
		}
	}
	return nil
}

// details are what an answer says of one call: a status, or the Code of an error.
var details = regexp.MustCompile(`\d+|\([^()]*\)`)

// problem is what is wrong with an invalid answer, whatever the call was: without numbers and
// without what stands in brackets.
func problem(answered string) string { return details.ReplaceAllString(answered, "") }
