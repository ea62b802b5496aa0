package shrink

import (
	"slices"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// LastCallAlone returns the last step of a case, where that is a call, on an instance in the
// condition that the steps before it bring about. It reports whether that condition is known.
func LastCallAlone(edition oracle.Edition, c targets.Case) (targets.Case, bool) {
	n := len(c.Steps) - 1
	if n < 0 || c.Steps[n].Call == nil {
		return targets.Case{}, false
	}
	rest, known := FromStep(edition, c, n)
	if !known {
		return targets.Case{}, false
	}
	return OnInstances(rest, c.Steps[n].Instance), true
}

// FromStep returns a case from step i on, with the instances made in the condition that the steps
// before it bring about. It reports whether the condition of those that are still used is known.
func FromStep(edition oracle.Edition, c targets.Case, i int) (targets.Case, bool) {
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
