package reports

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// withPicturesIn returns a rule whose failures have their pictures in a folder.
func withPicturesIn(folder string, rule Rule) Rule {
	rule.Failures = slices.Clone(rule.Failures)
	for i := range rule.Failures {
		if f := &rule.Failures[i]; f.Picture != "" {
			f.Picture = path.Join(folder, f.Picture)
		}
	}
	return rule
}

// joinRule joins what the shards say of one rule.
func joinRule(parts []Rule) Rule {
	whole := parts[0]
	whole.Cases, whole.Scenarios, whole.Failures, whole.Waiver = 0, nil, nil, nil
	same := func(f Failure) [2]string { return [2]string{f.Law, f.Answered} }
	for _, p := range parts {
		whole.Cases += p.Cases
		whole.Scenarios = merged(whole.Scenarios, p.Scenarios, func(s Scenario) string { return s.Name }, joinScenario)
		whole.Failures = merged(whole.Failures, p.Failures, same, func(to *Failure, f Failure) { to.Count += f.Count })
	}
	known := len(whole.Failures) > 0
	for i := range whole.Failures {
		f := &whole.Failures[i]
		known = known && f.Known != nil
		if f.Case != nil {
			f.Replay = fmt.Sprintf("replays/%s-%d.json", whole.ID, i+1)
		}
	}
	if known {
		whole.Waiver = whole.Failures[0].Known
	}
	whole.Verdict, whole.Reason, whole.Party = joinVerdict(parts, whole.Scenarios)
	whole.Reasons = ReasonsOf(whole.Reason)
	return whole
}

// joinScenario adds one shard's part of a scenario. A part without an effective case says nothing
// about the others.
func joinScenario(to *Scenario, s Scenario) {
	if slices.Index(scenarioVerdicts, s.Verdict) < slices.Index(scenarioVerdicts, to.Verdict) {
		to.Verdict, to.Reason = s.Verdict, s.Reason
	}
	to.Cases += s.Cases
	to.Rounds += s.Rounds
	to.Seconds += s.Seconds
}

// scenarioVerdicts are in the order in which one prevails over another where the parts of a
// scenario differ.
var scenarioVerdicts = []string{Failed, Passed, Inconclusive, NotApplicable, Skipped}

// ruleVerdicts are in the order in which one prevails over another where the parts of a rule
// differ.
var ruleVerdicts = []string{Failed, Inconclusive, Passed, NotApplicable, Skipped}

// joinVerdict gives a rule the verdict that it would have in a run of all shards. Where a shard
// only says that it lacked cases of a scenario, the joined scenarios decide. What it says
// otherwise, such as that it was cut short or that every case fails because of other rules, holds
// for the whole.
func joinVerdict(parts []Rule, scenarios []Scenario) (verdict, reason, party string) {
	lacking := inconclusiveReasons(scenarios)
	onlyLacks := func(p Rule) bool {
		return p.Reason == inconclusiveReasons(p.Scenarios) && (p.Reason != "" || p.Verdict != Inconclusive)
	}
	for _, verdict := range ruleVerdicts {
		for _, p := range parts {
			if p.Verdict == verdict && !onlyLacks(p) {
				return verdict, p.Reason, p.Party
			}
		}
		for _, p := range parts {
			if p.Verdict == verdict && (verdict != Inconclusive || lacking != "") {
				return verdict, lacking, p.Party
			}
		}
	}
	return Passed, "", "" // each shard had the cases that another lacked
}

// inconclusiveReasons says why scenarios are inconclusive. It is empty if none is.
func inconclusiveReasons(scenarios []Scenario) string {
	var reasons []string
	for _, s := range scenarios {
		if s.Verdict == Inconclusive {
			reasons = union(reasons, []string{s.Reason})
		}
	}
	return strings.Join(reasons, ReasonEnd)
}
