package shrink

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// Cases lists the cases that are a little simpler than c: with fewer steps, fewer instances, a
// plainer condition or a plainer call.
func Cases(c targets.Case) []targets.Case {
	list := fewerSteps(c)
	for i := len(c.Conditions) - 1; i >= 0 && len(c.Conditions) > 1; i-- {
		if !slices.ContainsFunc(c.Steps, func(s targets.Step) bool { return s.Instance == i || mentions(s, i) }) {
			list = append(list, withoutInstance(c, i))
		}
	}
	list = append(list, withConditions(c, Conditions)...)
	return append(list, withCalls(c, Calls)...)
}

// fewerSteps lists the cases without half of the steps, a quarter of them, and so on down to one.
func fewerSteps(c targets.Case) []targets.Case {
	var list []targets.Case
	steps := len(c.Steps)
	for size := steps / 2; size >= 1; size /= 2 {
		for i := 0; i+size <= steps; i += size {
			if size < steps {
				rest := slices.Delete(slices.Clone(c.Steps), i, i+size)
				list = append(list, targets.Case{Conditions: c.Conditions, Steps: rest})
			}
		}
	}
	return list
}

// withConditions lists the cases with one of the conditions replaced by each of the list.
func withConditions(c targets.Case, list func(targets.Condition) []targets.Condition) []targets.Case {
	var cases []targets.Case
	for i, condition := range c.Conditions {
		for _, simpler := range list(condition) {
			d := targets.Case{Conditions: slices.Clone(c.Conditions), Steps: c.Steps}
			d.Conditions[i] = simpler
			cases = append(cases, d)
		}
	}
	return cases
}

// withCalls lists the cases with one of the calls replaced by each of the list.
func withCalls(c targets.Case, list func(targets.Call) []targets.Call) []targets.Case {
	var cases []targets.Case
	for i, s := range c.Steps {
		if s.Call == nil {
			continue
		}
		for _, simpler := range list(*s.Call) {
			cases = append(cases, withCall(c, i, simpler))
		}
	}
	return cases
}

// withCall returns the case with another call in step i.
func withCall(c targets.Case, i int, call targets.Call) targets.Case {
	d := targets.Case{Conditions: c.Conditions, Steps: slices.Clone(c.Steps)}
	d.Steps[i].Call = &call
	return d
}

// WithPlainLastCall returns the case with nothing but what is required in its last call, and
// reports whether it ends in a call that can be made plain.
func WithPlainLastCall(c targets.Case) (targets.Case, bool) {
	n := len(c.Steps) - 1
	if n < 0 || c.Steps[n].Call == nil || c.Steps[n].Call.Wire != "" {
		return c, false
	}
	return withCall(c, n, PlainCall(*c.Steps[n].Call)), true
}

// WithPlainCalls returns the case with nothing but what is required in every call that can be made
// plain.
func WithPlainCalls(c targets.Case) targets.Case {
	for i, s := range c.Steps {
		if s.Call != nil && s.Call.Wire == "" {
			c = withCall(c, i, PlainCall(*s.Call))
		}
	}
	return c
}

// withoutInstance returns the case without an instance that no step is about. Those behind it move
// up.
func withoutInstance(c targets.Case, gone int) targets.Case {
	var keep []int
	for i := range c.Conditions {
		if i != gone {
			keep = append(keep, i)
		}
	}
	return OnInstances(c, keep...)
}

// OnInstances returns what a case does with some of its instances, which are numbered anew.
func OnInstances(c targets.Case, keep ...int) targets.Case {
	var d targets.Case
	for _, k := range keep {
		d.Conditions = append(d.Conditions, c.Conditions[k])
	}
	for _, step := range c.Steps {
		n := slices.Index(keep, step.Instance)
		if n < 0 {
			continue
		}
		if step.Call != nil {
			call := renumbered(*step.Call, keep)
			step.Call = &call
		}
		step.Instance = n
		d.Steps = append(d.Steps, step)
	}
	return d
}

// renumbered returns the call with the references to the kept instances numbered anew.
func renumbered(c targets.Call, keep []int) targets.Call {
	var pairs []string
	for n, k := range keep {
		anew := targets.InstanceRefs(n)
		for i, ref := range targets.InstanceRefs(k) {
			pairs = append(pairs, ref, anew[i])
		}
	}
	anew := strings.NewReplacer(pairs...)
	c.Params = slices.Clone(c.Params)
	for i := range c.Params {
		c.Params[i].Value = anew.Replace(c.Params[i].Value)
	}
	return c
}

// mentions reports whether the call of a step refers to an instance.
func mentions(s targets.Step, instance int) bool {
	return s.Call != nil && slices.ContainsFunc(s.Call.Params, func(p targets.Param) bool {
		return slices.ContainsFunc(targets.InstanceRefs(instance), func(ref string) bool { return strings.Contains(p.Value, ref) })
	})
}

// caseSize measures a case by its steps, its instances, and the size of both.
func caseSize(c targets.Case) int {
	n := len(c.Steps) + len(c.Conditions)
	for _, condition := range c.Conditions {
		n += conditionSize(condition)
	}
	for _, s := range c.Steps {
		if s.Call != nil {
			n += callSize(*s.Call)
		}
	}
	return n
}

// Key returns a case as text. Equal cases have equal keys.
func Key(c targets.Case) string {
	text, err := json.Marshal(c)
	if err != nil {
		return err.Error() // a case holds text and numbers, which can always be written
	}
	return string(text)
}
