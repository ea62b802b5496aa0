package diagnose

import (
	"context"
	"encoding/base64"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
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
	// refusals is set where every call fails that is to be refused.
	refusals bool
}

// addFinding adds a finding to the rule that it is attributed to, or counts it where it is known.
func (d *Diagnosis) addFinding(ctx context.Context, in incident, f finding) {
	rule := d.attributor.attribute(in.under, f)
	if k := d.registry.same(rule, f); k != nil {
		d.registry.count(in.under, k)
		return
	}
	failure := reports.Failure{
		Expected: f.violation.Expected, Answered: f.violation.Answered, Count: 1, Contexts: f.contexts,
		Scenario: in.under.Scenario, Case: &f.minimal, Curl: Curl(d.config.Target, f.minimal),
	}
	ofAnswer(&failure, f.event.Answer)
	failure.Tries, failure.Reproduced = d.searcher.reproduce(ctx, f)
	unsteady := failure.Reproduced < failure.Tries
	if unsteady {
		f.cause, f.condition = f.cause.intermittent(), nil
	}
	if failure.Tries > 0 && failure.Reproduced == 0 {
		f.cause.Load = d.load(ctx, &f.minimal, f.violation)
	}
	f.cause.describe(&failure)
	k := known{
		kind: f.violation.Kind, rule: rule, level: f.violation.Level(),
		condition: f.condition, mutation: f.mutation, late: f.violation.Late(), shared: f.cause.SharedState,
		refusals: f.refusals, toRefuse: f.violation.ToRefuse, intermittent: unsteady, load: f.cause.Load > 0,
	}
	if !f.plain {
		k.within = in.under.key()
	}
	d.registry.add(in.under, k, failure)
	d.config.OnFailure(Failure{rule, failure.Law, in.result.Seen(in.violation)})
}

// addUnsteady adds a call that does not fail every time, or counts it with one that fails in the
// same way now and then. There is no condition to search for, whose tries would be by chance too.
func (d *Diagnosis) addUnsteady(ctx context.Context, in incident) {
	v := in.violation
	k := d.registry.underLoad(v)
	if k == nil {
		k = d.registry.intermittent(v)
	}
	if k != nil {
		d.registry.count(in.under, k)
		return
	}
	event := in.result.At(v.Step)
	d.addFinding(ctx, in, finding{
		minimal: in.result.Case.Case, violation: v, event: event, mutation: in.result.Mutation, plain: true,
		cause: causeOf(v, event).intermittent(),
	})
}

// addIntermittent adds a call that got no valid answer once, and one when it was sent again.
func (d *Diagnosis) addIntermittent(ctx context.Context, in incident) {
	v := in.violation
	if k := d.registry.underLoad(v); k != nil {
		d.registry.count(in.under, k)
		return
	}
	c, event := in.result.Case.Case, in.result.At(v.Step)
	why := causeOf(judge.Violation{Kind: judge.NoAnswer}, event).intermittent()
	if why.Load = d.load(ctx, &c, v); why.Load == 0 {
		if k := d.registry.alike(v); k != nil {
			d.registry.count(in.under, k)
			return
		}
	}
	f := reports.Failure{
		Expected: "an answer to every call", Answered: v.Answered, Case: &c, Curl: Curl(d.config.Target, c), Tries: 1,
	}
	ofAnswer(&f, event.Answer)
	why.describe(&f)
	d.add(in.under, entry{rule: v.Rule(), level: v.Level(), kind: v.Kind, failure: f}).load = why.Load > 0
}

// ofAnswer writes into a failure what finds the failing call in the logs of the target, and the
// bytes of a raw request.
func ofAnswer(f *reports.Failure, a targets.Answer) {
	f.RequestID, f.Date = a.RequestID, a.Header.Get("Date")
	if len(a.Sent.Raw) <= longestRaw {
		f.Raw = base64.StdEncoding.EncodeToString(a.Sent.Raw)
	}
}

// longestRaw is how long a raw request may be to be in a report, in bytes.
const longestRaw = 100_000
