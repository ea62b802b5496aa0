package judge

import (
	"bytes"
	"regexp"
	"slices"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// Robust is the reason of what goes wrong with a call that the document says nothing about.
var Robust = oracle.Reason{Rule: "CB-ROBUST-1", Level: oracle.Should, Why: "no input may break an implementation"}

// escaped is the reason of an error document that is not well-formed because of what it echoes.
var escaped = oracle.Reason{Rule: "CB-ROBUST-2", Level: oracle.Should, Why: "whatever is echoed is escaped"}

// decision judges whether a call was accepted or refused, and the effect that it had.
func decision(e runner.Event) []Violation {
	x, said := e.Expect, Say(e)
	switch e.Decision {
	case targets.Throttled, targets.Lost:
		return nil
	case targets.Broken:
		return unanswered(e)
	}
	var vs []Violation
	accepted := e.Decision == targets.Accepted
	switch {
	case accepted && len(x.Refuse) > 0:
		vs = append(vs, violation(WronglyAccepted, reasons(x), Expected(x), said))
	case !accepted && len(x.Accept) > 0:
		vs = append(vs, violation(WronglyRefused, reasons(x), Expected(x), said))
	}
	if e.Observed() {
		vs = append(vs, effect(e)...)
	}
	return vs
}

// unanswered judges a call that got no valid answer.
func unanswered(e runner.Event) []Violation {
	x, said, odd := e.Expect, Say(e), runner.NonStandard(e.Call)
	clientError := e.Answer.Status >= 400 && e.Answer.Status < 500
	switch {
	case !odd && (x.Specified() || x.NoBackup != ""):
		return []Violation{violation(NoAnswer, reasons(x), Expected(x), said)}
	case odd && clientError && beginsAsError(e.Answer):
		return []Violation{violation(NoAnswer, []oracle.Reason{escaped}, "an error document that is well-formed, whatever it echoes", said)}
	case clientError:
		return nil // a gateway before the implementation may turn the call down in its own words
	default:
		return []Violation{violation(NoAnswer, []oracle.Reason{Robust}, "a valid answer of any kind", said)}
	}
}

// errorDocument matches the beginning of an implementation's own error documents. The error pages
// of gateways begin otherwise.
var errorDocument = regexp.MustCompile(`^\s*(\{\s*"|(<\?xml[^>]*\?>\s*)?<Error[\s>])`)

// beginsAsError reports whether an answer begins as an error document and is not a valid one.
func beginsAsError(a targets.Answer) bool {
	return a.Kind == targets.BrokenDocument && errorDocument.Match(bytes.TrimPrefix(a.Body, []byte("\xef\xbb\xbf")))
}

// reasons are the rules behind a decision, those of its level.
func reasons(x oracle.Expectation) []oracle.Reason {
	if x.NoBackup != "" && len(x.Refuse) == 0 {
		return because(x.NoBackup, oracle.Must)
	}
	var rs []oracle.Reason
	for _, r := range append(slices.Clone(x.Accept), x.Refuse...) {
		if r.Level == x.Level() {
			rs = append(rs, r)
		}
	}
	return rs
}
