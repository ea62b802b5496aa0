package reports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// Cause says what goes wrong, and when, as data. [Sentence] makes the sentence from it that people
// read.
type Cause struct {
	// Kind is one of the Kinds.
	Kind string
	// When lists the conditions that a call must meet to fail. Without any, every call fails.
	When []Condition
	// Exact reports whether When is known to be the whole failing condition. It is false where the
	// search budget was used up.
	Exact bool

	// The fields below are optional.

	// Effect says more of KindWrongEffect: one of the Effects.
	Effect string
	// Of is the kind of a failure of KindIntermittent in the cases in which it happens.
	Of string
	// Load is how many calls at once do not fail, where the failure happens only with more.
	Load int
	// Check says which comparison found the failure: one of the Checks.
	Check string
	// Variant says how the two calls of a comparison differ, such as "POST with a form, not GET".
	Variant string
	// Case is set where a sequence of steps or a race makes the failure, and not what one call is
	// like. Its last step is the one that fails.
	Case *targets.Case
	// Race says how the calls of Case are made, where they are made at once.
	Race *Race
	// SharedState reports whether a call is refused that was accepted earlier, on another instance
	// in the same condition.
	SharedState bool
	// See lists the rules that say what goes wrong, for a rule that only sums up others.
	See []string
}

// Sentence says in one plain sentence what goes wrong and when, such as "Wrongly accepted when
// backups today is 10 or 11 and BackupMethod is absent." The same cause gives the same sentence.
func Sentence(c Cause) string {
	what := c.what()
	switch {
	case len(c.See) > 0:
		return "Not every case is answered as documented: see " + list(c.See, "and") + "."
	case c.Kind == KindIntermittent && c.Load == 1:
		return what + ", but only with several calls at once."
	case c.Kind == KindIntermittent && c.Load > 1:
		return fmt.Sprintf("%s, but only with more than %d calls at once.", what, c.Load)
	case c.Kind == KindIntermittent:
		return what + ", but not every time that the case is sent."
	case c.Race != nil && c.Case != nil:
		return what + " when " + raceWords(*c.Case, *c.Race) + "."
	case c.Case != nil:
		return what + " " + sequenceWords(*c.Case) + "."
	case c.Variant != "":
		return what + ": " + c.Variant + "."
	case c.SharedState:
		return what + " in every case, although the same call was accepted earlier: instances seem to share state."
	case c.Check == CheckTask:
		return what + "."
	}
	return what + c.when() + "."
}

// what says what goes wrong, without saying when.
func (c Cause) what() string {
	switch c.Check {
	case CheckType:
		return "The backup type differs from that of the same call with Auto"
	case CheckDecision:
		return "Two forms of the same call are not both accepted or both refused"
	case CheckCode:
		return "Refused with an undocumented Code"
	case CheckTask:
		return "DescribeBackupTasks does not know the BackupJobId of the answer"
	}
	kind := c.Kind
	if kind == KindIntermittent {
		kind = c.Of
	}
	if s, ok := effectWords[c.Effect]; ok && kind == KindWrongEffect {
		return s
	}
	if s, ok := kindWords[kind]; ok {
		return s
	}
	return "Fails"
}

// kindWords begin the sentence of each kind.
var kindWords = map[string]string{
	KindWronglyAccepted: "Wrongly accepted",
	KindWronglyRefused:  "Wrongly refused",
	KindWrongDocument:   "The answer differs from the documented one",
	KindWrongEffect:     "The effect differs from the documented one",
	KindServerError:     "Answered with a server error",
	KindNoAnswer:        "No valid answer",
	KindNotLinearizable: "No order of the calls explains the answers",
	KindInconsistent:    "Not answered consistently",
}

// effectWords begin the sentence of each effect.
var effectWords = map[string]string{
	EffectContradiction: "The answer contradicts the effect",
	EffectWrongBackup:   "The backup is not the one asked for",
	EffectElsewhere:     "A backup of another instance is made",
}

// when says the conditions, with what is not known of them.
func (c Cause) when() string {
	var clauses []string
	for _, condition := range c.When {
		clauses = append(clauses, condition.String())
	}
	switch {
	case len(clauses) > 0 && c.Exact:
		return " when " + list(clauses, "and")
	case len(clauses) > 0:
		return " when " + list(clauses, "and") + ", and perhaps only under further conditions"
	case c.Exact:
		return " in every case"
	}
	return "; when exactly is unknown (search budget used up)"
}

// String says the condition in words, such as "backups today is 10 or 11".
func (c Condition) String() string {
	subject, ok := subjects[c.Factor]
	if !ok {
		subject = c.Factor + " is"
	}
	switch {
	case c.Value != nil && c.Factor == "databases":
		return fmt.Sprintf("the databases are %q", *c.Value)
	case c.Value != nil:
		return fmt.Sprintf("%s %q", subject, *c.Value)
	case len(c.Classes) == 0:
		return c.Factor
	case c.Not != "" && strings.HasSuffix(subject, " is"):
		return subject + " not " + c.Not
	}
	classes := slices.Clone(c.Classes)
	for i, class := range classes {
		if s, ok := classWords[[2]string{c.Factor, class}]; ok {
			classes[i] = s
		}
	}
	return subject + " " + list(classes, "or")
}

// subjects begin the words of the conditions whose factor is not a name that is read as it is.
var subjects = map[string]string{
	"engine":             "the engine is",
	"status":             "the status is",
	"databases":          "the instance has",
	"last backup":        "the last backup is",
	"lock":               "the lock is",
	"storage":            "the storage is",
	"sent by":            "the call is sent by",
	"further parameters": "the call has",
	"decision":           "the call is",
}

// classWords are the words of classes, by factor and class, whose name does not fit the subject.
var classWords = map[[2]string]string{
	{"databases", "none"}:                               "no database",
	{"databases", "one"}:                                "one database",
	{"databases", "several"}:                            "several databases",
	{"databases", "of any names"}:                       "databases of any names",
	{"last backup", "none"}:                             "missing",
	{"further parameters", "none"}:                      "no further parameters",
	{"further parameters", "those of official clients"}: "the further parameters of official clients",
	{"further parameters", "unknown ones"}:              "unknown parameters",
}

// list joins words as a sentence does: "a, b or c".
func list(words []string, last string) string {
	n := len(words) - 1
	if n < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}
