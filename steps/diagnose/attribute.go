package steps

import (
	"slices"
	"strings"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// speaksOf gives the rule that a wrong refusal is laid to when its law speaks of a factor, the more telling factors first. Rules of the oracle's own
// reasons come by the factor that they name.
var speaksOf = []struct{ factor, rule string }{
	{generators.Further, "CB-PUBLIC-2"}, {generators.SentBy, "CB-PUBLIC-1"}, {generators.Format, ""}, {generators.Retention, ""},
	{generators.Type, ""}, {generators.DBName, ""}, {generators.Strategy, ""}, {generators.Method, ""},
	{generators.Today, ""}, {generators.Databases, ""}, {generators.Last, "CB-PRE-1"}, {generators.Engine, ""},
}

// attribute names the rule that a finding is laid to. What only a should rule wants is never laid to a must rule.
func (s *suite) attribute(sc *scenario, f finding) string {
	id := s.attributed(sc, f)
	if f.violation.Level() != oracle.Should || s.levelOf(id) != oracle.Must {
		return id
	}
	for _, r := range f.violation.Reasons {
		if s.levelOf(r.Rule) == oracle.Should && slices.Contains(f.factors, r.Factor) {
			return r.Rule
		}
	}
	for _, r := range f.violation.Reasons {
		if s.levelOf(r.Rule) == oracle.Should {
			return r.Rule
		}
	}
	return id
}

func (s *suite) levelOf(id string) string {
	for _, r := range s.rules {
		if r.ID == id {
			return r.Level
		}
	}
	return ""
}

// attributed names the rule that speaks the most of what a finding comes about by.
func (s *suite) attributed(sc *scenario, f finding) string {
	v := f.violation
	first := v.Rule()
	for _, rule := range []string{"CB-QUOTA-7", "CB-QUOTA-5"} {
		if v.Kind == trial.WronglyRefused && speaks(v, rule) {
			return s.known(rule, sc) // of a lower level than the rules that may be under test
		}
	}
	if f.spent && len(f.kase.Steps) == 1 { // where there are more, what was done until then is told by them
		return s.known("CB-QUOTA-3", sc)
	}
	if reason := v.Reasons[0]; v.Kind == trial.Untrue && f.law != nil && reason.Factor != "" && strings.HasPrefix(v.Expected, "refused") && !slices.Contains(f.factors, reason.Factor) {
		return s.known("CB-RESPONSE-10", sc)
	}
	if v.Kind != trial.WronglyRefused && v.Kind != trial.Untrue && v.Kind != trial.NoAnswer || !s.acceptRule(v) {
		return s.known(first, sc)
	}
	if f.edit != "" && sc.rule.Level != oracle.May && sc.rule.Phase == "examples" {
		return sc.rule.ID // what is unusual about the call is what the rule under test speaks of
	}
	if !f.plain && sc.rule.Level != oracle.May && sc.rule.Phase == "examples" {
		return sc.rule.ID // what came before is what matters, and that is what the rule under test speaks of
	}
	if sc.rule.Phase == "wire" && len(f.kase.Steps) > 1 {
		return sc.rule.ID // the plain call is refused, or harmed, for what was sent before it
	}
	if len(f.kase.Steps) > 1 || len(f.kase.Conditions) > 1 {
		return s.known(sequenceRule(f.kase, v), sc)
	}
	for _, x := range speaksOf {
		if !slices.Contains(f.factors, x.factor) {
			continue
		}
		for _, r := range v.Reasons {
			if r.Factor == x.factor {
				return s.known(r.Rule, sc)
			}
		}
		if x.rule != "" {
			return s.known(x.rule, sc)
		}
	}
	if slices.ContainsFunc(v.Reasons, func(r oracle.Reason) bool { return r.Rule == "CB-PRE-1" }) {
		return "CB-PRE-1"
	}
	return s.known(first, sc)
}

// speaks tells whether a rule is among the reasons of a violation.
func speaks(v trial.Violation, rule string) bool {
	return slices.ContainsFunc(v.Reasons, func(r oracle.Reason) bool { return r.Rule == rule })
}

// acceptRule tells whether the violation is of a call that was to be accepted: only then do several rules stand behind it.
func (s *suite) acceptRule(v trial.Violation) bool {
	return slices.ContainsFunc(v.Reasons, func(r oracle.Reason) bool {
		return r.Rule == "CB-PRE-1" || r.Rule == "CB-QUOTA-1" || r.Rule == "CB-QUOTA-5"
	}) ||
		v.Kind == trial.WronglyRefused
}

// sequenceRule names the rule that a wrong refusal within a sequence is laid to, by what the shortest sequence still needs.
func sequenceRule(c targets.Case, v trial.Violation) string {
	calls, done := 0, map[string]bool{}
	for _, s := range c.Steps {
		done[s.Do] = true
		if s.Do == targets.StepCall {
			calls++
		}
	}
	says := func(rule string) bool {
		return slices.ContainsFunc(v.Reasons, func(r oracle.Reason) bool { return r.Rule == rule })
	}
	switch {
	case done[targets.StepNextDay]:
		return "CB-QUOTA-4"
	case says("CB-QUOTA-5") && len(c.Conditions) == 1:
		return "CB-QUOTA-5" // refused calls that did not matter would not be left
	case len(c.Conditions) > 1:
		return "CB-QUOTA-3"
	case calls > 4:
		return "CB-QUOTA-1"
	case done[targets.StepDatabases] && says("CB-STRATEGY-1"):
		return "CB-STRATEGY-1" // one of the databases that there are by now is asked for
	case done[targets.StepComplete] && says("CB-PRE-7"):
		return "CB-PRE-7"
	case done[targets.StepComplete]:
		return "CB-PRE-4"
	default:
		return v.Rule()
	}
}

// known is the rule, if it holds in this edition, else the one under test.
func (s *suite) known(id string, sc *scenario) string {
	ok := slices.ContainsFunc(s.rules, func(r features.Rule) bool {
		return r.ID == id && slices.Contains(r.Editions, s.session.Edition.Name) && r.Level != oracle.May
	})
	if ok {
		return id
	}
	return sc.rule.ID
}
