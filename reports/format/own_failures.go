package format

import (
	"cmp"
	"strings"

	"github.com/cbspec/cbspec/reports"
)

// ownFailure is a failure that does not point at the finding of another.
type ownFailure struct {
	reports.Failure
	rule  reports.Rule
	index int             // of the rule
	cause reports.Finding // that was made from the failure, or the zero value
}

// ownFailures returns the failures that tools are told of, each cause once.
func ownFailures(r *reports.Report) []ownFailure {
	var list []ownFailure
	causes := causesOf(r)
	for i, rule := range r.Rules {
		if rule.Verdict == reports.Failed && len(rule.Failures) == 0 {
			rule.Failures = []reports.Failure{{Law: rule.Reason}}
		}
		for _, f := range rule.Failures {
			if causes.pointer(rule.ID, f) != "" {
				continue
			}
			finding := causes[f.Finding]
			if !finding.isOf(rule.ID, f) {
				finding = cause{}
			}
			list = append(list, ownFailure{f, rule, i, finding.Finding})
		}
	}
	return list
}

// fingerprint is that of the finding, which was made before texts were made visible.
func (f ownFailure) fingerprint() string {
	return cmp.Or(f.cause.Fingerprint, reports.Fingerprint(f.rule.ID, f.Failure))
}

// message says what fails, and how to send it again.
func (f ownFailure) message() string {
	lines := []string{f.rule.Statement + ": " + f.Law}
	if f.Expected != "" {
		lines = append(lines, "expected: "+reports.Clip(f.Expected, shownText))
	}
	if f.Answered != "" {
		lines = append(lines, "answered: "+reports.Clip(f.Answered, shownText))
	}
	lines = append(lines, caseWords(f.Case)...)
	if f.Replay != "" {
		lines = append(lines, replayCommand(f.Failure, ""))
	}
	return strings.Join(lines, "\n")
}
