package trial

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// Ways in which an answer is not as the document says.
const (
	WronglyAccepted = "wrongly accepted"
	WronglyRefused  = "wrongly refused"
	NoAnswer        = "neither accepted nor refused"
	NowAndThen      = "neither accepted nor refused now and then"
	Untrue          = "what it said is not what it did"
	WrongBackup     = "the backup is not the one asked for"
	Elsewhere       = "a backup of another instance"
	WrongDocument   = "the answer is not as documented"
)

// Violation is one way in which the target did not do what the document says.
type Violation struct {
	// Kind is one of the ways above; a case keeps failing in the same way while its Kind and its first rule stay.
	Kind string
	// Reasons are the rules that it can be laid to. Where several speak of the call, the law of the failure decides.
	Reasons  []oracle.Reason
	Step     int // of the case
	Expected string
	Answered string // stable: no ids, no times
}

// Rule is the rule that the violation is laid to before its law is known.
func (v Violation) Rule() string { return v.Reasons[0].Rule }

// Level is that of the rule.
func (v Violation) Level() string { return v.Reasons[0].Level }

// Judge says what of a history is not as the document says.
func (s *Session) Judge(h History) []Violation {
	var vs []Violation
	for _, e := range h.Events {
		for _, v := range append(decision(e), answer(e, s.Edition)...) {
			v.Step = e.Step
			vs = append(vs, v)
		}
	}
	return vs
}

// Robust is the reason of what goes wrong with a call that the document says nothing of.
var Robust = oracle.Reason{Rule: "CB-ROBUST-1", Level: oracle.Should, Why: "no input may break an implementation"}

// Escaped is the reason of an error that is not well-formed for what it repeats of the call.
var Escaped = oracle.Reason{Rule: "CB-ROBUST-2", Level: oracle.Should, Why: "whatever is echoed is escaped"}

// ownError is how the error documents of an implementation begin, which a gateway's own words do not.
var ownError = regexp.MustCompile(`^\s*(\{\s*"|(<\?xml[^>]*\?>\s*)?<Error[\s>])`)

// begun tells whether an answer begins as an error document and is none.
func begun(a targets.Answer) bool {
	return a.Kind == targets.BrokenDocument && ownError.Match(bytes.TrimPrefix(a.Body, []byte("\xef\xbb\xbf")))
}

// decision judges whether the call was accepted or refused, and what came of it.
func decision(e Event) []Violation {
	x := e.Expect
	said := Say(e)
	switch e.Decision {
	case targets.Throttled, targets.Lost:
		return nil
	case targets.Broken:
		if exotic(e.Call) || !x.Specified() && x.NoBackup == "" {
			if exotic(e.Call) && e.Answer.Status >= 400 && e.Answer.Status < 500 && begun(e.Answer) {
				return []Violation{{NoAnswer, []oracle.Reason{Escaped}, 0, "an error document that is well-formed, whatever it repeats", said}}
			}
			if e.Answer.Status >= 400 && e.Answer.Status < 500 {
				return nil // a gateway before the implementation may turn it down in its own words
			}
			return []Violation{{NoAnswer, []oracle.Reason{Robust}, 0, "an answer, whichever", said}}
		}
		return []Violation{{NoAnswer, reasons(x), 0, Expected(x), said}}
	}
	var vs []Violation
	accepted := e.Decision == targets.Accepted
	switch {
	case accepted && len(x.Refuse) > 0:
		vs = append(vs, Violation{WronglyAccepted, reasons(x), 0, Expected(x), said})
	case !accepted && len(x.Accept) > 0:
		vs = append(vs, Violation{WronglyRefused, reasons(x), 0, Expected(x), said})
	}
	if e.Observed() {
		vs = append(vs, effect(e, accepted)...)
	}
	return vs
}

// effect judges the backups that came of a call.
func effect(e Event, accepted bool) []Violation {
	x, said := e.Expect, Say(e)
	var vs []Violation
	for i, bs := range e.New {
		switch {
		case len(bs) > 0 && x.NoBackup != "":
			vs = append(vs, Violation{Untrue, reasons(x), 0, Expected(x), said + ", and a backup was made"})
		case len(bs) > 0 && i != x.Instance && !slices.Contains(x.OtherInstances, i):
			vs = append(vs, Violation{Elsewhere, one("CB-INSTANCE-3", oracle.Must), 0, "a backup of that instance and of no other", said + ", and a backup of another instance was made"})
		}
	}
	if x.Instance < 0 || x.NoBackup != "" {
		return vs
	}
	made := e.New[x.Instance]
	for _, i := range x.OtherInstances {
		if len(made) > 0 && len(e.New[i]) > 0 {
			return append(vs, Violation{Elsewhere, one("CB-INSTANCE-3", oracle.Must), 0, "a backup of one instance, whichever of those named counts", said + ", and backups of several instances were made"})
		}
		made = append(slices.Clone(made), e.New[i]...)
	}
	switch {
	case !accepted && len(made) > 0:
		vs = append(vs, Violation{Untrue, truth(x), 0, Expected(x) + ", and no backup of a refused call", said + ", and a backup was made all the same"})
	case accepted && len(made) == 0:
		vs = append(vs, Violation{Untrue, truth(x), 0, "a backup of an accepted call", said + ", and no backup was made"})
	case accepted && len(made) > 1:
		vs = append(vs, Violation{Untrue, truth(x), 0, "one backup of one accepted call", fmt.Sprintf("%s, and %d backups were made", said, len(made))})
	case accepted && len(x.Refuse) == 0 && len(x.OtherInstances) == 0:
		vs = append(vs, kind(e, made[0])...)
	}
	return vs
}

// truth gives the rules that a false answer is laid to: those of the decision, or where the document leaves that open, the one that wants the truth.
func truth(x oracle.Expectation) []oracle.Reason {
	if x.Specified() && x.Level() == oracle.Must {
		return reasons(x)
	}
	return one("CB-RESPONSE-10", oracle.Must)
}

// kind judges whether the backup is the one asked for: by one of the ways in which the document lets it turn out.
func kind(e Event, b targets.Backup) []Violation {
	var fewest []Violation
	for i, m := range e.Expect.Backups {
		vs := unlike(m, b, e)
		if len(vs) == 0 {
			return nil
		}
		if i == 0 || len(vs) < len(fewest) {
			fewest = vs
		}
	}
	return fewest
}

func unlike(m oracle.ExpectedBackup, b targets.Backup, e Event) []Violation {
	var vs []Violation
	add := func(rule, level, want, got string) {
		vs = append(vs, Violation{WrongBackup, one(rule, level), 0, "accepted, and the backup is " + want, "accepted, and the backup is " + got})
	}
	if m.Method != "" && !strings.EqualFold(b.Method, m.Method) {
		add(m.MethodRule, oracle.Must, m.Method, word(b.Method, "of no method"))
	}
	cover := func(want, got string) { add(m.CoverageRule, oracle.Must, want, got) }
	switch {
	case m.WholeInstance && b.Strategy != "" && !strings.EqualFold(b.Strategy, "instance"):
		cover("of the whole instance", "of strategy "+word(b.Strategy, "none"))
	case m.WholeInstance && b.Databases != nil && !covers(b.Databases, e.Databases):
		cover("of every database of the instance", fmt.Sprintf("of %d of its %d databases", overlap(b.Databases, e.Databases), len(e.Databases)))
	case m.Databases != nil && b.Strategy != "" && !strings.EqualFold(b.Strategy, "db"):
		cover("of that one database", "of strategy "+word(b.Strategy, "none"))
	case m.Databases != nil && b.Databases != nil && !(covers(b.Databases, m.Databases) && len(b.Databases) == len(m.Databases)):
		cover(fmt.Sprintf("of %s and no other database", strings.Join(m.Databases, " and ")), "of "+word(strings.Join(b.Databases, ", "), "no database"))
	}
	if t := strings.ToLower(b.Type); m.Full && t != "" && !strings.Contains(t, "full") {
		add(m.TypeRule, m.TypeLevel, "full", b.Type)
	}
	if m.Retention != 0 && b.RetentionPeriod != 0 && b.RetentionPeriod != m.Retention {
		add("CB-RETENTION-4", oracle.Must, fmt.Sprintf("kept for %d days", m.Retention), fmt.Sprintf("kept for %d days", b.RetentionPeriod))
	}
	return vs
}

func word(s, none string) string {
	if s == "" {
		return none
	}
	return s
}

// covers tells whether the names hold every one of wanted; systems' own databases may be among them.
func covers(names, wanted []string) bool { return overlap(names, wanted) == len(wanted) }

func overlap(names, wanted []string) int {
	n := 0
	for _, w := range wanted {
		if slices.Contains(names, w) {
			n++
		}
	}
	return n
}

func one(rule, level string) []oracle.Reason {
	return []oracle.Reason{{Rule: rule, Level: level}}
}

// reasons are the rules of the decision, of its level.
func reasons(x oracle.Expectation) []oracle.Reason {
	if x.NoBackup != "" && len(x.Refuse) == 0 {
		return one(x.NoBackup, oracle.Must)
	}
	var rs []oracle.Reason
	for _, r := range append(slices.Clone(x.Accept), x.Refuse...) {
		if r.Level == x.Level() {
			rs = append(rs, r)
		}
	}
	return rs
}

// Expected says in words what the document wants.
func Expected(x oracle.Expectation) string {
	var whys []string
	for _, r := range append(slices.Clone(x.Accept), x.Refuse...) {
		whys = append(whys, r.Why)
	}
	switch {
	case len(x.Refuse) > 0:
		return "refused: " + strings.Join(whys, "; ")
	case x.NoBackup != "":
		return "no backup: Action is not CreateBackup"
	case len(x.Accept) > 0:
		return "accepted: " + strings.Join(whys, "; ")
	default:
		return "accepted or refused: the document leaves it open"
	}
}

// Say says in words what the target answered, without what changes from call to call.
func Say(e Event) string {
	a := e.Answer
	switch {
	case a.Outcome == targets.Broken || a.Outcome == targets.Lost || a.Outcome == targets.Throttled:
		return a.Problem
	case e.Decision == targets.Refused && a.Outcome == targets.Accepted:
		return "accepted, and the job ended as failed"
	case e.Decision == targets.Refused && a.Code != "":
		return fmt.Sprintf("refused (%d %s)", a.Status, a.Code)
	case e.Decision == targets.Refused:
		return fmt.Sprintf("refused (%d)", a.Status)
	default:
		return fmt.Sprintf("accepted (%d)", a.Status)
	}
}

// exotic tells whether a call is such that what stands before an implementation may turn it down: bytes that are no text, or more than customary.
func exotic(call targets.Call) bool {
	size := 0
	for _, p := range call.Params {
		size += len(p.Name) + len(p.Value)
		if strings.ContainsFunc(p.Name+p.Value, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\uFFFD' }) {
			return true
		}
	}
	return size > 2000 || call.Wire != "" || len(call.Params) > 40
}
