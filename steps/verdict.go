package steps

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose"
	"github.com/cbspec/cbspec/steps/scenario"
)

// record is what a run knows about one rule.
type record struct {
	verdict   string // empty while the rule runs
	reason    string
	party     string
	cases     int
	scenarios []reports.Scenario
}

// universal reports whether a rule states something about every case, so that some cases do not
// show it.
func universal(r features.Rule) bool {
	return r.Phase == "combinations" || r.Phase == "random" || r.Phase == "sequences"
}

// scenarioEvidence is what the verdict of a scenario depends on.
type scenarioEvidence struct {
	scenario.Outcome
	rule        string
	universal   bool     // the rule states something about every case
	ownFailures int      // of the rule
	others      []string // rules that failed while this one was under test, in the order found
	unproven    string   // why no case shows anything; empty where cases do
}

// rowOf gives a scenario its verdict.
func rowOf(e scenarioEvidence) reports.Scenario {
	cases := e.Passed + e.Failed
	row := reports.Scenario{Cases: cases, Rounds: e.Rounds, Reason: strings.Join(e.Reasons, reports.ReasonEnd)}
	switch {
	case e.NotApplicable != "":
		row.Verdict, row.Reason = reports.NotApplicable, e.NotApplicable
	case e.Failed > 0 && e.failsByOthers() && e.Passed > 0:
		row.Verdict = reports.Passed
		row.Reason = fmt.Sprintf("shown by %d of %d cases; the others fail because of %s", e.Passed, cases, strings.Join(e.others, ", "))
	case e.Failed > 0:
		row.Verdict = reports.Failed
	case cases == 0:
		row.Verdict = reports.Inconclusive
		if row.Reason == "" {
			row.Reason = noCases
		}
	default:
		row.Verdict = reports.Passed
	}
	if row.Verdict == reports.Passed && e.unproven != "" {
		row.Verdict, row.Reason = reports.Inconclusive, e.unproven
	}
	return row
}

const noCases = "no case could be run"

// failsByOthers reports whether every failure of the scenario is that of another rule. The other
// cases then still show what the rule states.
func (e scenarioEvidence) failsByOthers() bool {
	return !e.universal && len(e.others) > 0 && !slices.Contains(e.others, e.rule) && e.ownFailures == 0
}

// settle gives a rule its verdict, by its scenarios and by the failures found so far.
func (s *suite) settle(r features.Rule) {
	rec, others := s.records[r.ID], s.diagnosis.RulesFailedUnder(r.ID)
	e := ruleEvidence{
		level: r.Level, universal: universal(r), scenarios: rec.scenarios, failures: len(s.failures(r.ID)), others: others, party: rec.party,
	}
	for _, id := range others {
		if levelOf(s.rules, id) == oracle.Must {
			e.mustOthers = append(e.mustOthers, id)
		}
	}
	if e.summarises() {
		s.diagnosis.AddSummary(diagnose.Under{Rule: r, Scenario: rec.scenarios[0].Name}, e.mustOthers)
		e.failures++
	}
	rec.verdict, rec.reason, rec.party = e.verdict()
}

// ruleEvidence is what the verdict of a rule depends on.
type ruleEvidence struct {
	level     string
	universal bool // the rule states something about every case
	scenarios []reports.Scenario
	failures  int // of the rule
	// others are the rules that failed while this one was under test; mustOthers those of level must.
	others, mustOthers []string
	party              string // that undecided cases are up to, where it is known
}

// summarises reports whether a must rule that states something about every case fails because
// others do.
func (e ruleEvidence) summarises() bool {
	return e.level == oracle.Must && e.universal && e.failures == 0 && len(e.mustOthers) > 0 && e.has(reports.Failed)
}

func (e ruleEvidence) has(verdict string) bool {
	return slices.ContainsFunc(e.scenarios, func(row reports.Scenario) bool { return row.Verdict == verdict })
}

// verdict returns the verdict of a rule, its reason, and the party that this is up to.
func (e ruleEvidence) verdict() (verdict, reason, party string) {
	reasons := e.reasons()
	switch {
	case e.failures > 0:
		return reports.Failed, strings.Join(reasons, reports.ReasonEnd), reports.PartyTarget
	case e.has(reports.Failed):
		reasons = append([]string{"not judged: every case already fails because of " + strings.Join(e.others, ", ")}, reasons...)
		return reports.Inconclusive, strings.Join(reasons, reports.ReasonEnd), reports.PartyTarget
	case e.has(reports.Inconclusive):
		verdict = reports.Inconclusive
	case e.has(reports.Passed):
		return reports.Passed, "", ""
	case e.has(reports.NotApplicable):
		return reports.NotApplicable, strings.Join(reasons, reports.ReasonEnd), e.party
	default:
		verdict = reports.Inconclusive
		reasons = append(reasons, noCases)
	}
	if e.party == "" {
		return verdict, strings.Join(reasons, reports.ReasonEnd), reports.PartyTarget
	}
	return verdict, strings.Join(reasons, reports.ReasonEnd), e.party
}

// reasons lists why scenarios did not pass, each reason once.
func (e ruleEvidence) reasons() []string {
	var reasons []string
	for _, row := range e.scenarios {
		if row.Reason == "" || row.Verdict == reports.Passed {
			continue
		}
		for why := range strings.SplitSeq(row.Reason, reports.ReasonEnd) {
			if !slices.Contains(reasons, why) {
				reasons = append(reasons, why)
			}
		}
	}
	return reasons
}

// levelOf returns the level of a rule of the catalogue.
func levelOf(rules []features.Rule, id string) string {
	for _, r := range rules {
		if r.ID == id {
			return r.Level
		}
	}
	return ""
}
