package reports

import (
	"slices"
	"strings"
)

// Behaviour is what a target does where the document leaves it open: what a may rule observed.
type Behaviour struct {
	ID string `json:"id"`
	// Subject is what was tried, such as "an unknown parameter".
	Subject string `json:"subject,omitempty"`
	// Observed is what was done, such as "ignored". Several observations are listed with what each
	// is of: "empty: refused; another letter case: accepted".
	Observed string `json:"observed"`
	// Order says which of two faults of a call is named in the answer, where calls have two.
	Order []Precedence `json:"order,omitempty"`
}

// Precedence says that a call that two rules refuse is refused because of the first of them.
type Precedence struct {
	First string `json:"first"`
	Then  string `json:"then"`
}

// Sentence says what was tried and what was done, such as "an unknown parameter is ignored".
func (b Behaviour) Sentence() string {
	if len(b.Order) > 0 {
		rules, whole := b.InOrder()
		if whole {
			return b.Subject + ": the first of " + strings.Join(rules, ", ")
		}
		return b.Subject + ": no order fits every pair of faults"
	}
	switch {
	case b.Subject == "":
		return b.Observed
	case strings.Contains(b.Observed, ": ") || strings.Contains(b.Observed, " when "):
		return b.Subject + ": " + b.Observed
	}
	return b.Subject + " is " + b.Observed
}

// InOrder returns the rules of Order so that each stands before those that it precedes, and whether
// there is such an order of all of them. Rules that no pair compares are in the order of their ids.
func (b Behaviour) InOrder() (rules []string, whole bool) {
	var left []string
	for _, p := range b.Order {
		left = append(left, p.First, p.Then)
	}
	slices.Sort(left)
	left = slices.Compact(left)
	for len(left) > 0 {
		first := slices.IndexFunc(left, func(rule string) bool {
			return !slices.ContainsFunc(b.Order, func(p Precedence) bool { return p.Then == rule && slices.Contains(left, p.First) })
		})
		if first < 0 {
			return append(rules, left...), false
		}
		rules = append(rules, left[first])
		left = slices.Delete(left, first, first+1)
	}
	return rules, true
}

// Precedes returns the rules that a rule precedes, in the order of their ids.
func (b Behaviour) Precedes(rule string) []string {
	var rules []string
	for _, p := range b.Order {
		if p.First == rule {
			rules = append(rules, p.Then)
		}
	}
	slices.Sort(rules)
	return slices.Compact(rules)
}
