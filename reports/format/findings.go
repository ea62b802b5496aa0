package format

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/reports"
)

// finding is a finding with the rule and the failure that it was made from.
type finding struct {
	reports.Finding
	rule    reports.Rule
	failure reports.Failure
}

// findingsOf returns the findings of a report that are not waived, and then those that are.
func findingsOf(r *reports.Report) []finding {
	var list, waived []finding
	for _, f := range r.Findings {
		main := r.FailureOf(f)
		i := slices.IndexFunc(r.Rules, func(rule reports.Rule) bool { return rule.ID == f.Rule })
		if main == nil || i < 0 {
			continue
		}
		shown := finding{f, r.Rules[i], *main}
		shown.failure.Replay = f.Replay
		if main.Known != nil {
			waived = append(waived, shown)
		} else {
			list = append(list, shown)
		}
	}
	return append(list, waived...)
}

// explainedWords says how many findings explain how many failed rules.
func explainedWords(r *reports.Report) string {
	verb := "explain"
	if len(r.Findings) == 1 {
		verb = "explains"
	}
	return fmt.Sprintf("%s %s %s", plural(len(r.Findings), "finding"), verb, plural(len(withVerdict(r.Rules, reports.Failed)), "failed rule"))
}

// reachWords says how many cases fail because of a finding, and which other rules.
func (f finding) reachWords() string {
	s := plural(f.Cases, "case")
	if len(f.AlsoFails) > 0 {
		s += "; also fails " + strings.Join(f.AlsoFails, ", ")
	}
	return s
}

// answerWords says by what the failing answer is found in the logs of the target.
func answerWords(f reports.Finding) string {
	var words []string
	if f.RequestID != "" {
		words = append(words, "RequestId "+f.RequestID)
	}
	if f.Date != "" {
		words = append(words, "Date "+f.Date)
	}
	return strings.Join(words, ", ")
}

// causes are the findings of a report by their id.
type causes map[string]cause

// cause is a finding. Waived reports whether its own failure is.
type cause struct {
	reports.Finding
	waived bool
}

// isOf reports whether the finding was made from a failure of a rule.
func (c cause) isOf(rule string, f reports.Failure) bool {
	return c.Rule == rule && c.Sentence == f.Law
}

func causesOf(r *reports.Report) causes {
	byID := causes{}
	for _, f := range r.Findings {
		main := r.FailureOf(f)
		byID[f.ID] = cause{f, main != nil && main.Known != nil}
	}
	return byID
}

// pointer says which finding a failure of a rule belongs to, where that is a finding of another
// rule or another failure of the same rule. It is empty where the failure itself is the finding,
// and where the finding is waived: this failure need not be.
func (c causes) pointer(rule string, f reports.Failure) string {
	cause, is := c[f.Finding]
	if !is || cause.waived || cause.isOf(rule, f) {
		return ""
	}
	return fmt.Sprintf("fails because of finding %s, %s: %s", cause.ID, cause.Rule, cause.Sentence)
}

// refersTo lists the findings that a failed rule fails because of.
func refersTo(rule reports.Rule) string {
	var ids []string
	for _, f := range rule.Failures {
		if f.Finding != "" && !slices.Contains(ids, f.Finding) {
			ids = append(ids, f.Finding)
		}
	}
	return strings.Join(ids, ", ")
}
