package page

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares what was written with testdata/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run with -update")
	require.Equal(t, string(want), string(got))
}

// sample is a report as runs write them.
type sample struct {
	name string
	make func() *reports.Report
}

var samples = []sample{{"passed", passed}, {"broken", broken}, {"untested", untested}, {"mixed", mixed}}

// catalogue is every rule of the catalogue, as the samples of the other formats have it.
func catalogue() []reports.Rule {
	text, err := os.ReadFile(filepath.Join("..", "testdata", "rules.json"))
	if err != nil {
		panic(err)
	}
	var rules []reports.Rule
	if err := json.Unmarshal(text, &rules); err != nil {
		panic(err)
	}
	return rules
}

// passed is the report of a server that does everything right.
func passed() *reports.Report {
	r := &reports.Report{
		Schema: reports.Schema, Tool: reports.Tool{Name: "cbspec", Version: "1.0.0"}, Edition: "original", Seed: 7,
		Target: reports.Target{
			Name: "acme-rds", Endpoint: "https://rds.acme.example/",
			Implementation: &reports.Implementation{Organization: "ACME", Project: "acme-rds", Version: "1.4.2", URL: "https://acme.example"},
			Capabilities:   []string{"provision", "observe", "complete", "next day"},
		},
		Started: "2026-03-01T10:20:30Z", DurationSeconds: 14.2, Complete: true,
		Requests: 12_402, Backups: 4211, Throughput: 873.4, Latency: reports.Latency{P50: 0.3, P90: 1.1, P99: 4.8, Max: 119},
		Options: reports.Options{Checks: 100, Strength: 3, Gate: "must"},
		Phases: []reports.Phase{
			{Name: "examples", Cases: 208, Requests: 612, Seconds: 0.4}, {Name: "combinations", Cases: 1480, Requests: 3911, Seconds: 3.1},
			{Name: "random", Cases: 2900, Requests: 5804, Seconds: 4.4}, {Name: "sequences", Cases: 100, Requests: 1120, Seconds: 2.8},
			{Name: "races", Cases: 60, Requests: 880, Seconds: 2.2}, {Name: "wire", Cases: 41, Requests: 75, Seconds: 1.3},
		},
		Coverage: reports.Coverage{
			Tuples: []reports.Tuples{
				{Strength: 1, Reached: 64, Possible: 64, Growth: []int{64, 64, 64, 64, 64, 64, 64, 64, 64, 64}},
				{Strength: 2, Reached: 1804, Possible: 1804, Growth: []int{901, 1402, 1700, 1780, 1804, 1804, 1804, 1804, 1804, 1804}},
				{Strength: 3, Reached: 29711, Possible: 30020, Growth: []int{5011, 9800, 14105, 17800, 21002, 23810, 26000, 27900, 29000, 29711}},
			},
			Classes:     []reports.Count{{Name: "BackupMethod: Logical", Count: 1803}, {Name: "BackupMethod: absent", Count: 1711}, {Name: "engine: SQLServer", Count: 1200}},
			Refusals:    []reports.Count{{Name: "CB-METHOD-3", Count: 240}, {Name: "CB-QUOTA-2", Count: 91}},
			Transitions: []reports.Count{{Name: "idle → running", Count: 600}, {Name: "running → idle", Count: 590}},
		},
		Rules: catalogue(),
	}
	for i := range r.Rules {
		rule := &r.Rules[i]
		for j := range rule.Scenarios {
			s := &rule.Scenarios[j]
			s.Cases = 40 + 10*((i+j)%5)
			rule.Cases += s.Cases
		}
		if rule.Level == reports.May {
			r.Behaviours = append(r.Behaviours, reports.Behaviour{ID: rule.ID, Observed: []string{"ignored", "refused with InvalidParameter", "accepted, as Physical"}[i%3]})
		}
	}
	return judged(r)
}

func judged(r *reports.Report) *reports.Report {
	r.Totals, r.Verdict = reports.Sum(r), reports.Verdict(r)
	return r
}

// failure is how a server fails that takes what it must refuse.
func failure(rule reports.Rule) reports.Failure {
	return reports.Failure{
		Law:      "wrongly accepted whenever BackupMethod is another letter case; nothing else matters",
		Expected: "refused: BackupMethod is none of the documented values",
		Answered: "accepted (200) with the RequestId and nothing else",
		Curl: "instance0=$(curl -sS -X POST 'http://127.0.0.1:8081/v1/instances' -H 'Content-Type: application/json' -d '{\"engine\":\"MySQL\",\"status\":\"Running\",\"databases\":[\"app\"]}' | sed 's/.*\"dbInstanceId\" *: *\"\\([^\"]*\\)\".*/\\1/')\n" +
			"curl -sS -i 'http://127.0.0.1:8080/?Action=CreateBackup&DBInstanceId='\"$instance0\"'&BackupMethod=physical&Version=2014-08-15'",
		Replay: "replays/" + rule.ID + "-1.json", Count: 240, Contexts: 12, Reproduced: 3, Tries: 3, Scenario: rule.Scenarios[0].Name,
		Case: &targets.Case{
			Conditions: []targets.Condition{{Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastNone}},
			Steps: []targets.Step{{Do: targets.StepCall, Call: &targets.Call{Method: "GET", Params: []targets.Param{
				{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: targets.InstanceRef(0)}, {Name: "BackupMethod", Value: "physical"},
			}}}},
		},
	}
}

// broken is the report of a server that is wrong in 60 rules: among them a race, and a rule that fails in two ways.
func broken() *reports.Report {
	r := passed()
	r.Target.Name, r.Target.Endpoint, r.Target.Implementation = "always-200", "http://127.0.0.1:8080/", nil
	r.Warnings = []string{"The target accepts a made-up Action: nothing that it accepts proves much."}
	failed := 0
	for i := range r.Rules {
		rule := &r.Rules[i]
		if rule.Level == reports.May || failed == 60 {
			continue
		}
		failed++
		rule.Verdict, rule.Party = reports.Failed, reports.PartyTarget
		rule.Scenarios[0].Verdict = reports.Failed
		rule.Failures = []reports.Failure{failure(*rule)}
		switch f := &rule.Failures[0]; rule.ID {
		case "CB-METHOD-3":
			second := *f
			second.Law, second.Count = "wrongly accepted whenever BackupMethod is empty and BackupStrategy is db", 1
			rule.Failures = append(rule.Failures, second)
		case "CB-RACE-1":
			f.Law, f.Picture, f.Reproduced, f.Tries = "two of two simultaneous calls are accepted", "histories/CB-RACE-1-1.html", 2, 5
		}
	}
	return judged(r)
}

// untested is the report of a run that could send nothing of use: every rule is inconclusive.
func untested() *reports.Report {
	r := passed()
	r.Target.Capabilities, r.Complete, r.CutShort = nil, false, "the time allowed was spent"
	r.LeftOut = []string{"races: 40 of 60 cases", "wire: all of it"}
	r.Requests, r.Backups, r.Behaviours, r.Coverage, r.Throughput = 12, 0, nil, reports.Coverage{}, 0.8
	r.Phases = []reports.Phase{{Name: "examples", Requests: 12, Seconds: 14.1}}
	for i := range r.Rules {
		rule := &r.Rules[i]
		rule.Cases, rule.Verdict = 0, reports.Inconclusive
		switch i % 3 {
		case 0:
			rule.Party, rule.Reason = reports.PartyFixture, "needs to provision instances: give --control, or fixtures in the target file"
		case 1:
			rule.Party, rule.Reason = reports.PartyFixture, "no instance accepts the plain valid call (403 OperationDenied.BackupJobExists): give an instance whose last backup is completed"
		case 2:
			rule.Party, rule.Reason = reports.PartyNetwork, "throttled again and again: lower limits.requestsPerSecond"
		}
		for j := range rule.Scenarios {
			s := &rule.Scenarios[j]
			s.Cases, s.Verdict, s.Reason = 0, rule.Verdict, rule.Reason
		}
	}
	return judged(r)
}

// mixed has every verdict at once, a known failure, and a rule that another explains.
func mixed() *reports.Report {
	r := broken()
	for i := range r.Rules {
		rule := &r.Rules[i]
		set := func(verdict, party, reason string) {
			rule.Verdict, rule.Party, rule.Reason, rule.Failures = verdict, party, reason, nil
			for j := range rule.Scenarios {
				rule.Scenarios[j].Verdict = verdict
			}
		}
		switch {
		case rule.ID == "CB-METHOD-3", rule.ID == "CB-QUOTA-2", rule.ID == "CB-RACE-1":
		case strings.HasPrefix(rule.ID, "CB-AUTH"):
			set(reports.NotApplicable, "", "the target checks no signatures")
		case rule.ID == "CB-METHOD-7":
			set(reports.Inconclusive, reports.PartyTarget, "its cases fail by other rules: CB-METHOD-3")
		case strings.HasPrefix(rule.ID, "CB-PRE"):
			set(reports.Inconclusive, reports.PartyFixture, "needs to provision instances: give --control")
		case strings.HasPrefix(rule.ID, "CB-ROBUST"):
			set(reports.Skipped, "", "deselected by --skip")
		default:
			set(reports.Passed, "", "")
		}
		if rule.ID == "CB-QUOTA-2" {
			f := &rule.Failures[0]
			f.Known = &reports.Waiver{Rule: rule.ID, Law: f.Law, Answer: f.Answered, Reason: "fixed in the next release", Owner: "backup team", Expires: "2026-12-31"}
			rule.Waiver = f.Known
		}
	}
	return judged(r)
}

// many is the report of a run of 10,000 cases, every one of them a scenario of its own.
func many() *reports.Report {
	r := broken()
	each := 10_000 / len(r.Rules)
	for i := range r.Rules {
		rule := &r.Rules[i]
		rule.Cases, rule.Scenarios = each, nil
		for j := range each {
			rule.Scenarios = append(rule.Scenarios, reports.Scenario{Name: fmt.Sprintf("case %d of a run that is long", j+1), Verdict: rule.Verdict, Cases: 1})
		}
		for len(rule.Failures) > 0 && len(rule.Failures) < 10 {
			rule.Failures = append(rule.Failures, rule.Failures[0])
		}
	}
	return judged(r)
}
