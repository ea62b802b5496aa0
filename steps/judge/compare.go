package judge

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// Variants is what a check looks at: a case, and for a comparison the other variant of its call.
type Variants struct {
	Case targets.Case
	// Other is the case that Case is compared with; nil where the check compares nothing.
	Other *targets.Case
	// Codes are the spellings that the Code of a refusal may have.
	Codes Codes
}

// Comparison is the result of a check.
type Comparison struct {
	// Wrong is set where the check does not hold.
	Wrong bool
	// Undecided is why the check says nothing; empty where it says something.
	Undecided          string
	Expected, Answered string
	// Answer is that of the last call of the case.
	Answer targets.Answer
}

// Check judges a case other than by what the document says of each of its calls. It may run the
// case several times.
type Check func(context.Context, *runner.Session, Variants) (Comparison, error)

// CheckNamed returns the check that reports and replay files know by that name.
func CheckNamed(name string) (Check, bool) {
	switch name {
	case reports.CheckDecision:
		return SameDecision, true
	case reports.CheckType:
		return SameType, true
	case reports.CheckCode:
		return DocumentedCode, true
	case reports.CheckTask:
		return KnownTask, true
	default:
		return nil, false
	}
}

// VariantsOf returns what a kept failure was checked on.
func VariantsOf(r reports.Replay) Variants {
	return Variants{Case: r.Case, Other: r.Other, Codes: codesIn(r.Codes)}
}

// Confirmations is how often a difference has to be seen again before it counts. A difference that
// comes and goes by itself is not one between the variants.
const Confirmations = 2

// SameDecision checks that a call is accepted if and only if the other variant of it is.
func SameDecision(ctx context.Context, s *runner.Session, v Variants) (Comparison, error) {
	return compare(ctx, s, v, aspect{
		read: func(h runner.History) (said, undecided string) {
			switch e := h.Last(); {
			case len(Judge(s.Edition, h)) > 0:
				return "", "one of the two breaks another rule"
			case e.Decision == targets.Throttled || e.Decision == targets.Lost || e.Decision == targets.Broken:
				return "", "not every call was answered"
			default:
				return Say(e), ""
			}
		},
		key:      func(said string) string { verb, _, _ := strings.Cut(said, " "); return verb },
		expected: "%s, as without the difference", answered: "%s",
	})
}

// SameType checks that a backup has the type of the backup of the other variant.
func SameType(ctx context.Context, s *runner.Session, v Variants) (Comparison, error) {
	return compare(ctx, s, v, aspect{
		read: func(h runner.History) (said, undecided string) {
			if t := BackupType(h); t != "" {
				return t, ""
			}
			return "", "no backup shows its type"
		},
		key:      func(said string) string { return said },
		expected: "a backup of the same type as with Auto (%s)", answered: "a backup of type %s",
	})
}

// aspect is what two variants are compared in.
type aspect struct {
	// read returns what a history shows, or why it shows nothing.
	read func(runner.History) (said, undecided string)
	// key returns the part of that in which the variants have to be equal.
	key func(said string) string
	// expected and answered are formats for what the other variant and the case show.
	expected, answered string
}

// compare runs both variants until they agree once, or differ in the same way each time.
func compare(ctx context.Context, s *runner.Session, v Variants, a aspect) (Comparison, error) {
	if v.Other == nil {
		return Comparison{}, fmt.Errorf("%w: the other variant is missing", ErrIncomplete)
	}
	var out Comparison
	for i := range 1 + Confirmations {
		var said [2]string
		var answer targets.Answer
		for side, c := range []targets.Case{v.Case, *v.Other} {
			h, err := s.Run(ctx, c)
			if err != nil {
				return out, err
			}
			if len(h.Events) == 0 {
				return Comparison{Undecided: noCall}, nil
			}
			var why string
			if said[side], why = a.read(h); why != "" {
				return Comparison{Undecided: why}, nil
			}
			if side == 0 {
				answer = h.Last().Answer
			}
		}
		answered, expected := fmt.Sprintf(a.answered, said[0]), fmt.Sprintf(a.expected, said[1])
		if a.key(said[0]) == a.key(said[1]) || i > 0 && (answered != out.Answered || expected != out.Expected) {
			return Comparison{Expected: expected, Answered: answered}, nil
		}
		out = Comparison{Wrong: true, Expected: expected, Answered: answered, Answer: answer}
	}
	return out, nil
}

const noCall = "no call was made"

// BackupType returns the type of the one backup that resulted from the last call: full,
// incremental, or as the target spells it. It is empty where the target does not show it.
func BackupType(h runner.History) string {
	for _, bs := range h.Last().New {
		if len(bs) != 1 {
			continue
		}
		switch t := strings.ToLower(bs[0].Type); {
		case strings.Contains(t, "incr"):
			return "incremental"
		case strings.Contains(t, "full"):
			return "full"
		default:
			return t
		}
	}
	return ""
}

// DocumentedCode checks that a call which one rule alone refuses is refused with one of the Codes.
func DocumentedCode(ctx context.Context, s *runner.Session, v Variants) (Comparison, error) {
	h, err := s.Run(ctx, v.Case)
	if err != nil {
		return Comparison{}, err
	}
	if len(h.Events) == 0 {
		return Comparison{Undecided: noCall}, nil
	}
	e := h.Last()
	out := Comparison{Expected: v.Codes.String(), Answered: Say(e), Answer: e.Answer}
	switch {
	case e.Decision != targets.Refused || e.Answer.Code == "":
		out.Undecided = "not refused with a Code"
	case len(e.Expect.Refuse) != 1:
		out.Undecided = "more than one rule refuses the call"
	default:
		out.Wrong = !v.Codes.Allow(e.Answer.Code)
	}
	return out, nil
}

// NoTasks is why nothing is said about a target that does not answer DescribeBackupTasks.
const NoTasks = "the target does not answer DescribeBackupTasks"

// KnownTask checks that DescribeBackupTasks, asked for the BackupJobId of the last call, answers
// with that task.
func KnownTask(ctx context.Context, s *runner.Session, v Variants) (Comparison, error) {
	out := Comparison{Expected: "the task of the answered BackupJobId", Answered: "the task, among others"}
	h, tasks, err := s.AskTask(ctx, v.Case)
	if err != nil {
		return out, err
	}
	out.Answer = h.Last().Answer
	job := out.Answer.BackupJobID
	ids, ok := runner.Tasks(tasks)
	switch {
	case h.Last().Decision != targets.Accepted || job == "":
		out.Undecided = "the call was not answered with a BackupJobId"
	case !ok:
		out.Undecided = NoTasks
	case !slices.Contains(ids, job):
		out.Wrong, out.Answered = true, "tasks without it"
	}
	return out, nil
}

// Difference is a comparison, or another check, that does not hold in a scenario.
type Difference struct {
	// Check is the name that reports and replay files know the check by.
	Check string
	Variants
	Comparison
	// When is the failing condition, where the scenario itself fixes it: a factor and its classes.
	When []Condition
}

// Condition is one factor of the parameter model with the classes that it has in a failure.
type Condition struct {
	Factor  string
	Classes []string
}
