package diagnose

import (
	"context"

	"github.com/cbspec/cbspec/steps/diagnose/localise"
	"github.com/cbspec/cbspec/steps/testcase"
)

// AddAlways adds the violation of a plain call that every other valid call has too. So there is no
// condition to search for.
func (d *Diagnosis) AddAlways(ctx context.Context, u Under, r testcase.Result, contexts int) {
	v := r.Violations[0]
	e := r.At(v.Step)
	c := causeOf(v, e)
	c.Exact = true
	always := &localise.FailingCondition{Minimal: *r.Vector, Contexts: contexts, Failing: contexts, Exact: true}
	d.addFinding(ctx, incident{u, r, v}, finding{
		minimal: r.Case.Case, violation: v, event: e, condition: always, contexts: contexts, cause: c, plain: true,
	})
}
