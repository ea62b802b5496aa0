package reports

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestVerdict(t *testing.T) {
	rule := func(level, verdict string) Rule { return Rule{Level: level, Verdict: verdict} }
	for _, c := range []struct {
		name  string
		cut   bool
		rules []Rule
		want  string
	}{
		{"every must rule passed", false, []Rule{rule(Must, Passed), rule(Must, Passed)}, Conformant},
		{"should and may rules decide nothing", false, []Rule{rule(Must, Passed), rule(Should, Failed), rule(May, Inconclusive)}, Conformant},
		{"what is not applicable is no gap", false, []Rule{rule(Must, Passed), rule(Must, NotApplicable)}, Conformant},
		{"inconclusive", false, []Rule{rule(Must, Passed), rule(Must, Inconclusive)}, AsFarAsTested},
		{"skipped", false, []Rule{rule(Must, Passed), rule(Must, Skipped)}, AsFarAsTested},
		{"no verdict", false, []Rule{rule(Must, Passed), rule(Must, "")}, AsFarAsTested},
		{"cut short", true, []Rule{rule(Must, Passed)}, AsFarAsTested},
		{"cut short, and failed", true, []Rule{rule(Must, Passed), rule(Must, Failed)}, NotConformant},
		{"failed", false, []Rule{rule(Must, Inconclusive), rule(Must, Failed)}, NotConformant},
		{"failed and known", false, []Rule{rule(Must, Passed), {Level: Must, Verdict: Failed, Waiver: &Waiver{}}}, NotConformant},
		{"nothing passed", false, []Rule{rule(Must, NotApplicable), rule(Should, Passed)}, AsFarAsTested},
		{"no rules", false, nil, AsFarAsTested},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, Verdict(&Report{Complete: !c.cut, Rules: c.rules}))
		})
	}
}

func TestSumCountsEveryRuleOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &Report{}
		for range rapid.IntRange(0, 20).Draw(t, "rules") {
			r.Rules = append(r.Rules, Rule{Verdict: rapid.SampledFrom(verdicts).Draw(t, "verdict"), Cases: 2})
		}
		s := Sum(r)
		require.Equal(t, len(r.Rules), s.Passed+s.Failed+s.Inconclusive+s.NotApplicable+s.Skipped)
		require.Equal(t, 2*len(r.Rules), s.Cases)
	})
	require.Equal(t, 1, Sum(&Report{Rules: []Rule{{Verdict: Failed, Waiver: &Waiver{}}, {Verdict: Failed}}}).Waived)
}
