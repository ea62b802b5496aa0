package reports

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares what was written with testdata/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run with -update")
	require.Equal(t, string(want), string(got))
}

//go:embed testdata/rules.json
var sampleRules []byte

// clean is the report of a server that does everything right: every rule of the catalogue passed.
func clean() *Report {
	r := &Report{
		Schema: Schema, Tool: Tool{"cbspec", "1.0.0"}, Edition: "original", Seed: 7,
		Target: Target{
			Name: "acme-rds", Endpoint: "https://rds.acme.example/",
			Implementation: &Implementation{Organization: "ACME", Project: "acme-rds", Version: "1.4.2", URL: "https://acme.example", Contact: "rds@acme.example"},
			Capabilities:   []string{"provision", "observe", "complete", "next day"},
		},
		Started: "2026-03-01T10:20:30Z", DurationSeconds: 14.2, Complete: true,
		Backups: 4211, Throughput: 873.4, Latency: Latency{P50: 0.8, P90: 2.1, P99: 9.4, Max: 41},
		Options: Options{Checks: 100, Strength: 3, Phases: []string{"examples", "combinations", "random", "sequences", "races", "wire"}},
		Phases: []Phase{
			{"examples", 208, 612, 0.4}, {"combinations", 1480, 3911, 3.1}, {"random", 2900, 5804, 4.4},
			{"sequences", 100, 1120, 2.8}, {"races", 60, 880, 2.2}, {"wire", 41, 75, 1.3},
		},
		Coverage: Coverage{
			Tuples: []Tuples{
				{1, 64, 64, []int{64, 64, 64, 64, 64, 64, 64, 64, 64, 64}},
				{2, 1804, 1804, []int{901, 1402, 1700, 1780, 1804, 1804, 1804, 1804, 1804, 1804}},
				{3, 29711, 30020, []int{5011, 9800, 14105, 17800, 21002, 23810, 26000, 27900, 29000, 29711}},
			},
			Classes:     []Count{{"BackupMethod = Logical", 1803}, {"BackupMethod absent", 1711}, {"Engine = SQLServer", 1200}},
			Refusals:    []Count{{"CB-METHOD-3", 240}, {"CB-QUOTA-2", 91}},
			Transitions: []Count{{"idle → running", 600}, {"running → idle", 590}},
		},
	}
	if err := json.Unmarshal(sampleRules, &r.Rules); err != nil {
		panic(err)
	}
	for i := range r.Rules {
		rule := &r.Rules[i]
		for j := range rule.Scenarios {
			s := &rule.Scenarios[j]
			s.Cases, s.Seconds = 40+10*((i+j)%5), 0.05*float64(1+(i+j)%7)
			rule.Cases += s.Cases
		}
		if rule.Level == May {
			r.Behaviours = append(r.Behaviours, Behaviour{rule.ID, []string{"ignored", "refused with InvalidParameter", "accepted, as Physical"}[i%3]})
		}
	}
	for _, p := range r.Phases {
		r.Requests += p.Requests
	}
	return finish(r)
}

func finish(r *Report) *Report {
	r.Totals, r.Verdict = Sum(r), Verdict(r)
	return r
}

// broken is the report of a server that is wrong in 60 rules: among them a race, a failure that does not come about
// again, a rule with two laws, and one that is not judged.
func broken() *Report {
	r := clean()
	r.Target.Name, r.Target.Endpoint, r.Target.Implementation = "always-200", "http://127.0.0.1:8080/", nil
	r.Warnings = []string{"The target accepts a made-up Action: nothing that it accepts proves much."}
	failed := 0
	for i := range r.Rules {
		rule := &r.Rules[i]
		if rule.Level == May || failed == 60 {
			continue
		}
		failed++
		rule.Verdict, rule.Party = Failed, PartyTarget
		rule.Reason = "fails whenever it is asked for"
		rule.Scenarios[0].Verdict = Failed
		f := Failure{
			Law:      "fails whenever the value is none of those listed",
			Expected: "refused: 400 with a well-formed error document whose Code is one of InvalidParameter, InvalidBackupMethod.Format",
			Answered: "accepted: 200 with the RequestId and nothing else",
			Curl:     "curl -sS -G 'http://127.0.0.1:8080/' \\\n  --data-urlencode 'Action=CreateBackup' \\\n  --data-urlencode 'DBInstanceId=rm-1' \\\n  --data-urlencode 'BackupMethod=physical'",
			Replay:   "replays/" + rule.ID + "-1.json",
			Count:    240, Contexts: 12, Reproduced: 3, Tries: 3,
			Scenario: rule.Scenarios[0].Name,
			Case: &targets.Case{
				Conditions: []targets.Condition{{Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastNone}},
				Steps: []targets.Step{{Do: targets.StepCall, Call: &targets.Call{Method: "GET", Params: []targets.Param{
					{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: targets.InstanceRef(0)}, {Name: "BackupMethod", Value: "physical"},
				}}}},
			},
		}
		switch rule.ID {
		case "CB-QUOTA-2":
			f.Law, f.Answered = "fails from the 11th backup of a day on", "accepted: 200 with the RequestId, and an 11th backup is there"
			f.Case.Conditions[0].BackupsToday, f.Case.Conditions[0].LastBackup = 10, targets.LastCompleted
		case "CB-RACE-1":
			f.Law, f.Picture, f.Reproduced, f.Tries = "two of two simultaneous calls are accepted", "histories/CB-RACE-1-1.html", 2, 5
			f.Case.Steps = append(f.Case.Steps, f.Case.Steps[0])
		case "CB-SEQ-1":
			call := f.Case.Steps[0]
			f.Case.Steps = []targets.Step{
				call, {Do: targets.StepComplete, Result: "failed"}, {Do: targets.StepStatus, Status: "Rebooting"},
				{Do: targets.StepDatabases, Databases: []string{"a", "b"}}, {Do: targets.StepNextDay}, call,
			}
		case "CB-QUOTA-3":
			f.Case.Conditions = append(f.Case.Conditions, targets.Condition{Engine: targets.SQLServer, Status: "Restoring", LastBackup: targets.LastFailed, LockMode: "ManualLock"})
			f.Case.Steps = append(f.Case.Steps, targets.Step{Do: targets.StepCall, Instance: 1, Call: &targets.Call{
				Method: "POST", Wire: "chunked", Auth: targets.AuthTampered, Encoding: targets.EncodingPlus,
				Params: []targets.Param{{Name: "Action", Value: "CreateBackup", In: targets.Body}, {Name: "DBName", In: targets.Body}, {Name: "DBName", Value: strings.Repeat("x", 4096), In: targets.Body}},
			}})
		case "CB-ROBUST-1":
			f.Scenario, f.Reproduced, f.Tries = "any call at all", 0, 3 // found by the scenario of another rule
		}
		rule.Failures = []Failure{f}
		if rule.ID == "CB-METHOD-3" {
			f.Law, f.Count, f.Contexts, f.Replay = "fails whenever BackupMethod is empty and BackupStrategy is db", 1, 0, "replays/CB-METHOD-3-2.json"
			rule.Failures = append(rule.Failures, f)
		}
	}
	return finish(r)
}

// untested is the report of a server that could be sent nothing of use: every rule is inconclusive.
func untested() *Report {
	r := clean()
	r.Target.Capabilities = nil
	r.Complete, r.CutShort = false, "the time allowed was spent"
	r.LeftOut = []string{"races: 40 of 60 cases", "wire: all of it"}
	r.Requests, r.Backups, r.Behaviours, r.Coverage, r.Throughput = 12, 0, nil, Coverage{}, 0.8
	r.Phases = []Phase{{"examples", 0, 12, 14.1}}
	for i := range r.Rules {
		rule := &r.Rules[i]
		rule.Cases, rule.Verdict = 0, Inconclusive
		for j := range rule.Scenarios {
			rule.Scenarios[j].Cases, rule.Scenarios[j].Verdict, rule.Scenarios[j].Reason = 0, Inconclusive, rule.Reason
		}
		switch i % 3 {
		case 0:
			rule.Party, rule.Reason = PartyFixture, "needs to provision instances: give --control, or fixtures in the target file"
		case 1:
			rule.Party, rule.Reason = PartyFixture, "no instance accepts the plain valid call (403 OperationDenied.BackupJobExists): give an instance whose last backup is completed"
		case 2:
			rule.Party, rule.Reason = PartyNetwork, "throttled again and again: lower limits.requestsPerSecond"
		}
	}
	return finish(r)
}

// mixed has every verdict at once, and a known failure.
func mixed() *Report {
	r := broken()
	for i := range r.Rules {
		rule := &r.Rules[i]
		switch {
		case i%10 == 0:
		case strings.HasPrefix(rule.ID, "CB-AUTH"):
			rule.Verdict, rule.Reason, rule.Failures = NotApplicable, "the target checks no signatures", nil
		case strings.HasPrefix(rule.ID, "CB-RACE"), i%11 == 0:
			rule.Verdict, rule.Reason, rule.Party, rule.Failures = Inconclusive, "needs to provision instances: give --control", PartyFixture, nil
		case i%7 == 0:
			rule.Verdict, rule.Reason, rule.Party, rule.Failures = Skipped, "deselected by --skip", "", nil
		default:
			rule.Verdict, rule.Reason, rule.Party, rule.Failures = Passed, "", "", nil
		}
		for j := range rule.Scenarios {
			rule.Scenarios[j].Verdict = rule.Verdict
		}
	}
	for i := range r.Rules {
		if rule := &r.Rules[i]; rule.Verdict == Failed {
			w := &Waiver{rule.ID, rule.Failures[0].Law, rule.Failures[0].Answered, "fixed in the next release", "backup team", "2026-12-31"}
			rule.Failures[0].Known, rule.Waiver = w, w
			break
		}
	}
	return finish(r)
}

// attacks is text that does harm wherever it is not escaped: in a terminal, in XML, HTML, Markdown and a shell.
const attacks = "</script><script>document.title='owned'</script>" +
	"<img src=x onerror=\"document.title='owned'\"> \"' onmouseover=\"document.title='owned'\" {{.}} ]]> --> </title></style></svg>" +
	"\x1b]0;owned\a\x1b[31m\x9b31m\x00\x07\x7f \xff\xfe \u202eevil\u202c\u2066x\u2069 \u200b\u2028\ufffe\U000e0041" +
	" javascript:document.title='owned' | `code` ``` [x](javascript:alert) @team #1 https://evil.example www.evil.example $x$ \r\n# heading\n\n| a | b |\n::error::owned\n"

// hostile is a report with attacks wherever a text is free.
func hostile() *Report { return filled(attacks) }

// filled is the broken report with every text that is free replaced by another, numbered.
func filled(text string) *Report {
	r := broken()
	r.Rules = r.Rules[:6]
	r.Rules[4].Verdict, r.Rules[5].Verdict = Inconclusive, Skipped
	r.Complete = false
	w := Waiver{}
	r.Rules[1].Waiver, r.Rules[1].Failures[0].Known = &w, &w
	r.Target.Implementation = &Implementation{}
	r.LeftOut = []string{""}
	keep := map[string]bool{"Verdict": true, "Level": true, "Party": true, "Do": true, "In": true, "Shard": true}
	n := 0
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				walk(v.Elem())
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if !keep[v.Type().Field(i).Name] {
					walk(v.Field(i))
				}
			}
		case reflect.String:
			n++
			v.SetString(fmt.Sprintf("%d %s", n, text))
		}
	}
	walk(reflect.ValueOf(r).Elem())
	return r
}

type sample struct {
	name string
	make func() *Report
}

// samples are reports as runs write them.
var samples = []sample{{"clean", clean}, {"broken", broken}, {"untested", untested}, {"mixed", mixed}}

// shown are the reports whose look is kept in golden files.
var shown = append(samples[:len(samples):len(samples)], sample{"hostile", func() *Report {
	r := hostile()
	r.Rules, r.Behaviours = r.Rules[:2], r.Behaviours[:2] // the others say the same
	return r
}})

func render(t *testing.T, write func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, write(&b))
	return b.Bytes()
}
