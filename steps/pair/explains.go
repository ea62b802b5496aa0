package pair

import (
	"slices"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose/shrink"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// explains reports whether a difference is one of the cause, or a consequence of it: where both
// targets refuse a call for another reason, they still differ in that one looks for this one.
func (k *cause) explains(c testcase.Case, d Difference, vs vectors) bool {
	same := k.key() == d.key()
	switch {
	case k.coversCall(c, vs) && (same || k.Aspect == reports.AspectDecision && len(k.when) > 0):
		return true
	case !same:
		return false
	case d.Aspect != reports.AspectDecision, k.refusals, k.unsteady(), k.condition == nil && within(k.minimal, c.Case):
		return true
	default:
		return (c.Mutation != "" || len(vs.own) == 0) && len(c.Case.Steps) == 1 && k.sameRule(d)
	}
}

func (k *cause) unsteady() bool { return k.seen < k.tries }

// sameRule reports whether a difference is about a rule that the cause is about: both break it, or
// neither breaks any and it leaves both calls open.
func (k *cause) sameRule(d Difference) bool {
	if len(k.Reasons)+len(d.Reasons) == 0 {
		return slices.ContainsFunc(k.Expect.Unspecified, func(rule string) bool { return slices.Contains(d.Expect.Unspecified, rule) })
	}
	return slices.ContainsFunc(k.Reasons, func(r oracle.Reason) bool {
		return slices.ContainsFunc(d.Reasons, func(o oracle.Reason) bool { return o.Rule == r.Rule })
	})
}

// vectors stand for a call that differs.
type vectors struct {
	own  []generators.Vector // the call by itself, on each of the instances
	bare []generators.Vector // the same without its parameters, sent in the same way
}

func (f *Finder) vectorsOf(c testcase.Case, d Difference) vectors {
	var vs vectors
	if c.Vector != nil && len(c.Case.Steps) == 1 && len(c.Case.Conditions) == 1 {
		vs.own = []generators.Vector{*c.Vector}
	}
	rest, known := shrink.FromStep(f.Pair.A.Edition, until(c.Case, d.Step), d.Step)
	if !known || rest.Steps[0].Call == nil {
		return vs
	}
	for i := range rest.Conditions {
		own := shrink.OnInstances(rest, i)
		call := rest.Steps[0].Call.Without(generators.InstanceID).With(generators.InstanceID, targets.InstanceRef(0))
		call.Wire, call.Encoding, call.Form, call.Auth, call.Nonce, call.Algorithm = "", "", "", "", "", ""
		for _, to := range []*[]generators.Vector{&vs.own, &vs.bare} {
			own.Steps = []targets.Step{{Do: targets.StepCall, Call: &call}}
			if v, is := f.Model.VectorOf(own); is {
				*to = append(*to, v)
			}
			call = bare(call)
		}
	}
	return vs
}

// bare returns a call without all but the required parameters, sent in the same way.
func bare(c targets.Call) targets.Call {
	c.Params = slices.DeleteFunc(slices.Clone(c.Params), func(p targets.Param) bool { return p.Name != generators.InstanceID })
	place := targets.Query
	if len(c.Params) > 0 {
		place = c.Params[0].In
	}
	c.Params = append([]targets.Param{{Name: generators.Action, Value: "CreateBackup", In: place}}, c.Params...)
	return c
}

// coversCall reports whether a call that differs meets the condition of the cause. Without its
// parameters, a call stands for others where the condition is of none of them.
func (k *cause) coversCall(c testcase.Case, vs vectors) bool {
	covered := func(v generators.Vector) bool { return k.covers(c, v) }
	if slices.ContainsFunc(vs.own, covered) {
		return true
	}
	beside := []string{
		generators.Engine, generators.Status, generators.Databases, generators.Last, generators.Today, generators.Lock,
		generators.Storage, generators.SentBy,
	}
	return len(k.when) > 0 && slices.ContainsFunc(vs.bare, covered) && !slices.ContainsFunc(k.when, func(w reports.Condition) bool {
		return !slices.Contains(beside, w.Factor)
	})
}

// covers reports whether a vector meets the condition of a cause.
func (k *cause) covers(c testcase.Case, v generators.Vector) bool {
	if k.condition == nil || k.mutation != "" && k.mutation != c.Mutation && k.mutation != c.Group {
		return false
	}
	return k.condition.Covers(c.Model, v)
}

// within reports whether the steps of a sequence are among those of another, in their order.
func within(sequence, of targets.Case) bool {
	at := 0
	for _, step := range of.Steps {
		if at < len(sequence.Steps) && step.Do == sequence.Steps[at].Do && step.Result == sequence.Steps[at].Result {
			at++
		}
	}
	return len(sequence.Steps) > 1 && at == len(sequence.Steps)
}

// implies reports whether another cause needs all that this one needs, and is of the same
// difference, or follows from that this one is of the decision. Where each needs one value of a
// parameter, such as a very long one, the parameter does not matter.
func (k *cause) implies(o cause) bool {
	same := k.key() == o.key()
	if len(k.when) == 0 || !same && k.Aspect != reports.AspectDecision {
		return false
	}
	if same && pinned(k.when) && pinned(o.when) {
		return true
	}
	return !slices.ContainsFunc(k.when, func(a reports.Condition) bool {
		return !slices.ContainsFunc(o.when, func(b reports.Condition) bool {
			return a.Factor == b.Factor && (len(a.Classes)+len(b.Classes) == 0 ||
				slices.ContainsFunc(a.Classes, func(class string) bool { return slices.Contains(b.Classes, class) }))
		})
	})
}

// pinned reports whether a condition needs one value of a parameter.
func pinned(when []reports.Condition) bool {
	return slices.ContainsFunc(when, func(w reports.Condition) bool { return w.Value != nil })
}
