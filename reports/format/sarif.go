package format

import (
	"cmp"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/cbspec/cbspec/reports"
)

// sarifLevels are SARIF's words for the levels.
var sarifLevels = map[string]string{reports.Must: "error", reports.Should: "warning", reports.May: "note"}

// object is an object of JSON. SARIF has so many kinds of them, of one use each, that types would only hide its shape.
type object = map[string]any

// writeSARIF writes the failures as SARIF 2.1.0. Each is at the line of its rule in the feature file, relative to the root
// of cbspec's repository, and is told from others by its rule and law, so that it stays the same from run to run. What
// is waived is suppressed.
func writeSARIF(w io.Writer, r *reports.Report) error {
	r = reports.Printable(r)
	rules, results := []object{}, []object{}
	for i, rule := range r.Rules {
		rules = append(rules, sarifRule(rule))
		if rule.Verdict == reports.Failed && len(rule.Failures) == 0 {
			rule.Failures = []reports.Failure{{Law: rule.Reason}}
		}
		for _, f := range rule.Failures {
			results = append(results, sarifResult(i, rule, f))
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(object{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json",
		"version": "2.1.0",
		"runs": []object{{
			"tool":              object{"driver": object{"name": cmp.Or(r.Tool.Name, "cbspec"), "version": cmp.Or(r.Tool.Version, "unknown"), "rules": rules}},
			"automationDetails": object{"id": "cbspec/" + r.Target.Name + "/" + r.Edition + "/"}, // one target's results do not replace another's
			"invocations":       []object{sarifInvocation(r)},
			"results":           results,
			"properties":        object{"target": r.Target.Name, "endpoint": r.Target.Endpoint, "edition": r.Edition, "verdict": r.Verdict, "totals": r.Totals},
		}},
	})
}

func sarifText(s string) object {
	// What looks like a link is one, in a message of SARIF.
	return object{"text": strings.ReplaceAll(reports.Clip(s, 4*shownText), "](", "] (")}
}

func sarifRule(rule reports.Rule) object {
	return object{
		"id":                   rule.ID,
		"shortDescription":     sarifText(cmp.Or(rule.Statement, rule.ID)),
		"fullDescription":      sarifText(cmp.Or(rule.Document, cmp.Or(rule.Statement, rule.ID))),
		"defaultConfiguration": object{"level": cmp.Or(sarifLevels[rule.Level], "none")},
		"properties":           object{"level": rule.Level, "area": rule.Area, "section": rule.Section, "verdict": rule.Verdict, "reason": rule.Reason},
	}
}

func sarifResult(index int, rule reports.Rule, f reports.Failure) object {
	message := rule.Statement + ": " + f.Law
	for _, line := range []struct{ what, text string }{{"expected", f.Expected}, {"answered", f.Answered}} {
		if line.text != "" {
			message += "\n" + line.what + ": " + reports.Clip(line.text, shownText)
		}
	}
	for _, line := range caseWords(f.Case) {
		message += "\n" + line
	}
	if f.Replay != "" {
		message += "\n" + replayCommand(f, "")
	}
	identity := fingerprint(rule.ID, f.Law)
	result := object{
		"ruleId": rule.ID, "ruleIndex": index, "level": cmp.Or(sarifLevels[rule.Level], "none"), "message": sarifText(message),
		"locations": []object{{"physicalLocation": object{
			"artifactLocation": object{"uri": (&url.URL{Path: rule.Feature}).String(), "uriBaseId": "%SRCROOT%"},
			"region":           object{"startLine": max(rule.Line, 1)},
		}}},
		// GitHub knows the first name only.
		"partialFingerprints": object{"primaryLocationLineHash": identity + ":1", "law/v1": identity},
		"properties":          object{"curl": f.Curl, "replay": f.Replay, "cases": f.Count},
	}
	if waiver := f.Known; waiver != nil {
		result["suppressions"] = []object{{"kind": "external", "status": "accepted", "justification": "waived: " + waiverWords(*waiver)}}
	}
	return result
}

// sarifInvocation tells how the run itself went.
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

// fingerprint tells the same failure in two reports, whatever stands before it.
func fingerprint(parts ...string) string {
	h := fnv.New64a()
	_, _ = io.WriteString(h, strings.Join(parts, "\x00")) // a hash takes everything
	return fmt.Sprintf("%016x", h.Sum64())
}
