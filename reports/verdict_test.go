package reports_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/reports"
)

// verdicts are all verdicts of a rule.
var verdicts = []string{reports.Passed, reports.Failed, reports.Inconclusive, reports.NotApplicable, reports.Skipped}

func TestVerdict(t *testing.T) {
	rule := func(level, verdict string) reports.Rule { return reports.Rule{Level: level, Verdict: verdict} }
	for _, c := range []struct {
		name  string
		cut   bool
		rules []reports.Rule
		want  string
	}{
		{"every must rule passed", false, []reports.Rule{rule(reports.Must, reports.Passed), rule(reports.Must, reports.Passed)}, reports.Conformant},
		{"should and may rules decide nothing", false, []reports.Rule{rule(reports.Must, reports.Passed), rule(reports.Should, reports.Failed), rule(reports.May, reports.Inconclusive)}, reports.Conformant},
		{"a rule that is not applicable does not matter", false, []reports.Rule{rule(reports.Must, reports.Passed), rule(reports.Must, reports.NotApplicable)}, reports.Conformant},
		{"inconclusive", false, []reports.Rule{rule(reports.Must, reports.Passed), rule(reports.Must, reports.Inconclusive)}, reports.AsFarAsTested},
		{"skipped", false, []reports.Rule{rule(reports.Must, reports.Passed), rule(reports.Must, reports.Skipped)}, reports.AsFarAsTested},
		{"no verdict", false, []reports.Rule{rule(reports.Must, reports.Passed), rule(reports.Must, "")}, reports.AsFarAsTested},
		{"cut short", true, []reports.Rule{rule(reports.Must, reports.Passed)}, reports.AsFarAsTested},
		{"cut short, and failed", true, []reports.Rule{rule(reports.Must, reports.Passed), rule(reports.Must, reports.Failed)}, reports.NotConformant},
		{"failed", false, []reports.Rule{rule(reports.Must, reports.Inconclusive), rule(reports.Must, reports.Failed)}, reports.NotConformant},
		{"failed and known", false, []reports.Rule{rule(reports.Must, reports.Passed), {Level: reports.Must, Verdict: reports.Failed, Waiver: &reports.Waiver{}}}, reports.NotConformant},
		{"nothing passed", false, []reports.Rule{rule(reports.Must, reports.NotApplicable), rule(reports.Should, reports.Passed)}, reports.NothingTested},
		{"every must rule is inconclusive", false, []reports.Rule{rule(reports.Must, reports.Inconclusive), rule(reports.Should, reports.Passed)}, reports.NothingTested},
		{"only a should rule failed", false, []reports.Rule{rule(reports.Must, reports.Skipped), rule(reports.Should, reports.Failed)}, reports.NothingTested},
		{"cut short before anything", true, []reports.Rule{rule(reports.Must, reports.Inconclusive)}, reports.NothingTested},
		{"no rules", false, nil, reports.NothingTested},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, reports.Verdict(&reports.Report{Complete: !c.cut, Rules: c.rules}))
		})
	}
}

func TestSumCountsEveryRuleOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &reports.Report{}
		for range rapid.IntRange(0, 20).Draw(t, "rules") {
			r.Rules = append(r.Rules, reports.Rule{Verdict: rapid.SampledFrom(verdicts).Draw(t, "verdict"), Cases: 2})
		}
		s := reports.Sum(r)
		require.Equal(t, len(r.Rules), s.Passed+s.Failed+s.Inconclusive+s.NotApplicable+s.Skipped)
		require.Equal(t, 2*len(r.Rules), s.Cases)
	})
	require.Equal(t, 1, reports.Sum(&reports.Report{Rules: []reports.Rule{{Verdict: reports.Failed, Waiver: &reports.Waiver{}}, {Verdict: reports.Failed}}}).Waived)
}
