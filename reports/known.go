package reports

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Outcome is how a report stands to the known failures.
type Outcome struct {
	Waived     []Waiver  // failures that are known, in the behaviour that they are pinned to
	Unexpected []Finding // failures that are not known, or that are answered otherwise than known
	Expired    []Waiver  // known failures that still fail after their last day: they waive nothing
	Stale      []Waiver  // known failures that fail no longer
	Unmatched  []Waiver  // of rules that do not exist
}

// Finding is a failure of a rule.
type Finding struct {
	Rule, Level, Law, Answered string
	// Was is what the known failure of that rule and law is pinned to, where there is one.
	Was string
}

// shownAnswer is how much of an answer a note shows, in bytes.
const shownAnswer = 120

// Notes says what is to be done about the list of known failures, a sentence each: what is expired, what fails no longer
// or in another way, and what is of no rule.
func (o Outcome) Notes() []string {
	var notes []string
	note := func(rule, law, what string) {
		notes = append(notes, fmt.Sprintf("%s: %s: %s", Visible(rule), Visible(law), what))
	}
	for _, w := range o.Expired {
		note(w.Rule, w.Law, fmt.Sprintf("known only until %s (%s): mend it, or give it a new day", Visible(w.Expires), Visible(w.Owner)))
	}
	for _, w := range o.Stale {
		note(w.Rule, w.Law, "known, and fails no longer: take it off the list")
	}
	for _, f := range o.Unexpected {
		if f.Was != "" {
			note(f.Rule, f.Law, fmt.Sprintf("known with another answer: it was %q and is %q", Clip(Visible(f.Was), shownAnswer), Clip(Visible(f.Answered), shownAnswer)))
		}
	}
	for _, w := range o.Unmatched {
		note(w.Rule, w.Law, "known failure of a rule that does not exist")
	}
	return notes
}

// Apply marks the failures of the report that are known, and the rules of which every failure is known, and counts
// them. A known failure fits by rule, law and answer, and holds through its last day in UTC.
//
// An entry is stale where its rule passed, or failed by other laws only. A run cut short or a single shard proves
// nothing of that kind: the rule may fail in what was not run.
func Apply(r *Report, known []Waiver, now time.Time) Outcome {
	var out Outcome
	whole := r.Complete && r.Shard == ""
	rules := map[string]Rule{}
	seen := make([]bool, len(known)) // the failure still comes about, in whatever behaviour
	for i := range r.Rules {
		rule := &r.Rules[i]
		rules[rule.ID] = *rule
		rule.Waiver = nil
		all := len(rule.Failures) > 0
		for j := range rule.Failures {
			f := &rule.Failures[j]
			f.Known = nil
			finding := Finding{Rule: rule.ID, Level: rule.Level, Law: f.Law, Answered: f.Answered}
			for k, w := range known {
				if w.Rule != rule.ID || w.Law != asWritten(f.Law) {
					continue
				}
				seen[k] = true
				if w.Answer != asWritten(f.Answered) {
					finding.Was = w.Answer
				} else if expired(w, now) {
					out.Expired = append(out.Expired, w)
				} else {
					f.Known = &w
				}
			}
			if f.Known == nil {
				all = false
				out.Unexpected = append(out.Unexpected, finding)
				continue
			}
			out.Waived = append(out.Waived, *f.Known)
			if rule.Waiver == nil {
				rule.Waiver = f.Known
			}
		}
		if rule.Verdict != Failed || !all {
			rule.Waiver = nil
		}
		if rule.Verdict == Failed && len(rule.Failures) == 0 {
			out.Unexpected = append(out.Unexpected, Finding{Rule: rule.ID, Level: rule.Level, Law: rule.Reason})
		}
	}
	for k, w := range known {
		rule, exists := rules[w.Rule]
		switch {
		case !exists:
			out.Unmatched = append(out.Unmatched, w)
		case whole && !seen[k] && (rule.Verdict == Passed || rule.Verdict == Failed):
			out.Stale = append(out.Stale, w)
		}
	}
	r.Totals = Sum(r)
	return out
}

// asWritten is a text as a file has it: what is no UTF-8 cannot be written down, and must compare equal all the same.
func asWritten(s string) string { return string([]rune(s)) }

func expired(w Waiver, now time.Time) bool {
	last, err := time.Parse(time.DateOnly, w.Expires)
	return err != nil || !now.Before(last.AddDate(0, 0, 1))
}

// UpdateKnown returns the known failures as the report has them: those that still come about keep their reason, owner
// and expiry and are pinned to the answer of now, those that are stale or of no rule are dropped, those that the run
// did not get to are kept, and new ones take reason, owner and expiry from fresh. They are sorted by rule and law.
func UpdateKnown(known []Waiver, r *Report, fresh Waiver) []Waiver {
	copied := *r // Apply marks rules and failures, and this function only asks it
	copied.Rules = slices.Clone(r.Rules)
	for i := range copied.Rules {
		copied.Rules[i].Failures = slices.Clone(copied.Rules[i].Failures)
	}
	out := Apply(&copied, known, time.Time{}) // before any expiry
	gone := append(slices.Clone(out.Stale), out.Unmatched...)
	var updated []Waiver
	for _, rule := range r.Rules {
		for _, f := range rule.Failures {
			w := fresh
			for _, k := range known {
				if k.Rule == rule.ID && k.Law == asWritten(f.Law) {
					w = k
					if k.Answer == asWritten(f.Answered) {
						break
					}
				}
			}
			w.Rule, w.Law, w.Answer = rule.ID, asWritten(f.Law), asWritten(f.Answered)
			updated = append(updated, w)
		}
	}
	for _, k := range known {
		here := slices.ContainsFunc(updated, func(w Waiver) bool { return w.Rule == k.Rule && w.Law == k.Law })
		if !here && !slices.Contains(gone, k) {
			updated = append(updated, k)
		}
	}
	slices.SortStableFunc(updated, func(a, b Waiver) int {
		return strings.Compare(a.Rule+"\x00"+a.Law+"\x00"+a.Answer, b.Rule+"\x00"+b.Law+"\x00"+b.Answer)
	})
	return slices.Compact(updated)
}
