package selftest

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVerdictOfAnOutcome(t *testing.T) {
	cut := errors.New("the target stopped answering")
	for _, test := range []struct {
		name    string
		out     Outcome
		failed  [][]string // rules, by run
		err     error
		verdict string
		ok      bool
	}{
		{"a detected fault", fault("A"), [][]string{{"A", "B"}, {"A"}}, nil, "detected", true},
		{"a fault detected in a run that was cut short", fault("A"), [][]string{{"A"}}, cut, "detected", true},
		{"a fault detected only by others", fault("A"), [][]string{{"A"}, {"B"}}, nil, "BY OTHERS 1 of 2", false},
		{"an undetected fault", fault("A"), [][]string{{"A"}, nil}, nil, "UNDETECTED 1 of 2", false},
		{"an undetected fault that ends the run", fault("A"), [][]string{nil}, cut, "UNDETECTED 1 of 1", false},
		{"a variation that fails only what it may", variation("A"), [][]string{nil, {"A"}}, nil, "no false alarm", true},
		{"a variation that fails another rule", variation("A"), [][]string{{"B"}, nil}, nil, "FALSE ALARM", false},
		{"a variation that ends the run", variation(), [][]string{nil}, cut, "FALSE ALARM", false},
		{"an adversary", Outcome{Kind: Adversary}, nil, nil, "as expected", true},
		{
			"an adversary that ends otherwise", Outcome{Kind: Adversary, Problems: []string{"the verdict is conformant"}},
			nil, nil, "NOT AS EXPECTED", false,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, ids := range test.failed {
				test.out.count(ids, false, test.err)
			}
			require.Equal(t, test.verdict, test.out.Verdict())
			require.Equal(t, test.ok, test.out.OK())
			m := Matrix{Edition: "original", Outcomes: []Outcome{test.out}}
			require.Equal(t, test.ok, m.Proven())
		})
	}
}

func fault(expected ...string) Outcome     { return Outcome{Kind: Fault, Expected: expected} }
func variation(expected ...string) Outcome { return Outcome{Kind: Variation, Expected: expected} }

func TestDetectorsComeInTheOrderInWhichTheyAreExpected(t *testing.T) {
	out := fault("CB-TYPE-3", "CB-COMBO-1", "CB-COMBO-3")
	out.count([]string{"CB-SEQ-1", "CB-TYPE-3", "CB-COMBO-1"}, false, nil)
	require.Equal(t, []string{"CB-COMBO-1", "CB-SEQ-1", "CB-TYPE-3"}, out.DetectedBy)
	require.Equal(t, []string{"CB-TYPE-3", "CB-COMBO-1"}, out.Detectors())
	require.Equal(t, []string{"CB-SEQ-1"}, out.Others())
}
