package diagnose

import (
	"context"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// finding is a violation in its minimal case, with what is known of its cause.
type finding struct {
	minimal   targets.Case
	violation judge.Violation
	event     runner.Event // of the violation
	mutation  string       // what is unusual about the call beside its vector
	// condition is the failing condition; nil where a case without a vector was reduced.
	condition *localise.FailingCondition
	factors   []string // that the failing condition speaks of
	contexts  int      // in which it was checked
	cause     cause
	// plain is set where one plain call is enough.
	plain bool
}

// addFinding adds a finding to the rule that it is attributed to, or counts it where it is known.
func (d *Diagnosis) addFinding(ctx context.Context, in incident, f finding) {
	rule := d.attributor.attribute(in.under, f)
	if k := d.registry.same(rule, f); k != nil {
		d.registry.count(in.under, k)
		return
	}
	failure := d.failure(ctx, in.under, f)
	k := known{
		kind: f.violation.Kind, rule: rule, level: f.violation.Level(), condition: f.condition, mutation: f.mutation, late: f.violation.Late(),
	}
	if !f.plain {
		k.within = in.under.key()
	}
	d.registry.add(in.under, k, failure)
	d.tell(rule, failure, in.result.Seen(in.violation))
}

// failure sends the minimal case of a finding again, and returns the finding as the report has it.
func (d *Diagnosis) failure(ctx context.Context, u Under, f finding) reports.Failure {
	out := reports.Failure{
		Expected: f.violation.Expected, Answered: f.violation.Answered, Count: 1, Contexts: f.contexts, Scenario: u.Scenario,
		Case: &f.minimal, Curl: d.curl(f.minimal),
	}
	for range reproductions {
		h, err := d.session.Run(ctx, f.minimal)
		if err != nil {
			break
		}
		out.Tries++
		if _, again := d.again(h, f.violation); again {
			out.Reproduced++
		}
	}
	c := f.cause
	if out.Tries > 0 && out.Reproduced == 0 {
		c = c.intermittent()
	}
	c.describe(&out)
	return out
}

// addIntermittent adds a call that got no valid answer once, and one when it was sent again.
func (d *Diagnosis) addIntermittent(in incident) {
	v := in.violation
	c := in.result.Case.Case
	f := reports.Failure{
		Expected: "an answer to every call", Answered: v.Answered, Case: &c, Curl: d.curl(c), Tries: 1,
	}
	causeOf(judge.Violation{Kind: judge.NoAnswer}, in.result.At(v.Step)).intermittent().describe(&f)
	d.add(in.under, entry{rule: v.Rule(), level: v.Level(), kind: v.Kind, failure: f})
}

// callAlone returns the call that is step i of a case by itself, on an instance in the condition
// that the call finds. It has no vector where the model has none for it.
func (d *Diagnosis) callAlone(c targets.Case, i int) testcase.Case {
	if i >= len(c.Steps) {
		return testcase.Case{}
	}
	c.Steps = c.Steps[:i+1]
	alone, known := lastCallAlone(d.edition, c)
	out := testcase.Case{Model: d.Model, Case: alone}
	if p, is := d.Model.VectorOf(alone); known && is {
		out.Vector = &p
	}
	return out
}
