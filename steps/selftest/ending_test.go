package selftest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
)

func TestProblemOfAnEnding(t *testing.T) {
	stopped := errors.New("the target stopped answering")
	unreachable := fmt.Errorf("no answer: %w", targets.ErrUnreachable)
	passed := &reports.Report{Verdict: reports.Conformant, Complete: true}
	partial := &reports.Report{Verdict: reports.NotConformant, CutShort: "the target stopped answering"}
	failing := func(kind string) *reports.Report {
		return &reports.Report{Verdict: reports.NotConformant, Complete: true, Rules: []reports.Rule{
			{ID: "CB-ROBUST-1", Verdict: reports.Failed, Failures: []reports.Failure{{Kind: kind, Law: "every call fails"}}},
		}}
	}
	for _, test := range []struct {
		name    string
		ending  ending
		report  *reports.Report
		err     error
		problem string
	}{
		{"unreachable, as expected", ending{unreachable: true}, nil, unreachable, ""},
		{
			"reachable", ending{unreachable: true}, passed, nil,
			"the run does not report that the target is unreachable: <nil>",
		},
		{"no report", ending{}, nil, stopped, "there is no report: the target stopped answering"},
		{"cut short, as expected", ending{cutShort: true}, partial, stopped, ""},
		{"complete", ending{cutShort: true}, passed, nil, "the report does not say that it is partial"},
		{"cut short", ending{}, partial, stopped, "the run was cut short: the target stopped answering"},
		{"verdict, as expected", ending{verdicts: []string{reports.Conformant}}, passed, nil, ""},
		{"another verdict", ending{verdicts: []string{reports.NotConformant}}, passed, nil, "the verdict is conformant"},
		{"rule failed, as expected", ending{fails: []string{"CB-ROBUST-1"}}, failing(reports.KindNoAnswer), nil, ""},
		{"rule passed", ending{fails: []string{"CB-PRE-1"}}, failing(reports.KindNoAnswer), nil, "CB-PRE-1 did not fail"},
		{"no accusation", ending{decidesRightly: true}, failing(reports.KindNoAnswer), nil, ""},
		{
			"an accusation", ending{decidesRightly: true}, failing(reports.KindWronglyRefused), nil,
			"CB-ROBUST-1 accuses the server of a wrong decision: every call fails",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.problem, test.ending.problem(test.report, test.err))
		})
	}
}
