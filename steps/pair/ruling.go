package pair

import (
	"slices"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/targets"
)

// Ruling is who is right by the document.
type Ruling struct {
	Right   string          // one of reports.RightA and so on
	Reasons []oracle.Reason // the rules that are broken
}

// weight is 2 where a must rule is broken, 1 where a should rule is, and 0 where none is.
func (r Ruling) weight() int {
	most := 0
	for _, reason := range r.Reasons {
		if reason.Level == oracle.Must {
			return 2
		}
		most = 1
	}
	return most
}

// rule says who is right about an aspect of a call.
func rule(aspect string, v views) Ruling {
	wrong := [2][]oracle.Reason{against(aspect, v[0]), against(aspect, v[1])}
	r := Ruling{Right: reports.RightSilent, Reasons: slices.Concat(wrong[0], wrong[1])}
	switch a, b := len(wrong[0]) > 0, len(wrong[1]) > 0; {
	case a && b:
		r.Right = reports.RightNeither
	case a:
		r.Right = reports.RightB
	case b:
		r.Right = reports.RightA
	}
	return r
}

// against returns the rules that an answer breaks in an aspect.
func against(aspect string, v view) []oracle.Reason {
	if aspect == reports.AspectStatus {
		return againstCode(v)
	}
	var rs []oracle.Reason
	for _, w := range v.wrong {
		if (w.Kind == judge.WrongDocument) == (aspect == reports.AspectDocument) {
			rs = append(rs, w.Reasons...)
		}
	}
	return rs
}

// againstCode returns the rule that the Code of a refusal breaks, where the refusal has one reason
// and a table lists the Codes for it.
func againstCode(v view) []oracle.Reason {
	if v.Decision != targets.Refused || len(v.Expect.Refuse) != 1 || v.Expect.Refuse[0].Factor == "" || v.Answer.Code == "" {
		return nil
	}
	codes := judge.CodesOf(v.Expect.Refuse[0].Factor)
	if len(codes.Documented) == 0 || codes.Allow(v.Answer.Code) {
		return nil
	}
	return []oracle.Reason{{Rule: "CB-RESPONSE-7", Level: oracle.Should}}
}
