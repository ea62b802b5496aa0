package reports

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestGate(t *testing.T) {
	rule := func(level, verdict string) Rule {
		return Rule{ID: "CB-X-1", Level: level, Verdict: verdict, Cases: 1, Failures: map[bool][]Failure{true: {{Law: "law", Answered: "answer"}}}[verdict == Failed]}
	}
	fits := waiver("CB-X-1", "law", "answer", "2026-12-31")
	old := waiver("CB-X-1", "law", "answer", "2026-01-01")
	other := waiver("CB-X-1", "law", "another answer", "2026-12-31")
	ghost := waiver("CB-Z-9", "law", "answer", "2026-12-31")
	for _, c := range []struct {
		name   string
		rule   Rule
		known  []Waiver
		passes string // the gates it passes
		says   string
	}{
		{"all passed", rule(Must, Passed), nil, "must should conclusive new", ""},
		{"must failed", rule(Must, Failed), nil, "", "CB-X-1 (must)"},
		{"should failed", rule(Should, Failed), nil, "must", "CB-X-1 (should)"},
		{"inconclusive", rule(Must, Inconclusive), nil, "must should new", "inconclusive"},
		{"not applicable", rule(Must, NotApplicable), nil, "must should conclusive new", ""},
		{"skipped", rule(Must, Skipped), nil, "must should conclusive new", ""},
		{"known", rule(Must, Failed), []Waiver{fits}, "must should conclusive new", ""},
		{"known, expired", rule(Must, Failed), []Waiver{old}, "", "CB-X-1"},
		{"known with another answer", rule(Must, Failed), []Waiver{other}, "", "CB-X-1"},
		{"known, and passes again", rule(Must, Passed), []Waiver{fits}, "must should conclusive", "fails no longer"},
		{"known of no rule", rule(Must, Passed), []Waiver{ghost}, "", "does not exist"},
		{"passed on no case", Rule{ID: "CB-X-1", Level: Must, Verdict: Passed}, nil, "", "no effective case"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, gate := range Gates {
				r := &Report{Complete: true, Rules: []Rule{c.rule, {ID: "CB-X-2", Level: May, Verdict: Passed, Cases: 5}}}
				r.Rules[0].Failures = append([]Failure(nil), c.rule.Failures...)
				ok, reasons := Gate(r, gate, Apply(r, c.known, today))
				require.Equal(t, strings.Contains(c.passes, gate), ok, "%s: %v", gate, reasons)
				if !ok {
					require.Contains(t, strings.Join(reasons, "\n"), c.says)
				}
			}
		})
	}
}

func TestNoGateIsPassedByAccident(t *testing.T) {
	for _, gate := range append(Gates, "", "none", "MUST") {
		cut := clean()
		cut.Complete, cut.CutShort = false, "interrupted"
		ok, reasons := Gate(cut, gate, Outcome{})
		require.False(t, ok)
		require.Contains(t, reasons[0], "cut short: interrupted")

		empty := &Report{Complete: true}
		ok, reasons = Gate(empty, gate, Outcome{})
		require.False(t, ok)
		require.Contains(t, reasons[0], "Nothing was measured")
	}
	ok, reasons := Gate(clean(), "none", Outcome{})
	require.False(t, ok)
	require.Equal(t, []string{`there is no gate "none": it is one of must, should, conclusive, new`}, reasons)
}

func TestGatesGetStricter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &Report{Complete: true}
		for i := range rapid.IntRange(0, 6).Draw(t, "rules") {
			r.Rules = append(r.Rules, Rule{ID: string(rune('A' + i)), Level: rapid.SampledFrom([]string{Must, Should, May}).Draw(t, "level"), Verdict: rapid.SampledFrom(verdicts).Draw(t, "verdict"), Cases: 1})
		}
		passed := true
		for _, gate := range []string{GateMust, GateShould, GateConclusive} {
			ok, reasons := Gate(r, gate, Outcome{})
			require.False(t, ok && !passed, "a stricter gate passes what a laxer one does not")
			require.Equal(t, ok, len(reasons) == 0)
			passed = ok
		}
	})
}
