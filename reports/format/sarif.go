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
		results = append(results, sarifResult(f))
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

func sarifResult(f ownFailure) object {
	rule, identity := f.rule, f.fingerprint()
	feature := url.URL{Path: rule.Feature}
	result := object{
		"ruleId": rule.ID, "ruleIndex": f.index, "level": cmp.Or(sarifLevels[rule.Level], "none"),
		"message": sarifText(f.message()),
		"locations": []object{{"physicalLocation": object{
			"artifactLocation": object{"uri": feature.String(), "uriBaseId": "%SRCROOT%"},
			"region":           object{"startLine": max(rule.Line, 1)},
		}}},
		// GitHub knows only the first name.
		"partialFingerprints": object{"primaryLocationLineHash": identity + ":1", "law/v1": identity},
		"properties": object{
			"curl": f.Curl, "replay": f.Replay, "cases": max(f.Count, f.cause.Cases), "alsoFails": f.cause.AlsoFails,
		},
	}
	if f.Known != nil {
		result["suppressions"] = []object{{
			"kind": "external", "status": "accepted", "justification": "waived: " + waiverWords(*f.Known),
		}}
	}
	return result
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
