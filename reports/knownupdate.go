package reports

import (
	"slices"
	"strings"
	"time"
)

// UpdateKnown returns the list of known failures that fits a report, sorted by rule and law:
//
//   - A failure that was known keeps its reason, owner and last day.
//   - A new failure takes reason, owner and last day from fresh.
//   - An entry that is stale, or of a rule that does not exist, is dropped.
//   - An entry of a rule that the run did not get to stays.
func UpdateKnown(known []Waiver, r *Report, fresh Waiver) []Waiver {
	var updated []Waiver
	for _, rule := range r.Rules {
		for _, f := range rule.Failures {
			key := Fingerprint(rule.ID, f)
			there := slices.ContainsFunc(updated, func(w Waiver) bool { return w.Rule == rule.ID && w.Fingerprint == key })
			if there || len(f.See) > 0 {
				continue
			}
			w := entryOf(known, rule.ID, f, fresh)
			w.Rule, w.Fingerprint, w.Law, w.Answer = rule.ID, key, asWritten(f.Law), asWritten(f.Answered)
			updated = append(updated, w)
		}
	}
	for _, k := range WithoutStale(known, r) {
		if !hasFailure(r, k) {
			updated = append(updated, k)
		}
	}
	slices.SortStableFunc(updated, func(a, b Waiver) int {
		return strings.Compare(a.Rule+"\x00"+a.Law+"\x00"+a.Answer, b.Rule+"\x00"+b.Law+"\x00"+b.Answer)
	})
	return updated
}

// WithoutStale returns the known failures but for those that a report shows to be stale, or of a
// rule that does not exist. It leaves the report as it is.
func WithoutStale(known []Waiver, r *Report) []Waiver {
	copied := *r // because Apply marks rules and failures
	copied.Rules = slices.Clone(r.Rules)
	for i := range copied.Rules {
		copied.Rules[i].Failures = slices.Clone(copied.Rules[i].Failures)
	}
	out := Apply(&copied, known, time.Time{})
	gone := append(out.Stale, out.Unmatched...)
	return slices.DeleteFunc(slices.Clone(known), func(w Waiver) bool { return slices.Contains(gone, w) })
}

// hasFailure reports whether a report has the failure of an entry, whatever the answer.
func hasFailure(r *Report, entry Waiver) bool {
	return slices.ContainsFunc(r.Rules, func(rule Rule) bool {
		return slices.ContainsFunc(rule.Failures, func(f Failure) bool { return entry.is(rule.ID, f) })
	})
}

// entryOf returns the known failure that fits a failure best: one with the same answer, or else the
// last one, or else fresh.
func entryOf(known []Waiver, rule string, f Failure, fresh Waiver) Waiver {
	best := fresh
	for _, k := range known {
		if !k.is(rule, f) {
			continue
		}
		if best = k; k.Answer == asWritten(f.Answered) {
			break
		}
	}
	return best
}
