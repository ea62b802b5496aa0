package reports

import "cmp"

// Levels of a rule (design: "Level").
const (
	Must   = "must"
	Should = "should"
	May    = "may"
)

// Verdict computes the verdict of the whole report from its must rules alone. A must rule that failed makes it not
// conformant, also where the failure is known. A must rule without a verdict of its own, a run cut short, or a run in
// which no must rule passed makes it conformant as far as tested. Rules that are not applicable count neither way.
func Verdict(r *Report) string {
	passed, open := 0, !r.Complete
	for _, rule := range r.Rules {
		if rule.Level != Must {
			continue
		}
		switch rule.Verdict {
		case Failed:
			return NotConformant
		case Passed:
			passed++
		case NotApplicable:
		default:
			open = true
		}
	}
	if open || passed == 0 {
		return AsFarAsTested
	}
	return Conformant
}

// Sum counts the rules by verdict, and the cases.
func Sum(r *Report) Totals { return sum(r.Rules) }

func sum(rules []Rule) Totals {
	var t Totals
	for _, rule := range rules {
		t.Cases += rule.Cases
		switch rule.Verdict {
		case Passed:
			t.Passed++
		case Failed:
			t.Failed++
			if rule.Waiver != nil {
				t.Waived++
			}
		case Inconclusive:
			t.Inconclusive++
		case NotApplicable:
			t.NotApplicable++
		case Skipped:
			t.Skipped++
		}
	}
	return t
}

// Gaps says why the report as a whole proves less than it seems to, a sentence for each reason. A
// complete run has none.
func Gaps(r *Report) []string {
	var gaps []string
	if !r.Complete {
		gaps = append(gaps, "The run was cut short: "+cmp.Or(Visible(r.CutShort), "no reason is given"))
	}
	if Sum(r).Cases == 0 {
		gaps = append(gaps, "Nothing was measured: no case could be sent, observed and judged")
	}
	return gaps
}
