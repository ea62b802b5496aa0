package selftest

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
)

func TestExplanationOfARunThatWentToItsEnd(t *testing.T) {
	expected := reports.Finding{Rule: "A", Exact: true}
	for _, test := range []struct {
		name     string
		findings []reports.Finding
		want     Explanation
	}{
		{"one finding", []reports.Finding{expected}, Explanation{Findings: 1, Rule: true, Exact: true, Requests: 150}},
		{"of another rule", []reports.Finding{{Rule: "B"}, expected}, Explanation{Findings: 2, Requests: 150}},
		{"none", nil, Explanation{Requests: 150}},
	} {
		t.Run(test.name, func(t *testing.T) {
			out := fault("A")
			out.add(run{report: &reports.Report{Requests: 300, Findings: test.findings}}, 200)
			require.Equal(t, &test.want, out.Explanation)
			out.add(run{report: &reports.Report{Requests: 900}}, 200)
			require.Equal(t, &test.want, out.Explanation, "of the first run alone")
		})
	}
}

func TestNoExplanation(t *testing.T) {
	for name, test := range map[string]struct {
		out   Outcome
		err   error
		clean int
	}{
		"of a run that was cut short": {fault("A"), errors.New("the fault was detected"), 200},
		"of a fast selftest":          {fault("A"), nil, 0},
		"of a variation":              {variation("A"), nil, 200},
	} {
		t.Run(name, func(t *testing.T) {
			test.out.add(run{report: &reports.Report{}, err: test.err}, test.clean)
			require.Nil(t, test.out.Explanation)
		})
	}
}

func TestSummaryOfExplanations(t *testing.T) {
	m := Matrix{Outcomes: []Outcome{
		{Kind: Fault, Factors: 1, Explanation: &Explanation{Findings: 1, Rule: true, Exact: true, Requests: 90}},
		{Kind: Fault, Factors: 3, Explanation: &Explanation{Findings: 2, Rule: true, Requests: 400}},
		{Kind: Fault, Factors: 4, Explanation: &Explanation{Findings: 1, Requests: 110}},
		{Kind: Fault, Factors: 1}, // not measured
	}}
	require.Equal(t, "one finding for 66 % of 3 faults, the first of an expected rule for 66 %, and exact for 50 % of "+
		"the faults of up to 3 factors; a run on a fault takes 400 % of the requests of one without (95th percentile)",
		m.explained())
	require.Empty(t, (&Matrix{Outcomes: m.Outcomes[3:]}).explained())
}
