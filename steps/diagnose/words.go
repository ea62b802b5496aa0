package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
	"github.com/cbspec/cbspec/steps/diagnose/shrink"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// cause says what goes wrong and when, as data.
type cause reports.Cause

// kinds are the kinds of failure in a report, by the kind of the violation.
var kinds = map[judge.Kind]string{
	judge.WronglyAccepted:   reports.KindWronglyAccepted,
	judge.WronglyRefused:    reports.KindWronglyRefused,
	judge.NoAnswer:          reports.KindNoAnswer,
	judge.Intermittent:      reports.KindIntermittent,
	judge.ContradictsEffect: reports.KindWrongEffect,
	judge.WrongBackup:       reports.KindWrongEffect,
	judge.WrongInstance:     reports.KindWrongEffect,
	judge.WrongDocument:     reports.KindWrongDocument,
	judge.NotLinearizable:   reports.KindNotLinearizable,
}

// effects say more of the kinds that are about the effect of a call.
var effects = map[judge.Kind]string{
	judge.ContradictsEffect: reports.EffectContradiction,
	judge.WrongBackup:       reports.EffectWrongBackup,
	judge.WrongInstance:     reports.EffectElsewhere,
}

// causeOf returns what goes wrong in a violation of the call that event is about.
func causeOf(v judge.Violation, event runner.Event) cause {
	c := cause{Kind: kinds[v.Kind], Effect: effects[v.Kind]}
	if v.Kind == judge.NoAnswer && event.Answer.Kind == targets.BrokenStatus && event.Answer.Status >= 500 {
		c.Kind = reports.KindServerError
	}
	return c
}

// intermittent returns the cause of a failure that does not come each time.
func (c cause) intermittent() cause {
	if c.Kind == reports.KindIntermittent {
		return c
	}
	return cause{Kind: reports.KindIntermittent, Of: c.Kind, Effect: c.Effect}
}

// describe writes the cause into a failure, with the sentence that people read.
func (c cause) describe(f *reports.Failure) {
	f.Law = reports.Sentence(reports.Cause(c))
	f.Kind, f.Of, f.Effect = c.Kind, c.Of, c.Effect
	f.When, f.Exact, f.See = c.When, c.Exact, c.See
}

// ConditionsOf returns a failing condition as the report has it.
func ConditionsOf(c localise.FailingCondition) []reports.Condition {
	var list []reports.Condition
	for _, clause := range c.When() {
		list = append(list, reports.Condition{
			Factor: clause.Factor, Classes: clause.Classes, Not: clause.Except, Value: clause.Value,
		})
	}
	return list
}

// WithGroup puts what is unusual about a group of calls before the other conditions. It
// leaves out that the Action is CreateBackup, which is clear then.
func WithGroup(group string, when []reports.Condition) []reports.Condition {
	list := []reports.Condition{{Factor: group}}
	for _, c := range when {
		if c.Factor != generators.Action || !slices.Contains(c.Classes, "CreateBackup") {
			list = append(list, c)
		}
	}
	return list
}

// causeOfDifference returns what goes wrong where a check of a scenario does not hold, in its
// simplest variants.
func causeOfDifference(diff judge.Difference, least judge.Variants) cause {
	c := cause{Kind: reports.KindInconsistent, Check: diff.Check, Exact: true}
	for _, condition := range diff.When {
		c.When = append(c.When, reports.Condition{Factor: condition.Factor, Classes: condition.Classes})
	}
	switch diff.Check {
	case reports.CheckCode, reports.CheckTask:
		c.Kind = reports.KindWrongDocument
	case reports.CheckType:
		c.Case = &least.Case
	case reports.CheckDecision:
		var parts []string
		for _, d := range shrink.Differences(*least.Other.Steps[0].Call, *least.Case.Steps[0].Call) {
			parts = append(parts, formWords(d))
			condition := reports.Condition{Factor: d.Respect}
			if d.Respect != shrink.Order { // which may be of names that are drawn
				condition.Classes = []string{d.Form}
			}
			c.When = append(c.When, condition)
		}
		c.Variant = strings.Join(parts, "; ")
	}
	return c
}

// formWords says in which respect a form of a call differs from the plain one.
func formWords(d shrink.Difference) string {
	switch d.Respect {
	case shrink.Transport:
		return d.Form + ", not " + d.Plain
	case shrink.Order:
		return "the parameters in the order " + d.Form
	default:
		return fmt.Sprintf("%s %s, not %s", d.Respect, d.Form, d.Plain)
	}
}

// causeOfRace returns what goes wrong in a race.
func causeOfRace(w judge.RaceViolation, c targets.Case, r reports.Race) cause {
	return cause{Kind: kinds[w.Kind], Effect: effects[w.Kind], Case: &c, Race: &r, Exact: true}
}
