// Package samples makes the reports that the tests of reports and its formats share.
package samples

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
)

// Sample is a report as a run writes it, with a name for subtests.
type Sample struct {
	Name string
	Make func() *reports.Report
}

// All returns a sample of each verdict of a report, and one with every verdict of a rule.
func All() []Sample {
	return []Sample{{"clean", Clean}, {"broken", Broken}, {"untested", Untested}, {"mixed", Mixed}}
}

//go:embed rules.json
var catalogue []byte

// Clean is the report of a server that does everything right: every rule of the catalogue passed.
func Clean() *reports.Report {
	r := &reports.Report{
		Schema: reports.Schema, Tool: reports.Tool{Name: "cbspec", Version: "1.0.0"}, Edition: "original", Seed: 7,
		Target: reports.Target{
			Name: "acme-rds", Endpoint: "https://rds.acme.example/",
			Implementation: &reports.Implementation{
				Organization: "ACME", Project: "acme-rds", Version: "1.4.2",
				URL: "https://acme.example", Contact: "rds@acme.example",
			},
			Capabilities: []string{"provision", "observe", "complete", "next day"},
		},
		Started: "2026-03-01T10:20:30Z", DurationSeconds: 14.2, Complete: true,
		Backups: 4211, Throughput: 873.4, Latency: reports.Latency{P50: 0.8, P90: 2.1, P99: 9.4, Max: 119},
		Options: reports.Options{
			Checks: 100, Strength: 3, Gate: reports.GateMust,
			Phases: []string{"examples", "combinations", "random", "sequences", "races", "wire"},
		},
		Phases: []reports.Phase{
			{Name: "examples", Cases: 208, Requests: 612, Seconds: 0.4},
			{Name: "combinations", Cases: 1480, Requests: 3911, Seconds: 3.1},
			{Name: "random", Cases: 2900, Requests: 5804, Seconds: 4.4},
			{Name: "sequences", Cases: 100, Requests: 1120, Seconds: 2.8},
			{Name: "races", Cases: 60, Requests: 880, Seconds: 2.2},
			{Name: "wire", Cases: 41, Requests: 75, Seconds: 1.3},
		},
		Coverage: reports.Coverage{
			Tuples: []reports.Tuples{
				{Strength: 1, Reached: 64, Possible: 64, Growth: []int{64, 64, 64, 64, 64, 64, 64, 64, 64, 64}},
				{Strength: 2, Reached: 1804, Possible: 1804, Growth: []int{901, 1402, 1700, 1780, 1804, 1804, 1804, 1804, 1804, 1804}},
				{Strength: 3, Reached: 29711, Possible: 30020, Growth: []int{5011, 9800, 14105, 17800, 21002, 23810, 26000, 27900, 29000, 29711}},
			},
			Classes: []reports.Count{
				{Name: "BackupMethod: Logical", Count: 1803}, {Name: "BackupMethod: absent", Count: 1711},
				{Name: "engine: SQLServer", Count: 1200},
			},
			Refusals:    []reports.Count{{Name: "CB-METHOD-3", Count: 240}, {Name: "CB-QUOTA-2", Count: 91}},
			Transitions: []reports.Count{{Name: "idle → running", Count: 600}, {Name: "running → idle", Count: 590}},
		},
	}
	if err := json.Unmarshal(catalogue, &r.Rules); err != nil {
		panic(err) // it is embedded
	}
	for i := range r.Rules {
		rule := &r.Rules[i]
		for j := range rule.Scenarios {
			s := &rule.Scenarios[j]
			s.Cases, s.Seconds = 40+10*((i+j)%5), 0.05*float64(1+(i+j)%7)
			rule.Cases += s.Cases
		}
		if rule.Level == reports.May {
			observed := []string{"ignored", "refused with InvalidParameter", "accepted, as Physical"}[i%3]
			r.Behaviours = append(r.Behaviours, reports.Behaviour{ID: rule.ID, Observed: observed})
		}
	}
	for _, p := range r.Phases {
		r.Requests += p.Requests
	}
	return Finish(r)
}

// Finish computes the totals and the verdict of a report from its rules, and returns it.
func Finish(r *reports.Report) *reports.Report {
	r.Totals, r.Judged, r.Verdict = reports.Sum(r), reports.JudgedOf(r), reports.Verdict(r)
	return r
}

// Rule returns the rule of a report with an id.
func Rule(r *reports.Report, id string) *reports.Rule {
	for i := range r.Rules {
		if r.Rules[i].ID == id {
			return &r.Rules[i]
		}
	}
	panic("there is no rule " + id)
}

// Broken is the report of a server that is wrong in 60 rules. Among its failures are a race, one
// that does not fail again, one found by the scenario of another rule, and a rule with two
// failures.
func Broken() *reports.Report {
	r := Clean()
	r.Target.Name, r.Target.Endpoint, r.Target.Implementation = "always-200", "http://127.0.0.1:8080/", nil
	r.Warnings = []string{"The target accepts a made-up Action: an accepted call proves little."}
	failed := 0
	for i := range r.Rules {
		rule := &r.Rules[i]
		if rule.Level == reports.May || failed == 60 {
			continue
		}
		failed++
		rule.Verdict, rule.Party = reports.Failed, reports.PartyTarget
		rule.Scenarios[0].Verdict = reports.Failed
		rule.Failures = failures(*rule)
	}
	return Finish(r)
}

// Untested is the report of a run that was cut short before it sent a call of use: every rule is
// inconclusive.
func Untested() *reports.Report {
	r := Clean()
	r.Target.Capabilities, r.Complete, r.CutShort = nil, false, "--max-time is over"
	r.LeftOut = []string{"races: 40 of 60 cases", "wire: all cases"}
	r.Requests, r.Backups, r.Behaviours, r.Coverage, r.Throughput = 12, 0, nil, reports.Coverage{}, 0.8
	r.Phases = []reports.Phase{{Name: "examples", Requests: 12, Seconds: 14.1}}
	for i := range r.Rules {
		rule := &r.Rules[i]
		rule.Cases, rule.Verdict = 0, reports.Inconclusive
		switch i % 3 {
		case 0:
			rule.Party = reports.PartyFixture
			rule.Reason = "needs to provision instances: give --control, or fixtures in the target file"
		case 1:
			rule.Party = reports.PartyFixture
			rule.Reason = "no instance accepts the plain valid call (403 OperationDenied.BackupJobExists): " +
				"give an instance whose last backup is completed"
		case 2:
			rule.Party, rule.Reason = reports.PartyNetwork, "the target kept throttling: lower limits.requestsPerSecond"
		}
		for j := range rule.Scenarios {
			s := &rule.Scenarios[j]
			s.Cases, s.Verdict, s.Reason = 0, reports.Inconclusive, rule.Reason
		}
	}
	return Finish(r)
}

// Mixed has every verdict at once, a known failure, and a rule whose cases fail because of another.
func Mixed() *reports.Report {
	failing := []string{"CB-QUOTA-2", "CB-QUOTA-3", "CB-METHOD-3", "CB-RACE-1", "CB-SEQ-1", "CB-ROBUST-1"}
	r := Broken()
	for i := range r.Rules {
		rule := &r.Rules[i]
		set := func(verdict, party, reason string) {
			rule.Verdict, rule.Party, rule.Reason, rule.Failures = verdict, party, reason, nil
			for j := range rule.Scenarios {
				rule.Scenarios[j].Verdict = verdict
			}
		}
		switch {
		case slices.Contains(failing, rule.ID):
		case strings.HasPrefix(rule.ID, "CB-AUTH"):
			set(reports.NotApplicable, "", "the target checks no signatures")
		case rule.ID == "CB-METHOD-7":
			set(reports.Inconclusive, reports.PartyTarget,
				"not judged: every case already fails because of CB-METHOD-3")
		case strings.HasPrefix(rule.ID, "CB-PRE"):
			set(reports.Inconclusive, reports.PartyFixture, "needs to provision instances: give --control")
		case strings.HasPrefix(rule.ID, "CB-ROBUST"):
			set(reports.Skipped, "", "deselected by --skip")
		default:
			set(reports.Passed, "", "")
		}
	}
	quota := Rule(r, "CB-QUOTA-2")
	f := &quota.Failures[0]
	f.Known = &reports.Waiver{
		Rule: quota.ID, Law: f.Law, Answer: f.Answered,
		Reason: "fixed in the next release", Owner: "backup team", Expires: "2026-12-31",
	}
	quota.Waiver = f.Known
	return Finish(r)
}

// Many is the report of a run of 10,000 cases, each of them a scenario of its own.
func Many() *reports.Report {
	r := Broken()
	each := 10_000 / len(r.Rules)
	for i := range r.Rules {
		rule := &r.Rules[i]
		rule.Cases, rule.Scenarios = each, nil
		for j := range each {
			name := fmt.Sprintf("case %d of a long run", j+1)
			rule.Scenarios = append(rule.Scenarios, reports.Scenario{Name: name, Verdict: rule.Verdict, Cases: 1})
		}
		for len(rule.Failures) > 0 && len(rule.Failures) < 10 {
			rule.Failures = append(rule.Failures, rule.Failures[0])
		}
	}
	return Finish(r)
}

// failures are those of a rule in the report of [Broken].
func failures(rule reports.Rule) []reports.Failure {
	f := failure(rule)
	set := func(c reports.Cause) { f.Law, f.Kind, f.When, f.Exact = reports.Sentence(c), c.Kind, c.When, c.Exact }
	call := f.Case.Steps[0]
	switch rule.ID {
	case "CB-METHOD-3":
		second := f
		set(reports.Cause{Kind: reports.KindWronglyAccepted, Exact: true, When: []reports.Condition{
			{Factor: "BackupMethod", Classes: []string{"empty"}}, {Factor: "BackupStrategy", Classes: []string{"db"}},
		}})
		f.Count, f.Contexts, f.Replay = 1, 0, "replays/CB-METHOD-3-2.json"
		return []reports.Failure{second, f}
	case "CB-QUOTA-2":
		set(reports.Cause{Kind: reports.KindWronglyAccepted, Exact: true, When: []reports.Condition{
			{Factor: "backups today", Classes: []string{"10", "11"}},
		}})
		f.Answered = "accepted (200) with the RequestId, and an 11th backup is there"
		f.Case.Conditions[0].BackupsToday, f.Case.Conditions[0].LastBackup = 10, targets.LastCompleted
	case "CB-RACE-1":
		f.Case.Steps = append(f.Case.Steps, call)
		f.Check, f.Race = reports.CheckRace, &reports.Race{Rounds: 12, Illegal: 9}
		set(reports.Cause{Kind: reports.KindNotLinearizable, Case: f.Case, Race: f.Race})
		f.Picture, f.Reproduced, f.Tries = "histories/CB-RACE-1-1.html", 9, 12
	case "CB-SEQ-1":
		f.Case.Steps = []targets.Step{
			call, {Do: targets.StepComplete, Result: targets.LastFailed}, {Do: targets.StepStatus, Status: "Rebooting"},
			{Do: targets.StepDatabases, Databases: []string{"a", "b"}}, {Do: targets.StepNextDay}, call,
		}
		set(reports.Cause{Kind: reports.KindWronglyAccepted, Case: f.Case})
	case "CB-QUOTA-3":
		f.Case.Conditions = append(f.Case.Conditions, targets.Condition{
			Engine: targets.SQLServer, Status: "Restoring", LastBackup: targets.LastFailed, LockMode: "ManualLock",
		})
		f.Case.Steps = append(f.Case.Steps, targets.Step{Do: targets.StepCall, Instance: 1, Call: &targets.Call{
			Method: "POST", Wire: "chunked", Auth: targets.AuthTampered, Encoding: targets.EncodingPlus,
			Params: []targets.Param{
				{Name: "Action", Value: "CreateBackup", In: targets.Body}, {Name: "DBName", In: targets.Body},
				{Name: "DBName", Value: strings.Repeat("x", 4096), In: targets.Body},
			},
		}})
	case "CB-ROBUST-1":
		set(reports.Cause{Kind: reports.KindIntermittent, Of: reports.KindNoAnswer})
		f.Scenario, f.Reproduced, f.Tries = "any call at all", 0, 3 // found by the scenario of another rule
	}
	return []reports.Failure{f}
}

// failure is how a server fails that accepts what it must refuse.
func failure(rule reports.Rule) reports.Failure {
	cause := reports.Cause{Kind: reports.KindWronglyAccepted, Exact: true, When: []reports.Condition{
		{Factor: "BackupMethod", Classes: []string{"another letter case"}},
	}}
	return reports.Failure{
		Law: reports.Sentence(cause), Kind: cause.Kind, When: cause.When, Exact: cause.Exact,
		Expected: "refused: BackupMethod has a value that is not documented",
		Answered: "accepted (200) with the RequestId and nothing else",
		Curl: "instance0=$(curl -sS -X POST 'http://127.0.0.1:8081/v1/instances' -H 'Content-Type: application/json' " +
			"-d '{\"engine\":\"MySQL\",\"status\":\"Running\",\"databases\":[\"app\"]}' " +
			"| sed 's/.*\"dbInstanceId\" *: *\"\\([^\"]*\\)\".*/\\1/')\n" +
			"curl -sS -i 'http://127.0.0.1:8080/?Action=CreateBackup&DBInstanceId='\"$instance0\"'&BackupMethod=physical&Version=2014-08-15'",
		Replay: "replays/" + rule.ID + "-1.json", Scenario: rule.Scenarios[0].Name,
		Count: 240, Contexts: 12, Reproduced: 3, Tries: 3,
		Case: &targets.Case{
			Conditions: []targets.Condition{{
				Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastNone,
			}},
			Steps: []targets.Step{{Do: targets.StepCall, Call: &targets.Call{Method: "GET", Params: []targets.Param{
				{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: targets.InstanceRef(0)},
				{Name: "BackupMethod", Value: "physical"},
			}}}},
		},
	}
}

// Small is the report of [Mixed] with only one or a few rules of each verdict: enough to see how a
// report looks, and short enough to read in a golden file.
func Small() *reports.Report {
	return Excerpt(Mixed(), "CB-PRE-1", "CB-QUOTA-1", "CB-QUOTA-2", "CB-QUOTA-3", "CB-METHOD-1", "CB-METHOD-3",
		"CB-METHOD-7", "CB-METHOD-8", "CB-STRATEGY-4", "CB-SEQ-1", "CB-RACE-1", "CB-AUTH-1", "CB-ROBUST-1", "CB-ROBUST-2")
}

// Attacked is the report of [Hostile] with only a few of its rules, for a golden file: all of them
// say the same.
func Attacked() *reports.Report {
	r := Hostile()
	r.Rules, r.Behaviours = append(r.Rules[1:2:2], r.Rules[3:5]...), r.Behaviours[:1]
	return Finish(r)
}

// Vendors are reports of three targets for a comparison: one of them twice, the later one first,
// with a rule that failed only then.
func Vendors() []*reports.Report {
	older := Clean()
	older.Started, older.Target.Implementation.Version = "2026-01-01T00:00:00Z", "1.4.1"
	newer := Clean()
	rule := Rule(newer, "CB-METHOD-3")
	rule.Verdict, rule.Failures = reports.Failed, Rule(Broken(), "CB-METHOD-3").Failures
	newer.Behaviours[0].Observed = "refused with LastBackupFailed"
	other := Mixed()
	other.Target.Name = "vendor-b"
	return []*reports.Report{Finish(newer), older, Broken(), other}
}
