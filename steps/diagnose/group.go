package diagnose

import (
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose/shrink"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/targets"
)

// Groups returns the causes of the failures: one group for each cause, with the failures that the
// cause explains. A failure may be explained by one that was found later.
func (d *Diagnosis) Groups() []reports.Group {
	var all []candidate
	for i, k := range d.registry.known {
		f := d.registry.failures[k.rule][k.index]
		all = append(all, candidate{known: k, failure: f, found: i, calls: d.callsAlone(f)})
	}
	return group(all)
}

// callsAlone returns the calls of a minimal case, each by itself on an instance in the condition
// that the call finds. It leaves out those whose condition is unknown. A call of a race may be the
// first, or come after any other one.
func (d *Diagnosis) callsAlone(f reports.Failure) []targets.Case {
	if f.Case == nil {
		return nil
	}
	var calls []targets.Case
	add := func(steps ...targets.Step) {
		c := targets.Case{Conditions: f.Case.Conditions, Steps: steps}
		if alone, known := shrink.LastCallAlone(d.searcher.edition, c); known {
			calls = append(calls, unsigned(alone))
		}
	}
	for i, step := range f.Case.Steps {
		if f.Check != reports.CheckRace {
			add(f.Case.Steps[:i+1]...)
			continue
		}
		add(step)
		for j, before := range f.Case.Steps {
			if i != j {
				add(before, step)
			}
		}
	}
	return calls
}

// unsigned returns a case of one call without how it is signed and encoded, for which the parameter
// model has no factor.
func unsigned(c targets.Case) targets.Case {
	if len(c.Steps) != 1 || c.Steps[0].Call == nil {
		return c
	}
	call := *c.Steps[0].Call
	call.Algorithm, call.Auth, call.Nonce, call.Encoding, call.Form = "", "", "", "", ""
	c.Steps = []targets.Step{{Do: targets.StepCall, Instance: c.Steps[0].Instance, Call: &call}}
	return c
}

// group puts every failure under the most general one that explains it.
func group(all []candidate) []reports.Group {
	markCrashes(all)
	markRepeats(all)
	slices.SortStableFunc(all, moreGeneral)
	var groups []reports.Group
	var mains []candidate
	for _, c := range all {
		ref := reports.FailureRef{Rule: c.known.rule, Index: c.known.index}
		i := slices.IndexFunc(mains, func(m candidate) bool { return m.explains(c) })
		if i < 0 {
			mains = append(mains, c)
			groups = append(groups, reports.Group{Main: ref})
			continue
		}
		groups[i].Others = append(groups[i].Others, ref)
		if mains[i].crash && c.heavier(mains[i]) {
			groups[i].Main, groups[i].Others[len(groups[i].Others)-1] = ref, groups[i].Main
			mains[i] = c
		}
	}
	return groups
}

// heavier reports whether a crash shows more under this rule than under another one: a must rule
// before a should rule, and else the rule with more cases.
func (c candidate) heavier(o candidate) bool {
	if must := c.known.level == oracle.Must; must != (o.known.level == oracle.Must) {
		return must
	}
	return c.crash && c.failure.Count > o.failure.Count
}

// crashRules is how many rules have to fail with the same invalid answer before that counts as one
// cause, whatever the calls are like.
const crashRules = 3

// markCrashes marks the failures of calls that get the same invalid answer under many rules.
func markCrashes(all []candidate) {
	rules := map[string]map[string]bool{}
	for _, c := range all {
		if c.known.kind == judge.NoAnswer {
			if rules[problem(c.failure.Answered)] == nil {
				rules[problem(c.failure.Answered)] = map[string]bool{}
			}
			rules[problem(c.failure.Answered)][c.known.rule] = true
		}
	}
	for i, c := range all {
		all[i].crash = c.known.kind == judge.NoAnswer && len(rules[problem(c.failure.Answered)]) >= crashRules
	}
}

// markRepeats marks the failures that show that the target answers a call with what it answered an
// earlier one: with its RequestId, and accepted, although nothing was made of this call.
func markRepeats(all []candidate) {
	for i, c := range all {
		all[i].repeats = c.failure.Answered == judge.RepeatedID && slices.ContainsFunc(all, func(o candidate) bool {
			return strings.HasSuffix(o.failure.Answered, judge.NoBackup) && o.steps() == c.steps() && partOf(c, o)
		})
	}
}

// moreGeneral orders what may explain others before what others may explain: a steady failure
// before an intermittent one, and of these the load first, shared state, backups of other instances
// and repeated answers before all else, a failure of one call before one of a sequence, and that
// before one of a race, few conditions before many, must before should, no check of a signature
// before an incomplete one, and else in the order in which they were found.
func moreGeneral(a, b candidate) int {
	for _, key := range []func(candidate) int{
		func(c candidate) int { return lastIf(c.intermittent()) },
		func(c candidate) int { return lastIf(c.intermittent() && !c.known.load) },
		func(c candidate) int { return lastIf(!c.known.shared && !c.makesElsewhere() && !c.repeats) },
		func(c candidate) int { return lastIf(c.intermittent() && c.known.kind != judge.WronglyAccepted) },
		func(c candidate) int { return lastIf(!c.plain()) },
		func(c candidate) int { return lastIf(c.failure.Check == reports.CheckRace) },
		func(c candidate) int { return lastIf(!c.failure.Exact) },
		func(c candidate) int { return c.steps() },
		func(c candidate) int { return lastIf(c.known.condition == nil) },
		func(c candidate) int { return lastIf(c.known.mutation != "") },
		func(c candidate) int { return len(c.failure.When) },
		func(c candidate) int { return lastIf(c.known.level != oracle.Must) },
		func(c candidate) int { return lastIf(!checksNoSignature(c)) },
		func(c candidate) int { return c.found },
	} {
		if n := key(a) - key(b); n != 0 {
			return n
		}
	}
	return 0
}

// lastIf is a sort key: what the condition is true of comes last.
func lastIf(is bool) int {
	if is {
		return 1
	}
	return 0
}
