package reports

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"strings"
)

// sarifLevels are SARIF's words for the levels.
var sarifLevels = map[string]string{Must: "error", Should: "warning", May: "note"}

// WriteSARIF writes the failures as SARIF 2.1.0. Each points at the line of its rule in the feature file, relative to the root of cbspec's repository.
func WriteSARIF(w io.Writer, r *Report) error {
	r = printable(r)
	type object = map[string]any
	text := func(s string) object { return object{"text": s} }
	rules, results := []object{}, []object{}
	for i, rule := range r.Rules {
		rules = append(rules, object{
			"id": rule.ID, "shortDescription": text(rule.Statement), "fullDescription": text(word(rule.Document, rule.Statement)),
			"defaultConfiguration": object{"level": word(sarifLevels[rule.Level], "none")},
			"properties":           object{"level": rule.Level, "area": rule.Area, "section": rule.Section},
		})
		for _, f := range rule.Failures {
			message := fmt.Sprintf("%s: %s\nexpected: %s\nanswered: %s", rule.Statement, clip(f.Law, shownText), clip(f.Expected, shownText), clip(f.Answered, shownText))
			if f.Case != nil {
				message += "\n" + strings.Join(caseWords(f.Case), "\n")
			}
			if f.Replay != "" {
				message += "\n" + replayCommand(f)
			}
			result := object{
				"ruleId": rule.ID, "ruleIndex": i, "level": word(sarifLevels[rule.Level], "none"), "message": text(message),
				"locations": []object{{"physicalLocation": object{
					"artifactLocation": object{"uri": rule.Feature, "uriBaseId": "%SRCROOT%"}, "region": object{"startLine": max(rule.Line, 1)},
				}}},
				"partialFingerprints": object{"law/v1": fingerprint(rule.ID, f.Law)},
			}
			if f.Known != nil {
				result["suppressions"] = []object{{"kind": "external", "status": "accepted", "justification": waiverWords(*f.Known)}}
			}
			results = append(results, result)
		}
	}
	invocation := object{"executionSuccessful": r.Complete, "startTimeUtc": r.Started}
	if !r.Complete {
		invocation["toolExecutionNotifications"] = []object{{"level": "error", "message": text("The run was cut short: " + r.CutShort)}}
	}
	if r.Started == "" {
		delete(invocation, "startTimeUtc")
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(object{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
		"runs": []object{{
			"tool":        object{"driver": object{"name": r.Tool.Name, "version": r.Tool.Version, "rules": rules}},
			"invocations": []object{invocation}, "results": results,
			"properties": object{"target": r.Target.Name, "endpoint": r.Target.Endpoint, "edition": r.Edition, "verdict": r.Verdict},
		}},
	})
}

// fingerprint tells the same failure in two reports, whatever stands before it.
func fingerprint(parts ...string) string {
	h := fnv.New64a()
	_, _ = io.WriteString(h, strings.Join(parts, "\x00")) // a hash takes everything
	return fmt.Sprintf("%016x", h.Sum64())
}

func word(s, none string) string {
	if s == "" {
		return none
	}
	return s
}
