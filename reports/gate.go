package reports

import (
	"fmt"
	"slices"
	"strings"
)

// Gates: what a report must fulfil for a run to succeed.
const (
	GateMust       = "must"       // no must rule failed
	GateShould     = "should"     // no must or should rule failed
	GateConclusive = "conclusive" // as GateShould, and no rule is inconclusive
	GateNew        = "new"        // every failure is known, and the list of known failures is up to date
)

// gates lists the gates, the default first.
var gates = []string{GateMust, GateShould, GateConclusive, GateNew}

// Gate reports whether a report passes a gate, and if it does not, why, one sentence for each
// reason. known is the result of [Apply]: known failures pass, expired ones do not.
//
// No gate passes a run that was cut short, a run that measured nothing, a rule that passed without
// an effective case, or a known failure of a rule that does not exist. An unknown gate never
// passes.
func Gate(r *Report, gate string, known Outcome) (ok bool, reasons []string) {
	reasons = append(Gaps(r), Outcome{Unmatched: known.Unmatched}.Notes()...)
	add := func(format string, args ...any) { reasons = append(reasons, fmt.Sprintf(format, args...)) }
	for _, rule := range r.Rules {
		if rule.Verdict == Passed && rule.Cases == 0 {
			add("%s passed on no effective case", Visible(rule.ID))
		}
	}
	switch gate {
	case GateMust:
		reasons = append(reasons, failedRules(r, Must)...)
	case GateShould:
		reasons = append(reasons, failedRules(r, Must, Should)...)
	case GateConclusive:
		reasons = append(reasons, failedRules(r, Must, Should)...)
		for _, rule := range r.Rules {
			if rule.Verdict == Inconclusive {
				add("%s (%s) is inconclusive: %s", Visible(rule.ID), Visible(rule.Level), Visible(rule.Reason))
			}
		}
	case GateNew:
		for _, f := range known.Unexpected {
			if f.Was == "" {
				add("%s (%s) has a failure that is not known: %s", Visible(f.Rule), Visible(f.Level), Visible(f.Law))
			}
		}
		known.Unmatched = nil // said above
		reasons = append(reasons, known.Notes()...)
	default:
		add("there is no gate %q: the gates are %s", gate, strings.Join(gates, ", "))
	}
	return len(reasons) == 0, reasons
}

// failedRules lists the failed rules of some levels whose failures are not all known.
func failedRules(r *Report, levels ...string) []string {
	var reasons []string
	for _, rule := range r.Rules {
		if slices.Contains(levels, rule.Level) && rule.Verdict == Failed && rule.Waiver == nil {
			reasons = append(reasons, fmt.Sprintf("%s (%s) failed: %s",
				Visible(rule.ID), Visible(rule.Level), Visible(rule.Statement)))
		}
	}
	return reasons
}
