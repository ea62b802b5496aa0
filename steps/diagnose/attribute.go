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

// Subjects that no parameter or condition has the name of, as the @about tags of the features name them.
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

// speaksOf lists the factors by which a wrong refusal is attributed, the more specific ones first. The rule is that of the
// reason which names the factor. Where no reason names it and byTag is set, it is the rule about the factor.
var speaksOf = []struct {
	factor string
	byTag  bool
}{
	{generators.Further, true}, {generators.SentBy, true}, {generators.Format, false}, {generators.Retention, false},
	{generators.Type, false}, {generators.DBName, false}, {generators.Strategy, false}, {generators.Method, false},
	{generators.Today, false}, {generators.Databases, false}, {generators.Last, true}, {generators.Engine, false},
}

// about is the id of the first rule about a subject that a target can fail, in the order of the document; empty if there is
// none.
func (s *suite) about(subject string) string {
	for _, r := range s.rules {
		if r.Level != oracle.May && slices.Contains(r.About, subject) {
			return r.ID
		}
	}
	return ""
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
	for _, rule := range []string{s.about(aboutChangeOfDay), s.about(aboutRefusedCalls)} {
		if v.Kind == trial.WronglyRefused && speaks(v, rule) {
			return s.known(rule, sc) // of a lower level than the rules that may be under test
		}
	}
	if f.spent && len(f.kase.Steps) == 1 { // where there are more, what was done until then is told by them
		return s.known(s.about(aboutOtherInstances), sc)
	}
	if reason := v.Reasons[0]; v.Kind == trial.Untrue && f.law != nil && reason.Factor != "" && strings.HasPrefix(v.Expected, "refused") && !slices.Contains(f.factors, reason.Factor) {
		return s.known(s.about(aboutEffect), sc)
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
		return s.known(s.sequenceRule(f.kase, v), sc)
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
		if x.byTag {
			return s.known(s.about(x.factor), sc)
		}
	}
	if rule := s.about(aboutAcceptance); speaks(v, rule) {
		return rule
	}
	return s.known(first, sc)
}

// speaks reports whether a rule is among the reasons of a violation.
func speaks(v trial.Violation, rule string) bool {
	return slices.ContainsFunc(v.Reasons, func(r oracle.Reason) bool { return r.Rule == rule })
}

// acceptRule reports whether the violation is of a call that was to be accepted. Only then are several rules behind it.
func (s *suite) acceptRule(v trial.Violation) bool {
	return v.Kind == trial.WronglyRefused || speaks(v, s.about(aboutAcceptance)) || speaks(v, s.about(generators.Today)) ||
		speaks(v, s.about(aboutRefusedCalls))
}

// sequenceRule names the rule that a wrong refusal within a sequence is attributed to, by what the shortest sequence still
// needs.
func (s *suite) sequenceRule(c targets.Case, v trial.Violation) string {
	calls, done := 0, map[string]bool{}
	for _, step := range c.Steps {
		done[step.Do] = true
		if step.Do == targets.StepCall {
			calls++
		}
	}
	switch {
	case done[targets.StepNextDay]:
		return s.about(aboutNextDay)
	case speaks(v, s.about(aboutRefusedCalls)) && len(c.Conditions) == 1:
		return s.about(aboutRefusedCalls) // refused calls that do not matter were left out
	case len(c.Conditions) > 1:
		return s.about(aboutOtherInstances)
	case calls > 4:
		return s.about(generators.Today)
	case done[targets.StepDatabases] && speaks(v, s.about(generators.Strategy)):
		return s.about(generators.Strategy) // the call names one of the databases that there are by now
	case done[targets.StepComplete] && speaks(v, s.about(aboutFailure)):
		return s.about(aboutFailure)
	case done[targets.StepComplete]:
		return s.about(aboutCompletion)
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
