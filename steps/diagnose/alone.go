package diagnose

import (
	"context"
	"slices"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/diagnose/shrink"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// failsAlone reports whether a call of several fails in the same way by itself, each time, on an
// instance made in the condition that the steps before it bring about. To find that out costs a few
// requests, and to find out which of the steps before it matter costs many.
func (s *searcher) failsAlone(ctx context.Context, in incident) (single incident, alone bool, err error) {
	c, v := in.result.Case.Case, in.violation
	if in.result.Mutation != "" || in.under.raw() || v.Step < 1 || v.Step >= len(c.Steps) {
		return incident{}, false, nil
	}
	c.Steps = c.Steps[:v.Step+1]
	call, known := shrink.LastCallAlone(s.edition, c)
	if !known {
		return incident{}, false, nil
	}
	for range reproductions {
		single, alone, err = s.asCase(ctx, in.under, finding{minimal: call, violation: v})
		if err != nil || !alone {
			return incident{}, false, err
		}
	}
	return single, true, nil
}

// acceptedByName returns the failure of a call that names only the instance of which a backup was
// made, where the call is to be refused on that instance. A target that accepts this call too
// takes one of several names, as it may, and is wrong about the instance.
func (s *searcher) acceptedByName(ctx context.Context, in incident) (incident, bool, error) {
	c, v := in.result.Case.Case, in.violation
	if v.Kind != judge.WrongInstance || v.Step >= len(c.Steps) || c.Steps[v.Step].Call == nil {
		return incident{}, false, nil
	}
	e := in.result.At(v.Step)
	i := slices.IndexFunc(e.New, func(bs []targets.Backup) bool { return len(bs) > 0 })
	if i < 0 || len(e.Expect.OtherInstances) == 0 {
		return incident{}, false, nil
	}
	c.Steps = c.Steps[:v.Step+1]
	alone, known := shrink.FromStep(s.edition, c, v.Step)
	if !known {
		return incident{}, false, nil
	}
	call := alone.Steps[0].Call.Without(generators.InstanceID).With(generators.InstanceID, targets.InstanceRef(i))
	alone.Steps = []targets.Step{{Do: targets.StepCall, Instance: i, Call: &call}}
	alone = shrink.OnInstances(alone, i)
	x := oracle.NewWorld(s.edition, alone.Conditions).Expect(*alone.Steps[0].Call)
	if len(x.Refuse) == 0 {
		return incident{}, false, nil
	}
	accepted := judge.Violation{Kind: judge.WronglyAccepted, Reasons: x.Refuse}
	return s.asCase(ctx, in.under, finding{minimal: alone, violation: accepted})
}

// asVector runs the case of a finding as a vector of the model, where it is one, and reports
// whether that fails in the same way.
func (s *searcher) asVector(ctx context.Context, u Under, f finding) (incident, bool, error) {
	if _, is := u.Model.VectorOf(f.minimal); !is || u.raw() {
		return incident{}, false, nil
	}
	return s.asCase(ctx, u, f)
}

// asCase runs the case of a finding, as a vector of the model where it is one, and reports whether
// that fails in the same way.
func (s *searcher) asCase(ctx context.Context, u Under, f finding) (incident, bool, error) {
	m := u.Model
	c := testcase.Case{Model: m, Case: f.minimal}
	if p, is := m.VectorOf(f.minimal); is {
		c = testcase.Case{Model: m, Build: m.Case, Vector: &p, Case: m.Case(p)}
	}
	h, err := s.session.Run(ctx, c.Case)
	switch {
	case runner.EndsRun(err):
		return incident{}, false, err
	case err != nil:
		return incident{}, false, nil
	}
	w, same := s.again(h, f.violation)
	r := testcase.Result{Case: c, History: h, Violations: []judge.Violation{w.violation}}
	return incident{u, r, w.violation}, same, nil
}

// callAlone returns the call that is step i of a case by itself, on an instance in the condition
// that the call finds. It has no vector where the model has none for it.
func (s *searcher) callAlone(c targets.Case, i int) testcase.Case {
	if i >= len(c.Steps) {
		return testcase.Case{}
	}
	c.Steps = c.Steps[:i+1]
	alone, known := shrink.LastCallAlone(s.edition, c)
	out := testcase.Case{Model: s.model, Case: alone}
	if p, is := s.model.VectorOf(alone); known && is {
		out.Vector = &p
	}
	return out
}
