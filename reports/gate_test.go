package reports_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
)

func TestGate(t *testing.T) {
	rule := func(level, verdict string) reports.Rule {
		return reports.Rule{ID: "CB-X-1", Level: level, Verdict: verdict, Cases: 1, Failures: map[bool][]reports.Failure{true: {{Law: "law", Answered: "answer"}}}[verdict == reports.Failed]}
	}
	fits := waiver("CB-X-1", "law", "answer", "2026-12-31")
	old := waiver("CB-X-1", "law", "answer", "2026-01-01")
	other := waiver("CB-X-1", "law", "another answer", "2026-12-31")
	ghost := waiver("CB-Z-9", "law", "answer", "2026-12-31")
	for _, c := range []struct {
		name   string
		rule   reports.Rule
		known  []reports.Waiver
		passes string // the gates it passes
		says   string
	}{
		{"all passed", rule(reports.Must, reports.Passed), nil, "must should conclusive new", ""},
		{"must failed", rule(reports.Must, reports.Failed), nil, "", "CB-X-1 (must)"},
		{"should failed", rule(reports.Should, reports.Failed), nil, "must", "CB-X-1 (should)"},
		{"inconclusive", rule(reports.Must, reports.Inconclusive), nil, "must should new", "inconclusive"},
		{"not applicable", rule(reports.Must, reports.NotApplicable), nil, "must should conclusive new", ""},
		{"skipped", rule(reports.Must, reports.Skipped), nil, "must should conclusive new", ""},
		{"known", rule(reports.Must, reports.Failed), []reports.Waiver{fits}, "must should conclusive new", ""},
		{"known, expired", rule(reports.Must, reports.Failed), []reports.Waiver{old}, "", "CB-X-1"},
		{"known with another answer", rule(reports.Must, reports.Failed), []reports.Waiver{other}, "", "CB-X-1"},
		{"known, and passes again", rule(reports.Must, reports.Passed), []reports.Waiver{fits}, "must should conclusive", "fails no longer"},
		{"known of no rule", rule(reports.Must, reports.Passed), []reports.Waiver{ghost}, "", "does not exist"},
		{"passed on no case", reports.Rule{ID: "CB-X-1", Level: reports.Must, Verdict: reports.Passed}, nil, "", "no effective case"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, gate := range gates {
				r := &reports.Report{Complete: true, Rules: []reports.Rule{c.rule, {ID: "CB-X-2", Level: reports.May, Verdict: reports.Passed, Cases: 5}}}
				r.Rules[0].Failures = append([]reports.Failure(nil), c.rule.Failures...)
				ok, reasons := reports.Gate(r, gate, reports.Apply(r, c.known, today))
				require.Equal(t, strings.Contains(c.passes, gate), ok, "%s: %v", gate, reasons)
				if !ok {
					require.Contains(t, strings.Join(reasons, "\n"), c.says)
				}
			}
		})
	}
}

// gates are all gates.
var gates = []string{reports.GateMust, reports.GateShould, reports.GateConclusive, reports.GateNew}

func TestNoGatePassesWhatProvesNothing(t *testing.T) {
	for _, gate := range append(slices.Clip(gates), "", "none", "MUST") {
		cut := samples.Clean()
		cut.Complete, cut.CutShort = false, "interrupted"
		ok, reasons := reports.Gate(cut, gate, reports.Outcome{})
		require.False(t, ok)
		require.Contains(t, reasons[0], "cut short: interrupted")

		empty := &reports.Report{Complete: true}
		ok, reasons = reports.Gate(empty, gate, reports.Outcome{})
		require.False(t, ok)
		require.Contains(t, reasons[0], "Nothing was measured")
	}
	ok, reasons := reports.Gate(samples.Clean(), "none", reports.Outcome{})
	require.False(t, ok)
	require.Equal(t, []string{`there is no gate "none": the gates are must, should, conclusive, new`}, reasons)
}

func TestGatesGetStricter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &reports.Report{Complete: true}
		for i := range rapid.IntRange(0, 6).Draw(t, "rules") {
			r.Rules = append(r.Rules, reports.Rule{
				ID: string(rune('A' + i)), Cases: 1,
				Level:   rapid.SampledFrom([]string{reports.Must, reports.Should, reports.May}).Draw(t, "level"),
				Verdict: rapid.SampledFrom(verdicts).Draw(t, "verdict"),
			})
		}
		passed := true
		for _, gate := range []string{reports.GateMust, reports.GateShould, reports.GateConclusive} {
			ok, reasons := reports.Gate(r, gate, reports.Outcome{})
			require.False(t, ok && !passed, "a stricter gate must not pass what a weaker one does not")
			require.Equal(t, ok, len(reasons) == 0)
			passed = ok
		}
	})
}
