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
	call, known := lastCallAlone(s.edition, c)
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
	alone, known := fromStep(s.edition, c, v.Step)
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

// lastCallAlone returns the last step of a case, where that is a call, on an instance in the
// condition that the steps before it bring about. It reports whether that condition is known.
func lastCallAlone(edition oracle.Edition, c targets.Case) (targets.Case, bool) {
	n := len(c.Steps) - 1
	if n < 0 || c.Steps[n].Call == nil {
		return targets.Case{}, false
	}
	rest, known := fromStep(edition, c, n)
	if !known {
		return targets.Case{}, false
	}
	return shrink.OnInstances(rest, c.Steps[n].Instance), true
}

// fromStep returns a case from step i on, with the instances made in the condition that the steps
// before it bring about. It reports whether the condition of those that are still used is known.
func fromStep(edition oracle.Edition, c targets.Case, i int) (targets.Case, bool) {
	w := oracle.NewWorld(edition, c.Conditions)
	for _, step := range c.Steps[:i] {
		if !follow(w, step) {
			return targets.Case{}, false
		}
	}
	rest, known := targets.Case{Conditions: slices.Clone(c.Conditions), Steps: c.Steps[i:]}, true
	for _, step := range rest.Steps {
		known = known && w.Instances[step.Instance].Last != ""
	}
	for n, state := range w.Instances {
		d := &rest.Conditions[n]
		d.Status, d.Databases, d.BackupsToday, d.LastBackup = state.Status, state.Databases, state.AtMost, state.Last
	}
	if first := rest.Steps[0]; first.Call != nil && len(w.Expect(*first.Call).Refuse) > 0 {
		rest.Conditions[first.Instance].BackupsToday = w.Instances[first.Instance].AtLeast // enough to refuse it
	}
	return rest, known
}

// follow lets the world follow a step as the document wants it answered, with a call accepted that
// it leaves open. It reports whether what comes of the step is known.
func follow(w *oracle.World, step targets.Step) bool {
	switch step.Do {
	case targets.StepCall:
		if x := w.Expect(*step.Call); x.Instance >= 0 && len(x.Refuse) == 0 && x.NoBackup == "" {
			w.Accepted(x.Instance, targets.LastRunning)
		}
	case targets.StepComplete:
		w.Complete(step.Instance, step.Result)
	case targets.StepNextDay:
		w.NextDay(step.Instance)
	case targets.StepStatus:
		w.SetStatus(step.Instance, step.Status)
	case targets.StepDatabases:
		w.SetDatabases(step.Instance, step.Databases)
	default:
		return false
	}
	return true
}

// callAlone returns the call that is step i of a case by itself, on an instance in the condition
// that the call finds. It has no vector where the model has none for it.
func (s *searcher) callAlone(c targets.Case, i int) testcase.Case {
	if i >= len(c.Steps) {
		return testcase.Case{}
	}
	c.Steps = c.Steps[:i+1]
	alone, known := lastCallAlone(s.edition, c)
	out := testcase.Case{Model: s.model, Case: alone}
	if p, is := s.model.VectorOf(alone); known && is {
		out.Vector = &p
	}
	return out
}
