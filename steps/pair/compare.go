package pair

import (
	"fmt"
	"strconv"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// Difference is one way in which two targets differ at one call of a case.
type Difference struct {
	Aspect string // one of reports.Aspects
	Step   int    // of the case
	// A and B are what each target did, in words without ids and times.
	A, B string
	Ruling
	// Expect is what the document says about the call.
	Expect oracle.Expectation
	// Refused is set where both targets refused the call, and Accepted where one accepted it.
	Refused, Accepted bool
}

// key is equal for differences that are the same in different cases.
func (d Difference) key() string { return d.Aspect + "\n" + d.A + "\n" + d.B }

// view is one call of a case as one target answered it, with what the document says against that.
type view struct {
	runner.Event
	wrong []judge.Violation
}

// views are the same call as A and B answered it.
type views [2]view

// aspect is one of the things in which answers are compared.
type aspect struct {
	name string
	// read returns what each target did in this respect. Equal texts are no difference, and nothing
	// is compared where a target does not show it.
	read func(views) (a, b string)
	// diverges is set where the instances may be in different states after a difference, so that
	// what comes later is a consequence.
	diverges bool
}

// aspects are in the order in which they are compared. Each is compared only where those before it
// that diverge are equal.
var aspects = []aspect{
	{name: reports.AspectDecision, read: decisions, diverges: true},
	{name: reports.AspectEffect, read: effects, diverges: true},
	{name: reports.AspectStatus, read: statuses},
	{name: reports.AspectDocument, read: documents},
}

// compare returns in what two histories of a case differ, up to the first call after which the
// instances may be in different states. A call that did not reach one of the targets ends the
// comparison.
func compare(h [2]runner.History, wrong [2][]judge.Violation) (ds []Difference, last views) {
	for n := range min(len(h[0].Events), len(h[1].Events)) {
		var v views
		for side := range v {
			e := h[side].Events[n]
			if e.Decision == targets.Throttled || e.Decision == targets.Lost {
				return ds, views{}
			}
			v[side].Event = e
			for _, w := range wrong[side] {
				if w.Step == e.Step {
					v[side].wrong = append(v[side].wrong, w)
				}
			}
		}
		last = v
		for _, x := range aspects {
			a, b := x.read(v)
			if a == b {
				continue
			}
			d := Difference{Aspect: x.name, Step: v[0].Step, A: a, B: b, Expect: v[0].Expect}
			d.Refused = v[0].Decision == targets.Refused && v[1].Decision == targets.Refused
			d.Accepted = v[0].Decision == targets.Accepted || v[1].Decision == targets.Accepted
			d.Ruling = rule(x.name, v)
			ds = append(ds, d)
			if x.diverges {
				return ds, last
			}
		}
	}
	return ds, last
}

// decisions says whether each target accepted the call.
func decisions(v views) (a, b string) { return decision(v[0]), decision(v[1]) }

func decision(v view) string {
	if v.Decision == targets.Broken {
		return "gave no valid answer (" + v.Answer.Problem + ")"
	}
	return string(v.Decision) + " the call"
}

// statuses says with which status and Code each target answered. Equal Codes are left out, so that
// one status instead of another is one difference, whatever the Code.
func statuses(v views) (a, b string) {
	var said [2]string
	for side, x := range v {
		said[side] = string(x.Decision) + " with status " + strconv.Itoa(x.Answer.Status)
		if v[0].Answer.Code != v[1].Answer.Code {
			said[side] += fmt.Sprintf(" and Code %q", x.Answer.Code)
		}
	}
	return said[0], said[1]
}
