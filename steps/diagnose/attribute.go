package diagnose

import (
	"slices"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/targets"
)

// Subjects of rules that are no factor of the parameter model, as the @about tags of the features
// name them.
const (
	aboutAcceptance     = "acceptance"
	aboutChangeOfDay    = "change of day"
	aboutCompletion     = "completion"
	aboutEffect         = "effect"
	aboutFailure        = "failure"
	aboutNextDay        = "next day"
	aboutOtherInstances = "other instances"
	aboutRefusedCalls   = "refused calls"
)

// manyCalls is how many calls a minimal sequence has at least that fails because of their number.
const manyCalls = 5

// factorOrder lists the factors by which a call that is to be accepted is attributed, the more
// specific ones first. The rule is that of the reason which names the factor. Where no reason names
// it and byTag is set, it is the rule about the factor.
var factorOrder = []struct {
	factor string
	byTag  bool
}{
	{generators.Further, true}, {generators.SentBy, true}, {generators.Format, false}, {generators.Retention, false},
	{generators.Type, false}, {generators.DBName, false}, {generators.Strategy, false}, {generators.Method, false},
	{generators.Today, false}, {generators.Databases, false}, {generators.Last, true}, {generators.Engine, false},
}

// attributor says which rule a finding breaks.
type attributor struct {
	rules   []features.Rule // in the order of the document
	edition string
}

// attribute returns the id of the rule that a finding breaks. A must rule is never broken by what
// only a should rule asks for.
func (a attributor) attribute(u Under, f finding) string {
	id := a.known(a.rule(u, f), u)
	if f.violation.Level() != oracle.Should || a.level(id) != oracle.Must {
		return id
	}
	for _, r := range f.violation.Reasons {
		if a.level(r.Rule) == oracle.Should && slices.Contains(f.factors, r.Factor) {
			return r.Rule
		}
	}
	for _, r := range f.violation.Reasons {
		if a.level(r.Rule) == oracle.Should {
			return r.Rule
		}
	}
	return id
}

// rule returns the id of the rule that says most about the cause of a finding.
func (a attributor) rule(u Under, f finding) string {
	v := f.violation
	for _, subject := range []string{aboutChangeOfDay, aboutRefusedCalls} {
		// These are of a lower level than the rules that may be under test.
		if rule := a.about(subject); v.Kind == judge.WronglyRefused && v.Has(rule) {
			return rule
		}
	}
	steps := f.minimal.Steps
	switch {
	case f.cause.SharedState && len(steps) == 1:
		// A case of several steps shows by itself what was done before.
		return a.about(aboutOtherInstances)
	case a.refusalWithEffect(f):
		return a.about(aboutEffect)
	case !a.manyRules(v):
		return v.Rule()
	case u.ownExample() && (f.mutation != "" || !f.plain):
		return u.Rule.ID
	case u.raw() && len(steps) > 1:
		// The plain call fails because of the raw request before it.
		return u.Rule.ID
	case len(steps) > 1 || len(f.minimal.Conditions) > 1:
		return a.ofSequence(f.minimal, v)
	}
	return a.ofFactors(f.factors, v)
}

// refusalWithEffect reports whether a call that is to be refused is refused and has an effect all
// the same, where the failing condition does not speak of what the call is to be refused for.
func (a attributor) refusalWithEffect(f finding) bool {
	reason, e := f.violation.Reasons[0], f.event
	wantsRefused := len(e.Expect.Refuse) > 0 && (e.Decision != targets.Accepted || e.Expect.NoBackup != "")
	return f.violation.Kind == judge.ContradictsEffect && f.condition != nil && wantsRefused &&
		reason.Factor != "" && !slices.Contains(f.factors, reason.Factor)
}

// manyRules reports whether a violation is of a call that is to be accepted: only then may it break
// one of several rules.
func (a attributor) manyRules(v judge.Violation) bool {
	switch v.Kind {
	case judge.WronglyRefused:
		return true
	case judge.ContradictsEffect, judge.NoAnswer:
		return v.Has(a.about(aboutAcceptance)) || v.Has(a.about(generators.Today)) || v.Has(a.about(aboutRefusedCalls))
	default:
		return false
	}
}

// ofFactors returns the rule about what one call is like that fails.
func (a attributor) ofFactors(factors []string, v judge.Violation) string {
	for _, by := range factorOrder {
		if !slices.Contains(factors, by.factor) {
			continue
		}
		for _, r := range v.Reasons {
			if r.Factor == by.factor {
				return r.Rule
			}
		}
		if by.byTag {
			return a.about(by.factor)
		}
	}
	if rule := a.about(aboutAcceptance); v.Has(rule) {
		return rule
	}
	return v.Rule()
}

// ofSequence returns the rule about what the shortest sequence that fails still needs.
func (a attributor) ofSequence(c targets.Case, v judge.Violation) string {
	calls, done := 0, map[string]bool{}
	for _, step := range c.Steps {
		done[step.Do] = true
		if step.Do == targets.StepCall {
			calls++
		}
	}
	for _, by := range []struct {
		subject string
		needed  bool
	}{
		{aboutNextDay, done[targets.StepNextDay]},
		{aboutRefusedCalls, v.Has(a.about(aboutRefusedCalls)) && len(c.Conditions) == 1}, // others were left out
		{aboutOtherInstances, len(c.Conditions) > 1},
		{generators.Today, calls >= manyCalls},
		{generators.Strategy, done[targets.StepDatabases] && v.Has(a.about(generators.Strategy))}, // it names a new database
		{aboutFailure, done[targets.StepComplete] && v.Has(a.about(aboutFailure))},
		{aboutCompletion, done[targets.StepComplete]},
	} {
		if by.needed {
			return a.about(by.subject)
		}
	}
	return v.Rule()
}

// about returns the id of the first rule about a subject that a target can fail, in the order of
// the document. It is empty where there is none.
func (a attributor) about(subject string) string {
	i := slices.IndexFunc(a.rules, func(r features.Rule) bool {
		return r.Level != oracle.May && slices.Contains(r.About, subject)
	})
	if i < 0 {
		return ""
	}
	return a.rules[i].ID
}

// known returns the rule if a target can fail it in this edition, and else the one under test.
func (a attributor) known(id string, u Under) string {
	if slices.ContainsFunc(a.rules, func(r features.Rule) bool {
		return r.ID == id && slices.Contains(r.Editions, a.edition) && r.Level != oracle.May
	}) {
		return id
	}
	return u.Rule.ID
}

func (a attributor) level(id string) string {
	for _, r := range a.rules {
		if r.ID == id {
			return r.Level
		}
	}
	return ""
}
