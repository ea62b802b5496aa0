package diagnose

import (
	"context"
	"fmt"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose/shrink"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
)

// ExplainDifference reduces what a check found wrong, and adds it to the rule under test. It
// returns an error that ends the run.
func (d *Diagnosis) ExplainDifference(ctx context.Context, u Under, diff judge.Difference) error {
	check, known := judge.CheckNamed(diff.Check)
	if !known {
		return fmt.Errorf("unknown check %q", diff.Check)
	}
	last := diff.Comparison
	wrong := func(ctx context.Context, v judge.Variants) (bool, error) {
		c, err := check(ctx, d.config.Session, v)
		switch {
		case runner.EndsRun(err):
			return false, err
		case err != nil || !c.Wrong:
			return false, nil
		}
		last = c
		return true, nil
	}
	budget := d.effort.limited(differenceTries)
	least, err := shrink.Minimise(ctx, diff.Variants, shrink.Search[judge.Variants]{
		Simpler: shrink.Variants(diff.Check), Fails: wrong, Budget: budget,
	})
	d.effort.spent(budget)
	if err != nil && !usedUp(err) {
		return err
	}
	f := reports.Failure{
		Expected: last.Expected, Answered: last.Answered, Curl: Curl(d.config.Target, least.Case),
		Case: &least.Case, Other: least.Other, Check: diff.Check, Codes: least.Codes.List(),
	}
	ofAnswer(&f, last.Answer)
	if f.Other != nil {
		// A difference that does not come each time does not count as one.
		f.Reproduced, f.Tries = 1+judge.Confirmations, 1+judge.Confirmations
		if f.Curl != "" {
			f.Curl += "\n# compared with\n" + Curl(d.config.Target, *f.Other)
		}
	} else {
		again := func(ctx context.Context) (bool, error) { return wrong(ctx, least) }
		if err := repeat(ctx, &f, again); err != nil {
			return err
		}
	}
	causeOfDifference(diff, least).describe(&f)
	d.add(u, entry{rule: u.Rule.ID, level: u.Rule.Level, failure: f})
	return nil
}

// repeat counts how often a check of one case fails again.
func repeat(ctx context.Context, f *reports.Failure, again func(context.Context) (bool, error)) error {
	for range reproductions {
		wrong, err := again(ctx)
		if err != nil {
			return err
		}
		f.Tries++
		if wrong {
			f.Reproduced++
		}
	}
	return nil
}
