package reports

import "cmp"

// Verdict computes the verdict of a report. Only its must rules count.
//
//   - A must rule that failed makes the target not conformant, even where the failure is known.
//   - Otherwise nothing was tested if no must rule passed.
//   - Otherwise it is conformant as far as tested if the run was cut short, or if a must rule is
//     inconclusive or skipped.
//   - Otherwise it is conformant. Rules that are not applicable do not matter.
func Verdict(r *Report) string {
	passed, untested := 0, !r.Complete
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
			untested = true
		}
	}
	switch {
	case passed == 0:
		return NothingTested
	case untested:
		return AsFarAsTested
	default:
		return Conformant
	}
}

// JudgedOf counts the must rules of a report that were judged. Rules that were not selected apply
// to the target all the same.
func JudgedOf(r *Report) Judged {
	var j Judged
	for _, rule := range r.Rules {
		if rule.Level != Must || rule.Verdict == NotApplicable {
			continue
		}
		j.Of++
		if rule.Verdict == Passed || rule.Verdict == Failed {
			j.Must++
		}
	}
	return j
}

// Sum counts the rules of a report by verdict, and the cases.
func Sum(r *Report) Totals {
	var t Totals
	for _, rule := range r.Rules {
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

// Gaps says why a report proves less than it seems to, one sentence for each reason. A complete run
// has none.
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
