package reports

import (
	"fmt"
	"strings"
)

// Gates that a report can be held to, each with what it asks.
const (
	GateMust       = "must"       // no must rule failed
	GateShould     = "should"     // nor a should rule
	GateConclusive = "conclusive" // nor is any rule inconclusive
	GateNew        = "new"        // nothing failed that is not known, and nothing known is out of date
)

// gates lists the gates, the default first.
var gates = []string{GateMust, GateShould, GateConclusive, GateNew}

// Gate tells whether the report passes the gate, and otherwise why not, a sentence each. Known failures pass; expired
// ones do not. Whatever the gate, a run cut short does not pass, nor one that measured nothing, nor a rule that passed
// on no effective case, nor a known failure of a rule that does not exist. A gate that does not exist passes nothing.
func Gate(r *Report, gate string, known Outcome) (ok bool, reasons []string) {
	fail := func(format string, args ...any) { reasons = append(reasons, fmt.Sprintf(format, args...)) }
	reasons = append(Gaps(r), Outcome{Unmatched: known.Unmatched}.Notes()...)
	for _, rule := range r.Rules {
		if rule.Verdict == Passed && rule.Cases == 0 {
			fail("%s: passed on no effective case", Visible(rule.ID))
		}
	}
	switch gate {
	case GateMust:
		failures(r, fail, Must)
	case GateShould:
		failures(r, fail, Must, Should)
	case GateConclusive:
		failures(r, fail, Must, Should)
		for _, rule := range r.Rules {
			if rule.Verdict == Inconclusive {
				fail("%s (%s): inconclusive: %s", Visible(rule.ID), Visible(rule.Level), Visible(rule.Reason))
			}
		}
	case GateNew:
		for _, f := range known.Unexpected {
			if f.Was == "" {
				fail("%s (%s): %s: not known", Visible(f.Rule), Visible(f.Level), Visible(f.Law))
			}
		}
		known.Unmatched = nil // told above
		reasons = append(reasons, known.Notes()...)
	default:
		fail("there is no gate %q: it is one of %s", gate, strings.Join(gates, ", "))
	}
	return len(reasons) == 0, reasons
}

// failures gives a reason for each failed rule of the levels that is not known.
func failures(r *Report, fail func(string, ...any), levels ...string) {
	for _, rule := range r.Rules {
		for _, level := range levels {
			if rule.Level == level && rule.Verdict == Failed && rule.Waiver == nil {
				fail("%s (%s) failed: %s", Visible(rule.ID), Visible(rule.Level), Visible(rule.Statement))
			}
		}
	}
}
