package format_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/format"
	"github.com/cbspec/cbspec/targets"
)

// explained is a report of three failed rules that one finding explains.
func explained() *reports.Report {
	c := &targets.Case{
		Conditions: []targets.Condition{{Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, BackupsToday: 10}},
		Steps:      []targets.Step{{Do: targets.StepCall, Call: &targets.Call{Method: "GET"}}},
	}
	failure := func(law string) reports.Failure {
		return reports.Failure{
			Law: law, Kind: reports.KindWronglyAccepted, Exact: true, Expected: "refused: 10 backups were created today",
			Answered: "accepted (200)", Curl: "curl 'http://127.0.0.1/?Action=CreateBackup'", Count: 3, Reproduced: 3, Tries: 3, Case: c,
		}
	}
	main := failure("Wrongly accepted when backups today is 10 or 11.")
	main.RequestID = "DA147739-AEAD-4417-9089-65E9B1D8240D"
	rule := func(id, statement string, fs ...reports.Failure) reports.Rule {
		return reports.Rule{
			ID: id, Level: reports.Must, Area: "quota", Statement: statement, Verdict: reports.Failed, Party: reports.PartyTarget,
			Failures: fs, Scenarios: []reports.Scenario{{Name: "an example", Verdict: reports.Failed}},
		}
	}
	r := &reports.Report{
		Schema: reports.Schema, Tool: reports.Tool{Name: "cbspec"}, Edition: "original", Verdict: reports.NotConformant, Complete: true,
		Rules: []reports.Rule{
			rule("CB-QUOTA-2", "A backup beyond the day's quota is refused", main),
			rule("CB-RACE-1", "Simultaneous calls are answered as if in order", failure("No order of the calls explains the answers.")),
			rule("CB-SEQ-1", "Any sequence is answered as documented", reports.Failure{
				Law: "See CB-QUOTA-2 and CB-RACE-1.", See: []string{"CB-QUOTA-2", "CB-RACE-1"},
			}),
		},
	}
	reports.SetFindings(r, []reports.Group{{
		Main: reports.FailureRef{Rule: "CB-QUOTA-2"}, Others: []reports.FailureRef{{Rule: "CB-RACE-1"}},
	}})
	return r
}

// written returns a report in a format.
func written(t *testing.T, name string, r *reports.Report) string {
	t.Helper()
	f, err := format.Parse(name)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, f.Write(&b, r))
	return b.String()
}

func TestOneFindingIsToldOnce(t *testing.T) {
	r := explained()
	require.Len(t, r.Findings, 1)
	require.Equal(t, []string{"CB-RACE-1", "CB-SEQ-1"}, r.Findings[0].AlsoFails)
	require.Equal(t, 6, r.Findings[0].Cases)
	var terminal bytes.Buffer
	require.NoError(t, format.WriteTerminal(&terminal, r, format.TerminalOptions{}))
	texts := map[string]string{"terminal": terminal.String()}
	for _, name := range []string{"markdown", "html", "junit", "sarif"} {
		texts[name] = written(t, name, r)
	}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			if name != "junit" && name != "sarif" {
				require.Contains(t, text, "1 finding explains 3 failed rules")
				require.Contains(t, text, "CB-RACE-1")
				require.Less(t, strings.Index(text, "1 finding explains"), strings.Index(text, "Simultaneous calls"), "findings come first")
			}
			require.Equal(t, 1, strings.Count(text, "refused: 10 backups were created today"), "what is expected is told once")
			require.Contains(t, text, "backups today is 10 or 11")
		})
	}
}

func TestJUnitHasOneFailureForAFinding(t *testing.T) {
	text := written(t, "junit", explained())
	require.Equal(t, 1, strings.Count(text, "<failure "))
	require.Equal(t, 2, strings.Count(text, "fails because of finding F1, CB-QUOTA-2"))
}

// A gate fails for these rules, and whoever reads only the JUnit or SARIF file has to see it.
func TestAFailureIsShownWhereOnlyItsFindingIsWaived(t *testing.T) {
	r := explained()
	main := &r.Rules[0].Failures[0]
	outcome := reports.Apply(r, []reports.Waiver{
		{Rule: "CB-QUOTA-2", Law: main.Law, Answer: main.Answered, Expires: "2027-01-31"},
	}, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	ok, _ := reports.Gate(r, reports.GateMust, outcome)
	require.False(t, ok)
	require.Equal(t, 2, strings.Count(written(t, "junit", r), "<failure "))
	sarif := written(t, "sarif", r)
	require.Equal(t, 3, strings.Count(sarif, `"ruleId"`))
	require.Equal(t, 1, strings.Count(sarif, `"suppressions"`))
}

func TestAReplayOfAFindingIsThatOfItsFailure(t *testing.T) {
	r := explained()
	require.Equal(t, "replays/F1.json", r.Findings[0].Replay)
	f := r.FailureOf(r.Findings[0])
	require.NotNil(t, f)
	require.Equal(t, "Wrongly accepted when backups today is 10 or 11.", f.Law)
	require.Equal(t, reports.Fingerprint("CB-QUOTA-2", *f), r.Findings[0].Fingerprint)
}
