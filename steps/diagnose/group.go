package diagnose

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
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
// that the call finds. It leaves out those whose condition is unknown. A call of a race may also
// find the condition that the race begins with.
func (d *Diagnosis) callsAlone(f reports.Failure) []targets.Case {
	if f.Case == nil {
		return nil
	}
	var calls []targets.Case
	add := func(steps ...targets.Step) {
		c := targets.Case{Conditions: f.Case.Conditions, Steps: steps}
		if alone, known := lastCallAlone(d.searcher.edition, c); known {
			calls = append(calls, unsigned(alone))
		}
	}
	for i, step := range f.Case.Steps {
		if f.Check == reports.CheckRace {
			add(step)
		}
		add(f.Case.Steps[:i+1]...)
	}
	return calls
}

// unsigned returns a case of one call without what no factor of the parameter model speaks of: how
// the call is signed and encoded.
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
			if rules[c.answer()] == nil {
				rules[c.answer()] = map[string]bool{}
			}
			rules[c.answer()][c.known.rule] = true
		}
	}
	for i, c := range all {
		all[i].crash = c.known.kind == judge.NoAnswer && len(rules[c.answer()]) >= crashRules
	}
}

// answer is what was answered, without numbers: every refusal has a status of its own.
func (c candidate) answer() string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, c.failure.Answered)
}

// candidate is a failure that may be the cause of others.
type candidate struct {
	known   *known
	failure reports.Failure
	found   int            // its place in the order in which failures were found
	calls   []targets.Case // of the minimal case, each by itself
	crash   bool           // many rules fail with the same invalid answer
}

// moreGeneral orders what may explain others before what others may explain: a steady failure
// before an intermittent one, shared state before all else, a failure of one call before one of a
// sequence, few conditions before many, must before should, and else in the order in which they
// were found.
func moreGeneral(a, b candidate) int {
	for _, key := range []func(candidate) int{
		func(c candidate) int { return lastIf(c.intermittent()) },
		func(c candidate) int { return lastIf(!c.known.shared) },
		func(c candidate) int { return lastIf(!c.plain()) },
		func(c candidate) int { return lastIf(!c.failure.Exact) },
		func(c candidate) int { return c.steps() },
		func(c candidate) int { return lastIf(c.known.condition == nil) },
		func(c candidate) int { return lastIf(c.known.mutation != "") },
		func(c candidate) int { return len(c.failure.When) },
		func(c candidate) int { return lastIf(c.known.level != oracle.Must) },
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

// intermittent reports whether the failure does not come each time.
func (c candidate) intermittent() bool {
	return c.failure.Kind == reports.KindIntermittent || c.failure.Tries > 0 && c.failure.Reproduced == 0
}

// plain reports whether one call fails by itself.
func (c candidate) plain() bool {
	return c.failure.Check == "" && c.failure.Case != nil && len(c.failure.Case.Steps) == 1
}

// steps counts the steps of the minimal case.
func (c candidate) steps() int {
	if c.failure.Case == nil {
		return 0
	}
	return len(c.failure.Case.Steps)
}

// explains reports whether c is the cause of another failure.
func (c candidate) explains(o candidate) bool {
	switch {
	case o.intermittent():
		return c.intermittent() || c.disturbs()
	case c.intermittent():
		return false
	case c.known.shared && o.known.kind == judge.WronglyRefused:
		return true
	case c.known.kind == judge.NoAnswer && (c.always() || c.crash && o.crash && c.answer() == o.answer()):
		return true
	case c.plain() && !o.plain() && c.misbehavesIn(o):
		return true
	case o.failure.Check == reports.CheckDecision && c.aboutForm():
		return true
	case c.failure.Check != "" || o.failure.Check != "":
		return c.known.rule == o.known.rule && c.failure.Check == o.failure.Check
	case c.known.kind != o.known.kind:
		return c.decidedAndDone(o)
	case c.known.kind == judge.WrongDocument && c.known.rule != o.known.rule:
		return c.sameFormat(o) || aboutShape(c.known.rule) && aboutShape(o.known.rule) && (c.implied(o) || o.implied(c))
	case o.known.condition == nil && o.plain() && c.known.rule == o.known.rule:
		return true // the same in a case that no condition was found for
	case c.known.mutation != "" && o.known.mutation != "" && c.known.rule == o.known.rule:
		return true // what a rule lists as wrong with a signature fails in several ways, for one reason
	case !c.plain():
		return !o.plain() && c.within(o)
	case c.implied(o) || c.affix() != "" && c.affix() == o.affix():
		return true
	case c.known.level != oracle.Must && o.known.level == oracle.Must:
		return false
	default:
		return c.covers(o) || o.covers(c) || c.unspecified(o) || c.allButOne(o)
	}
}

// aboutForm reports whether a decision is wrong because of how a call is sent or encoded.
func (c candidate) aboutForm() bool {
	if c.known.kind != judge.WronglyRefused && c.known.kind != judge.WronglyAccepted {
		return false
	}
	return c.known.mutation != "" || c.clause(generators.SentBy) != nil || c.clause(generators.Format) != nil || c.clause(generators.Further) != nil
}

// decidedAndDone reports whether a wrong decision and a wrong effect are of the same calls.
func (c candidate) decidedAndDone(o candidate) bool {
	decided := func(c candidate) bool {
		return c.known.kind == judge.WronglyAccepted || c.known.kind == judge.WronglyRefused
	}
	switch {
	case decided(c) && o.failure.Kind == reports.KindWrongEffect:
		return c.covers(o) || c.sameFactors(o)
	case decided(o) && c.failure.Kind == reports.KindWrongEffect:
		return c.covers(o) || o.covers(c)
	default:
		return false
	}
}

// sameFormat reports whether both documents are wrong where the same format is asked for.
func (c candidate) sameFormat(o candidate) bool {
	a, b := c.clause(generators.Format), o.clause(generators.Format)
	return a != nil && b != nil && slices.ContainsFunc(a.Classes, func(class string) bool {
		return slices.ContainsFunc(b.Classes, func(other string) bool { return strings.EqualFold(class, other) })
	})
}

// always reports whether every call fails.
func (c candidate) always() bool {
	return c.plain() && c.failure.Exact && len(c.failure.When) == 0 && c.known.condition != nil
}

// aboutShape reports whether a rule is about the shape of the document of a success. A document of
// another shape also lacks its RequestId.
func aboutShape(rule string) bool {
	return rule == "CB-RESPONSE-1" || rule == "CB-RESPONSE-2" || rule == "CB-RESPONSE-3"
}

// disturbs reports whether the failure makes others fail now and then: shared state, a race, or a
// target that does not answer.
func (c candidate) disturbs() bool {
	return c.known.shared || c.known.late || c.failure.Check == reports.CheckRace
}

// within reports whether the steps of the minimal case are among those of the other, in their
// order, so that the other sequence only adds to this one.
func (c candidate) within(o candidate) bool {
	at := 0
	for _, step := range o.failure.Case.Steps {
		if at < c.steps() && step.Do == c.failure.Case.Steps[at].Do && step.Result == c.failure.Case.Steps[at].Result {
			at++
		}
	}
	return at == c.steps()
}

// covers reports whether the last call of the other failure's minimal case meets the failing
// condition.
func (c candidate) covers(o candidate) bool {
	return len(o.calls) > 0 && c.meets(o, o.calls[len(o.calls)-1])
}

// misbehavesIn reports whether a call of the other failure's sequence or race already fails by
// itself, so that what comes later is a consequence.
func (c candidate) misbehavesIn(o candidate) bool {
	if c.known.kind == judge.WrongDocument || o.failure.Case == nil {
		return false
	}
	return slices.ContainsFunc(o.calls, func(call targets.Case) bool { return c.meets(o, call) })
}

// meets reports whether a call of another failure meets the failing condition.
func (c candidate) meets(o candidate, call targets.Case) bool {
	if c.known.condition == nil || c.known.mutation != "" && c.known.mutation != o.known.mutation {
		return false
	}
	m := c.known.condition.Model()
	v, is := m.VectorOf(call)
	return is && c.known.condition.Covers(m, v)
}

// implied reports whether the other failure needs all that this one needs: it speaks of the same
// factors, with classes in common.
func (c candidate) implied(o candidate) bool {
	if len(c.failure.When) == 0 || c.known.mutation != o.known.mutation {
		return false
	}
	return !slices.ContainsFunc(c.failure.When, func(w reports.Condition) bool {
		other := o.clause(w.Factor)
		return other == nil || !slices.ContainsFunc(w.Classes, func(class string) bool { return slices.Contains(other.Classes, class) })
	})
}

// sameFactors reports whether the other failure speaks of no factor that this one does not speak
// of.
func (c candidate) sameFactors(o candidate) bool {
	return len(o.failure.When) > 0 &&
		!slices.ContainsFunc(o.failure.When, func(w reports.Condition) bool { return c.clause(w.Factor) == nil })
}

// unspecified reports whether the other failure speaks of the same factors, and differs only in
// classes that the document says nothing about. That such a class is accepted is not wrong by
// itself, so the other failure is a consequence.
func (c candidate) unspecified(o candidate) bool {
	if len(c.failure.When) == 0 || c.known.mutation != o.known.mutation || c.known.condition == nil {
		return false
	}
	for _, w := range c.failure.When {
		other := o.clause(w.Factor)
		if other == nil {
			return false
		}
		common := slices.ContainsFunc(w.Classes, func(class string) bool { return slices.Contains(other.Classes, class) })
		if !common && !allUnspecified(c.known.condition.Model(), *other) {
			return false
		}
	}
	return true
}

// fewConditions is below which number of conditions two failures that differ in one of them are
// taken for different.
const fewConditions = 3

// allButOne reports whether both failures speak of the same factors, and their classes differ in
// one factor only.
func (c candidate) allButOne(o candidate) bool {
	if len(c.failure.When) < fewConditions || len(c.failure.When) != len(o.failure.When) || c.known.mutation != o.known.mutation {
		return false
	}
	differ := 0
	for _, w := range c.failure.When {
		other := o.clause(w.Factor)
		if other == nil {
			return false
		}
		if !slices.ContainsFunc(w.Classes, func(class string) bool { return slices.Contains(other.Classes, class) }) {
			differ++
		}
	}
	return differ <= 1
}

// allUnspecified reports whether the document says nothing about any of the classes.
func allUnspecified(m *generators.Model, c reports.Condition) bool {
	f := m.Index(c.Factor)
	return f >= 0 && !slices.ContainsFunc(c.Classes, func(name string) bool {
		class := m.Class(c.Factor, name)
		return class < 0 || m.Factors[f].Classes[class].Kind != generators.Unspecified
	})
}

// affix says with what character the one value of a failing condition goes on after a valid value,
// or ends before it. The same affix is one cause, whichever parameter has it. It is empty where
// there is none.
func (c candidate) affix() string {
	if c.known.condition == nil {
		return ""
	}
	for _, w := range c.failure.When {
		if w.Value == nil {
			continue
		}
		for _, name := range append(validNames(c.known.condition.Model(), w.Factor), targets.InstanceRef(0), "<name>") {
			switch {
			case name == "" || name == *w.Value:
			case strings.HasPrefix(*w.Value, name):
				r, _ := utf8.DecodeRuneInString(strings.TrimPrefix(*w.Value, name))
				return "after " + string(r)
			case strings.HasSuffix(*w.Value, name):
				r, _ := utf8.DecodeLastRuneInString(strings.TrimSuffix(*w.Value, name))
				return "before " + string(r)
			}
		}
	}
	return ""
}

// validNames lists the valid classes of a factor.
func validNames(m *generators.Model, factor string) []string {
	f := m.Index(factor)
	if f < 0 {
		return nil
	}
	var names []string
	for _, class := range m.Factors[f].Classes {
		if class.Kind == generators.Valid {
			names = append(names, class.Name)
		}
	}
	return names
}

// clause returns the condition on a factor, or nil.
func (c candidate) clause(factor string) *reports.Condition {
	for i, w := range c.failure.When {
		if w.Factor == factor {
			return &c.failure.When[i]
		}
	}
	return nil
}
