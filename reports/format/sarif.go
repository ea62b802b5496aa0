package format

import (
	"cmp"
	"encoding/json"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/cbspec/cbspec/reports"
)

// sarifLevels are the words of SARIF for the levels of rules.
var sarifLevels = map[string]string{reports.Must: "error", reports.Should: "warning", reports.May: "note"}

// object is a JSON object. SARIF has so many kinds of objects, each used once, that a type for each
// would only hide its shape.
type object = map[string]any

// writeSARIF writes the findings of a report as SARIF 2.1.0. Each is at the line of its rule in the
// feature file, relative to the repository of cbspec. Its fingerprint is of its rule, kind and
// conditions, so that it is the same from run to run. A waived failure is suppressed.
func writeSARIF(w io.Writer, r *reports.Report) error {
	r = reports.Printable(r)
	rules, results := []object{}, []object{}
	for _, rule := range r.Rules {
		rules = append(rules, sarifRule(rule))
	}
	for _, f := range ownFailures(r) {
		result := sarifResult(f.rule, f.Failure, f.cause)
		result["ruleIndex"] = f.index
		results = append(results, result)
	}
	driver := object{
		"name": cmp.Or(r.Tool.Name, "cbspec"), "version": cmp.Or(r.Tool.Version, "unknown"), "rules": rules,
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(object{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json",
		"version": "2.1.0",
		"runs": []object{{
			"tool": object{"driver": driver},
			// The results of one target do not replace those of another.
			"automationDetails": object{"id": "cbspec/" + r.Target.Name + "/" + r.Edition + "/"},
			"invocations":       []object{sarifInvocation(r)},
			"results":           results,
			"properties": object{
				"target": r.Target.Name, "endpoint": r.Target.Endpoint, "edition": r.Edition,
				"verdict": r.Verdict, "judged": reports.JudgedOf(r), "totals": r.Totals,
			},
		}},
	})
}

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

// sarifText is a message. A text that looks like a link is changed, because SARIF makes it one.
func sarifText(s string) object {
	return object{"text": strings.ReplaceAll(reports.Clip(s, 4*shownText), "](", "] (")}
}

func sarifRule(rule reports.Rule) object {
	statement := cmp.Or(rule.Statement, rule.ID)
	return object{
		"id":                   rule.ID,
		"shortDescription":     sarifText(statement),
		"fullDescription":      sarifText(cmp.Or(rule.Document, statement)),
		"defaultConfiguration": object{"level": cmp.Or(sarifLevels[rule.Level], "none")},
		"properties": object{
			"level": rule.Level, "area": rule.Area, "section": rule.Section,
			"verdict": rule.Verdict, "reason": rule.Reason,
		},
	}
}

// sarifResult returns the result of a failure. Where no finding was made from it, cause is empty.
func sarifResult(rule reports.Rule, f reports.Failure, cause reports.Finding) object {
	identity := cmp.Or(cause.Fingerprint, reports.Fingerprint(rule.ID, f))
	feature := url.URL{Path: rule.Feature}
	result := object{
		"ruleId": rule.ID, "level": cmp.Or(sarifLevels[rule.Level], "none"),
		"message": sarifText(sarifMessage(rule, f)),
		"locations": []object{{"physicalLocation": object{
			"artifactLocation": object{"uri": feature.String(), "uriBaseId": "%SRCROOT%"},
			"region":           object{"startLine": max(rule.Line, 1)},
		}}},
		// GitHub knows only the first name.
		"partialFingerprints": object{"primaryLocationLineHash": identity + ":1", "law/v1": identity},
		"properties": object{
			"curl": f.Curl, "replay": f.Replay, "cases": max(f.Count, cause.Cases), "alsoFails": cause.AlsoFails,
		},
	}
	if f.Known != nil {
		result["suppressions"] = []object{{
			"kind": "external", "status": "accepted", "justification": "waived: " + waiverWords(*f.Known),
		}}
	}
	return result
}

// sarifMessage says what fails, and how to send it again.
func sarifMessage(rule reports.Rule, f reports.Failure) string {
	lines := []string{rule.Statement + ": " + f.Law}
	if f.Expected != "" {
		lines = append(lines, "expected: "+reports.Clip(f.Expected, shownText))
	}
	if f.Answered != "" {
		lines = append(lines, "answered: "+reports.Clip(f.Answered, shownText))
	}
	lines = append(lines, caseWords(f.Case)...)
	if f.Replay != "" {
		lines = append(lines, replayCommand(f, ""))
	}
	return strings.Join(lines, "\n")
}

// sarifInvocation says how the run itself went.
func sarifInvocation(r *reports.Report) object {
	notices := []object{}
	for _, gap := range reports.Gaps(r) {
		notices = append(notices, object{"level": "error", "message": sarifText(gap)})
	}
	for _, warning := range r.Warnings {
		notices = append(notices, object{"level": "warning", "message": sarifText(warning)})
	}
	invocation := object{"executionSuccessful": r.Complete, "toolExecutionNotifications": notices}
	if started, err := time.Parse(time.RFC3339, r.Started); err == nil {
		invocation["startTimeUtc"] = started.UTC().Format(time.RFC3339)
	}
	return invocation
}
