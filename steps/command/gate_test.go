package command

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
)

// A report in which no must rule passed or failed has an exit code of its own, whatever the gate.
func TestNothingTested(t *testing.T) {
	rule := func(level, verdict string) reports.Rule {
		return reports.Rule{ID: "CB-X-1", Level: level, Verdict: verdict, Cases: 1}
	}
	for _, kind := range []struct {
		name  string
		gate  string
		rules []reports.Rule
		code  int
	}{
		{"a must rule passed", "must", []reports.Rule{rule("must", reports.Passed)}, exitPassed},
		{"a must rule failed", "must", []reports.Rule{rule("must", reports.Failed)}, exitFailed},
		{"only should rules passed", "must", []reports.Rule{rule("must", reports.Inconclusive), rule("should", reports.Passed)}, exitUnmeasured},
		{"only should rules passed, with a wider gate", "should", []reports.Rule{rule("must", reports.Inconclusive), rule("should", reports.Passed)}, exitUnmeasured},
		{"no must rule was selected", "must", []reports.Rule{rule("must", reports.Skipped), rule("should", reports.Passed)}, exitUnmeasured},
		{"only should rules were asked for", "should", []reports.Rule{rule("must", reports.Skipped), rule("should", reports.Passed)}, exitUnmeasured},
		{"nothing was judged", "conclusive", []reports.Rule{rule("must", reports.Skipped), rule("should", reports.Inconclusive)}, exitUnmeasured},
	} {
		t.Run(kind.name, func(t *testing.T) {
			r := &reports.Report{Schema: reports.Schema, Complete: true, Rules: kind.rules}
			r.Verdict = reports.Verdict(r)
			out, err := newOutput(t.TempDir(), nil)
			require.NoError(t, err)
			err = gateFlags{Gate: kind.gate}.conclude(streams{out: io.Discard, err: io.Discard}, conclusion{report: r, out: out})
			require.Equal(t, kind.code, exitCode(err), err)
		})
	}
}

// The share of the must rules that were judged is a gate of its own, and comes after the others.
func TestMinJudged(t *testing.T) {
	rule := func(verdict string) reports.Rule {
		return reports.Rule{ID: "CB-X-1", Level: "must", Verdict: verdict, Cases: 1}
	}
	for _, kind := range []struct {
		name  string
		share string
		rules []reports.Rule
		code  int
		says  string
	}{
		{"no share is asked for", "0", []reports.Rule{rule(reports.Passed), rule(reports.Inconclusive)}, exitPassed, ""},
		{"enough were judged", "50%", []reports.Rule{rule(reports.Passed), rule(reports.Inconclusive)}, exitPassed, ""},
		{"too few were judged", "51", []reports.Rule{rule(reports.Passed), rule(reports.Inconclusive)}, exitFailed, "1 of 2 must rules judged, which is 50%"},
		{"what is not selected is not judged", "100%", []reports.Rule{rule(reports.Passed), rule(reports.Skipped)}, exitFailed, "1 of 2"},
		{"what is not applicable does not count", "100%", []reports.Rule{rule(reports.Passed), rule(reports.NotApplicable)}, exitPassed, ""},
		{"a share is not rounded up", "67%", []reports.Rule{rule(reports.Passed), rule(reports.Passed), rule(reports.Skipped)}, exitFailed, "2 of 3"},
		{"a failure counts first", "100%", []reports.Rule{rule(reports.Failed), rule(reports.Inconclusive)}, exitFailed, ""},
	} {
		t.Run(kind.name, func(t *testing.T) {
			c, err := parse(t, "run", "--min-judged", kind.share)
			require.NoError(t, err)
			r := &reports.Report{Schema: reports.Schema, Complete: true, Rules: kind.rules}
			r.Verdict = reports.Verdict(r)
			out, err := newOutput(t.TempDir(), nil)
			require.NoError(t, err)
			err = c.Run.conclude(streams{out: io.Discard, err: io.Discard}, conclusion{report: r, out: out})
			require.Equal(t, kind.code, exitCode(err), err)
			if kind.says != "" {
				require.ErrorContains(t, err, kind.says)
			}
		})
	}
	for _, share := range []string{"101", "most", "9.5%"} {
		_, err := parse(t, "run", "--min-judged", share)
		require.ErrorContains(t, err, "write it as 90%", share)
	}
}
