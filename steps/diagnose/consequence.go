package diagnose

import (
	"context"
	"slices"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose/shrink"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// explainedInSequence returns the known failure that explains a violation which a call shows only
// after the steps before it: one of the same steps, or one of a call before it. To find that out
// costs a case of a few steps, and to search for the cause of a sequence many long ones.
func (d *Diagnosis) explainedInSequence(ctx context.Context, in incident) (*known, error) {
	c, v := in.result.Case.Case, in.violation
	if v.Step < 1 || v.Step >= len(c.Steps) {
		return nil, nil
	}
	c.Steps = c.Steps[:v.Step+1]
	if k, err := d.sameSteps(ctx, c, v); k != nil || err != nil {
		return k, err
	}
	return d.consequence(ctx, in, c)
}

// sameSteps returns the known failure whose steps are the last ones of a case on its instance, and
// that comes there with a plain call too.
func (d *Diagnosis) sameSteps(ctx context.Context, c targets.Case, v judge.Violation) (*known, error) {
	own := shrink.OnInstances(c, c.Steps[v.Step].Instance)
	tried := map[string]bool{}
	for _, k := range d.registry.known {
		f := d.registry.failures[k.rule][k.index]
		if k.condition != nil || k.kind != v.Kind || !k.severe(v) || !endsWith(own, f) {
			continue
		}
		rest, known := shrink.FromStep(d.searcher.edition, own, len(own.Steps)-len(f.Case.Steps))
		rest, plain := shrink.WithPlainLastCall(rest)
		if !known || !plain || tried[shrink.Key(rest)] {
			continue
		}
		tried[shrink.Key(rest)] = true
		switch fails, err := d.searcher.fails(ctx, rest, v); {
		case runner.EndsRun(err):
			return nil, err
		case fails:
			return k, nil
		}
	}
	return nil, nil
}

// endsWith reports whether a case ends with the steps of the minimal case of a failure.
func endsWith(c targets.Case, f reports.Failure) bool {
	if f.Case == nil || f.Check != "" || len(f.Case.Conditions) != 1 || len(f.Case.Steps) < 2 || len(f.Case.Steps) > len(c.Steps) {
		return false
	}
	return slices.EqualFunc(c.Steps[len(c.Steps)-len(f.Case.Steps):], f.Case.Steps, func(a, b targets.Step) bool {
		return a.Do == b.Do && a.Result == b.Result
	})
}

// consequence returns the known failure of an earlier call on the same instance without which a
// case does not fail.
func (d *Diagnosis) consequence(ctx context.Context, in incident, c targets.Case) (*known, error) {
	v := in.violation
	var before *judge.Violation
	for _, w := range judge.Judge(d.searcher.edition, in.result.History) {
		if w.Step < v.Step && c.Steps[w.Step].Instance == c.Steps[v.Step].Instance && leavesOtherState(w) {
			before = &w
		}
	}
	if before == nil {
		return nil, nil
	}
	k := d.registry.explains(d.searcher.callAlone(c, before.Step), *before, "")
	if k == nil {
		k = d.registry.alike(*before)
	}
	rest, isKnown := shrink.FromStep(d.searcher.edition, c, before.Step+1)
	if k == nil || !isKnown {
		return nil, nil
	}
	fails, err := d.searcher.fails(ctx, rest, v)
	switch {
	case runner.EndsRun(err):
		return nil, err
	case err != nil || fails:
		return nil, nil
	default:
		return k, nil
	}
}

// leavesOtherState reports whether an instance may be in another state after a violation than the
// document says.
func leavesOtherState(v judge.Violation) bool {
	return v.Level() == oracle.Must && v.Kind != judge.WrongDocument && v.Kind != judge.WrongBackup
}

// fails reports whether a case fails in the same way. With an error, the case could not be run.
func (s *searcher) fails(ctx context.Context, c targets.Case, v judge.Violation) (bool, error) {
	h, err := s.session.Run(ctx, c)
	if err != nil {
		return false, err
	}
	_, same := s.again(h, v)
	return same, nil
}
