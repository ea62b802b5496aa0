package diagnose

import (
	"context"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/diagnose/shrink"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
)

// incident is one violation of one result, with what was under test.
type incident struct {
	under     Under
	result    testcase.Result
	violation judge.Violation
}

// unansweredRaw reports whether a raw request, or a call after one, got no valid answer. What
// breaks on such input is what the rules about raw requests are about.
func (in incident) unansweredRaw() bool {
	return in.under.raw() && in.violation.Kind == judge.NoAnswer
}

// Explain attributes what is wrong in the results to rules, in the order of the results. It returns
// an error that ends the run.
func (d *Diagnosis) Explain(ctx context.Context, u Under, results []testcase.Result) error {
	for _, r := range results {
		done := map[string]bool{}
		for _, v := range r.Violations {
			key := string(v.Kind) + v.Level() + v.Rule()
			if done[key] {
				continue
			}
			done[key] = true
			if err := d.explain(ctx, incident{u, r, v}); err != nil {
				return err
			}
		}
	}
	return nil
}

// explain counts a violation that is known, and searches for the cause of one that is not.
func (d *Diagnosis) explain(ctx context.Context, in incident) error {
	v := in.violation
	switch {
	case in.under.Rule.Level == oracle.May && v.Level() == oracle.May:
		return nil
	case v.Kind == judge.Intermittent:
		d.addIntermittent(ctx, in)
		return nil
	case in.unansweredRaw():
		in.violation.Reasons = []oracle.Reason{{Rule: in.under.Rule.ID, Level: in.under.Rule.Level}}
		v = in.violation
	}
	if k := d.explained(in); k != nil {
		d.registry.count(in.under, k)
		return nil
	}
	d.registry.note(in.under, v.Rule())
	if k := d.enough(in); k != nil {
		d.registry.count(in.under, k)
		return nil
	}
	budget := d.effort.budget(in.result.Case, v)
	if v.Late() {
		ctx = runner.Impatient(ctx)
	}
	single, alone, err := d.searcher.failsAlone(ctx, in)
	if !alone && err == nil {
		single, alone, err = d.searcher.acceptedByName(ctx, in)
	}
	if err != nil {
		return err
	}
	if alone {
		return d.explain(ctx, single)
	}
	k, err := d.explainedInSequence(ctx, in)
	if err != nil {
		return err
	}
	if k != nil {
		d.registry.count(in.under, k)
		return nil
	}
	if v.Step >= longCase {
		in.result.Vector = nil // to change one class after another would cost too much
	}
	return d.search(ctx, in, budget)
}

// explained returns the known failure that explains a violation.
func (d *Diagnosis) explained(in incident) *known {
	v := in.violation
	k := d.registry.explains(in.result.Case, v, in.under.key())
	if k == nil && v.Late() {
		// A call that is not answered by itself is not answered after other calls either.
		k = d.registry.explains(d.searcher.callAlone(in.result.Case.Case, v.Step), v, "")
	}
	if k != nil && in.unansweredRaw() && k.rule != in.under.Rule.ID {
		return nil
	}
	return k
}

// enough returns the known failure that a violation is counted with because too many of its kind
// were searched for already.
func (d *Diagnosis) enough(in incident) *known {
	v := in.violation
	more := d.effort.begin(in.result.Case, v)
	if k := d.registry.alike(v); k != nil && (!more || len(d.registry.known) > knownOfRun) {
		return k
	}
	if k := d.registry.silence(v); k != nil && d.effort.lateSearches >= lateSearchesMost && !in.under.raw() {
		return k
	}
	return nil
}

// search finds the cause of a violation and adds it.
func (d *Diagnosis) search(ctx context.Context, in incident, budget *shrink.Budget) error {
	v := in.violation
	if (in.result.Vector != nil || d.registry.underLoad(v) != nil) && !v.Late() {
		steady, err := d.searcher.steady(ctx, in.result.Case.Case, v)
		if err != nil {
			return err
		}
		if !steady {
			d.addUnsteady(ctx, in)
			return nil
		}
	}
	var f finding
	var err error
	if in.result.Vector != nil {
		f, err = d.searcher.locate(ctx, in, budget)
	} else {
		f, err = d.searcher.reduce(ctx, witness{in.result.Case.Case, v, in.result.At(v.Step)}, budget)
	}
	d.effort.spent(budget)
	if err != nil && !usedUp(err) {
		return err
	}
	if in.result.Vector == nil || len(in.result.Case.Case.Steps) > 1 {
		single, is, err := d.searcher.asVector(ctx, in.under, f)
		if err != nil {
			return err
		}
		if is { // one plain call is enough, which has a failing condition
			return d.explain(ctx, single)
		}
	}
	if err := d.searcher.withPlainDatabases(ctx, &f); err != nil {
		return err
	}
	if in.unansweredRaw() {
		f.violation.Reasons = v.Reasons
	}
	d.addFinding(ctx, in, f)
	return nil
}
