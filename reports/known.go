package reports

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Outcome is what [Apply] finds: how the failures of a report compare with the known ones.
type Outcome struct {
	// Waived are the known failures that the report has, with the answer that is known.
	Waived []Waiver
	// Unexpected are the failures that are not known, or not with their answer.
	Unexpected []UnknownFailure
	// Expired are the known failures that the report has and whose last day is over. They are
	// unexpected too.
	Expired []Waiver
	// Stale are the known failures that the report does not have any more.
	Stale []Waiver
	// Unmatched are the known failures of rules that do not exist.
	Unmatched []Waiver
}

// UnknownFailure is a failure of a rule that is not in the list of known failures, or not like
// that.
type UnknownFailure struct {
	Rule, Level, Law, Answered string
	// Was is the answer that is known for the same rule and law, where there is one.
	Was string
}

// shownAnswer is how much of a failure or an answer a note shows, in bytes.
const shownAnswer = 120

// Notes says what to do about the list of known failures, one sentence for each entry that is out
// of date.
func (o Outcome) Notes() []string {
	var notes []string
	show := func(s string) string { return Clip(Visible(s), shownAnswer) }
	note := func(rule, law, what string) {
		notes = append(notes, fmt.Sprintf(`%s: known failure "%s": %s`, Visible(rule), show(law), what))
	}
	for _, w := range o.Expired {
		note(w.Rule, w.Law, fmt.Sprintf("its last day was %s (%s): fix the failure, or set a later day",
			Visible(w.Expires), Visible(w.Owner)))
	}
	for _, w := range o.Stale {
		note(w.Rule, w.Law, "it fails no longer: remove it from the list")
	}
	for _, f := range o.Unexpected {
		if f.Was != "" {
			note(f.Rule, f.Law, fmt.Sprintf(`its answer has changed from "%s" to "%s"`, show(f.Was), show(f.Answered)))
		}
	}
	for _, w := range o.Unmatched {
		note(w.Rule, w.Law, "the rule does not exist")
	}
	return notes
}

// Apply marks the failures of a report that are known, and the rules of which every failure is
// known, and counts them in the totals. A known failure applies to failures with its rule, law and
// answer, through its last day in UTC.
//
// A known failure is stale where its rule passed, or failed in other ways only. The report of a
// single shard, or of a run that was cut short, does not show that: the rule may fail in the rest.
func Apply(r *Report, known []Waiver, now time.Time) Outcome {
	a := applier{known: known, now: now, seen: make([]bool, len(known))}
	verdicts := map[string]string{}
	for i := range r.Rules {
		a.rule(&r.Rules[i])
		verdicts[r.Rules[i].ID] = r.Rules[i].Verdict
	}
	whole := r.Complete && r.Shard == ""
	for k, w := range known {
		verdict, exists := verdicts[w.Rule]
		switch {
		case !exists:
			a.out.Unmatched = append(a.out.Unmatched, w)
		case whole && !a.seen[k] && (verdict == Passed || verdict == Failed):
			a.out.Stale = append(a.out.Stale, w)
		}
	}
	r.Totals = Sum(r)
	return a.out
}

// applier is the state of [Apply].
type applier struct {
	known []Waiver
	now   time.Time
	seen  []bool // by known failure: the report has it, with whatever answer
	out   Outcome
}

// rule marks the known failures of a rule.
func (a *applier) rule(rule *Rule) {
	rule.Waiver = nil
	if rule.Verdict == Failed && len(rule.Failures) == 0 {
		a.out.Unexpected = append(a.out.Unexpected, UnknownFailure{Rule: rule.ID, Level: rule.Level, Law: rule.Reason})
	}
	all := rule.Verdict == Failed
	var first *Waiver
	for i := range rule.Failures {
		f := &rule.Failures[i]
		a.failure(rule, f)
		all = all && f.Known != nil
		if first == nil {
			first = f.Known
		}
	}
	if all {
		rule.Waiver = first
	}
}

// failure marks a failure of a rule if it is known.
func (a *applier) failure(rule *Rule, f *Failure) {
	f.Known = nil
	finding := UnknownFailure{Rule: rule.ID, Level: rule.Level, Law: f.Law, Answered: f.Answered}
	for k, w := range a.known {
		if w.Rule != rule.ID || w.Law != asWritten(f.Law) {
			continue
		}
		a.seen[k] = true
		switch {
		case w.Answer != asWritten(f.Answered):
			finding.Was = w.Answer
		case expired(w, a.now):
			a.out.Expired = append(a.out.Expired, w)
		default:
			f.Known = &w
		}
	}
	if f.Known == nil {
		a.out.Unexpected = append(a.out.Unexpected, finding)
	} else {
		a.out.Waived = append(a.out.Waived, *f.Known)
	}
}

// asWritten returns a text as a file holds it: bytes that are not UTF-8 cannot be written, and the
// text must still be equal after it was read back.
func asWritten(s string) string { return string([]rune(s)) }

func expired(w Waiver, now time.Time) bool {
	last, err := time.Parse(time.DateOnly, w.Expires)
	return err != nil || !now.Before(last.AddDate(0, 0, 1))
}

// UpdateKnown returns the list of known failures that fits a report, sorted by rule and law:
//
//   - A failure that was known keeps its reason, owner and last day, with its present answer.
//   - A new failure takes reason, owner and last day from fresh.
//   - An entry that is stale, or of a rule that does not exist, is dropped.
//   - An entry of a rule that the run did not get to stays.
func UpdateKnown(known []Waiver, r *Report, fresh Waiver) []Waiver {
	gone := outdated(known, r)
	var updated []Waiver
	for _, rule := range r.Rules {
		for _, f := range rule.Failures {
			w := entryOf(known, rule.ID, f, fresh)
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

// outdated lists the known failures that are stale or of no rule. It leaves the report as it is.
func outdated(known []Waiver, r *Report) []Waiver {
	copied := *r // because Apply marks rules and failures
	copied.Rules = slices.Clone(r.Rules)
	for i := range copied.Rules {
		copied.Rules[i].Failures = slices.Clone(copied.Rules[i].Failures)
	}
	out := Apply(&copied, known, time.Time{})
	return append(out.Stale, out.Unmatched...)
}

// entryOf returns the known failure that fits a failure best: one with the same answer, or else the
// last one of the same rule and law, or else fresh.
func entryOf(known []Waiver, rule string, f Failure, fresh Waiver) Waiver {
	best := fresh
	for _, k := range known {
		if k.Rule != rule || k.Law != asWritten(f.Law) {
			continue
		}
		if best = k; k.Answer == asWritten(f.Answered) {
			break
		}
	}
	return best
}
