package reports

import (
	"fmt"
	"slices"
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
// known, and counts them in the totals. A known failure applies to failures with its rule and
// fingerprint, through its last day in UTC. One without a fingerprint, as an older cbspec wrote it,
// applies to failures with its rule, law and answer. A failure that only points at other rules is
// known where all of theirs are.
//
// A known failure is stale where its rule passed, or failed in other ways only. The report of a
// single shard, or of a run that was cut short, does not show that: the rule may fail in the rest.
func Apply(r *Report, known []Waiver, now time.Time) Outcome {
	a := applier{known: known, now: now, seen: make([]bool, len(known))}
	verdicts := map[string]string{}
	for _, sums := range []bool{false, true} { // because a rule that only points at others depends on theirs
		for i := range r.Rules {
			if rule := &r.Rules[i]; sumsUp(*rule) == sums {
				a.rule(r, rule)
				verdicts[rule.ID] = rule.Verdict
			}
		}
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

// sumsUp reports whether a rule has a failure that only points at other rules.
func sumsUp(rule Rule) bool {
	return slices.ContainsFunc(rule.Failures, func(f Failure) bool { return len(f.See) > 0 })
}

// rule marks the known failures of a rule.
func (a *applier) rule(r *Report, rule *Rule) {
	rule.Waiver = nil
	if rule.Verdict == Failed && len(rule.Failures) == 0 {
		a.out.Unexpected = append(a.out.Unexpected, UnknownFailure{Rule: rule.ID, Level: rule.Level, Law: rule.Reason})
	}
	all := rule.Verdict == Failed
	var first *Waiver
	for i := range rule.Failures {
		f := &rule.Failures[i]
		a.failure(rule, f, r.waiverOf(f.See))
		all = all && f.Known != nil
		if first == nil {
			first = f.Known
		}
	}
	if all {
		rule.Waiver = first
	}
}

// waiverOf returns the waiver of the first of the rules, or nil unless each of them is waived.
func (r *Report) waiverOf(rules []string) *Waiver {
	var first *Waiver
	for _, rule := range r.Rules {
		switch {
		case !slices.Contains(rules, rule.ID):
		case rule.Waiver == nil:
			return nil
		case first == nil:
			first = rule.Waiver
		}
	}
	return first
}

// failure marks a failure of a rule if it is known. theirs is the waiver of the rules that it
// points at.
func (a *applier) failure(rule *Rule, f *Failure, theirs *Waiver) {
	f.Known = theirs
	finding := UnknownFailure{Rule: rule.ID, Level: rule.Level, Law: f.Law, Answered: f.Answered}
	for k, w := range a.known {
		if !w.is(rule.ID, *f) {
			continue
		}
		a.seen[k] = true
		switch {
		case w.Fingerprint == "" && w.Answer != asWritten(f.Answered):
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

// is reports whether a known failure is this one of a rule, whatever the answer.
func (w Waiver) is(rule string, f Failure) bool {
	if w.Fingerprint != "" {
		return w.Rule == rule && w.Fingerprint == Fingerprint(rule, f)
	}
	return w.Rule == rule && w.Law == asWritten(f.Law)
}

// asWritten returns a text as a file holds it: bytes that are not UTF-8 cannot be written, and the
// text must still be equal after it was read back.
func asWritten(s string) string { return string([]rune(s)) }

func expired(w Waiver, now time.Time) bool {
	last, err := time.Parse(time.DateOnly, w.Expires)
	return err != nil || !now.Before(last.AddDate(0, 0, 1))
}
