package diagnose

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

func TestKindsInAReport(t *testing.T) {
	for kind, want := range map[judge.Kind]cause{
		judge.WronglyAccepted:   {Kind: reports.KindWronglyAccepted},
		judge.WronglyRefused:    {Kind: reports.KindWronglyRefused},
		judge.NoAnswer:          {Kind: reports.KindNoAnswer},
		judge.Intermittent:      {Kind: reports.KindIntermittent},
		judge.ContradictsEffect: {Kind: reports.KindWrongEffect, Effect: reports.EffectContradiction},
		judge.WrongBackup:       {Kind: reports.KindWrongEffect, Effect: reports.EffectWrongBackup},
		judge.WrongInstance:     {Kind: reports.KindWrongEffect, Effect: reports.EffectElsewhere},
		judge.WrongDocument:     {Kind: reports.KindWrongDocument},
		judge.NotLinearizable:   {Kind: reports.KindNotLinearizable},
	} {
		require.Equal(t, want, causeOf(judge.Violation{Kind: kind}, runner.Event{}))
	}
	broken := func(kind string, status int) runner.Event {
		return runner.Event{Answer: targets.Answer{Kind: kind, Status: status}}
	}
	unanswered := judge.Violation{Kind: judge.NoAnswer}
	require.Equal(t, reports.KindServerError, causeOf(unanswered, broken(targets.BrokenStatus, 503)).Kind)
	require.Equal(t, reports.KindNoAnswer, causeOf(unanswered, broken(targets.BrokenStatus, 302)).Kind)
	require.Equal(t, reports.KindNoAnswer, causeOf(unanswered, broken(targets.BrokenDocument, 500)).Kind)
}

func TestCausesOfDifferences(t *testing.T) {
	call := func(method string) targets.Case {
		return targets.Case{Conditions: make([]targets.Condition, 1), Steps: []targets.Step{{Do: targets.StepCall, Call: &targets.Call{
			Method: method, Params: []targets.Param{{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: "${instance0}"}},
		}}}}
	}
	form, plain := call("GET"), call("POST")
	form.Steps[0].Call.Encoding = targets.EncodingPlus
	other := []judge.Condition{{Factor: "DBInstanceId", Classes: []string{"absent", "empty"}}}
	for _, c := range []struct {
		diff judge.Difference
		want cause
	}{
		{
			judge.Difference{Check: reports.CheckDecision},
			cause{
				Kind: reports.KindInconsistent, Variant: "encoding plus, not canonical; GET with a query, not POST with a query",
				When: []reports.Condition{{Factor: "encoding", Classes: []string{"plus"}}, {Factor: "transport", Classes: []string{"GET with a query"}}},
			},
		},
		{judge.Difference{Check: reports.CheckType}, cause{Kind: reports.KindInconsistent, Case: &form}},
		{
			judge.Difference{Check: reports.CheckCode, When: other},
			cause{Kind: reports.KindWrongDocument, When: []reports.Condition{{Factor: "DBInstanceId", Classes: []string{"absent", "empty"}}}},
		},
		{judge.Difference{Check: reports.CheckTask}, cause{Kind: reports.KindWrongDocument}},
	} {
		c.want.Check, c.want.Exact = c.diff.Check, true
		got := causeOfDifference(c.diff, judge.Variants{Case: form, Other: &plain})
		require.Equal(t, c.want, got)
		var f reports.Failure
		got.describe(&f)
		require.Equal(t, reports.Failure{Law: reports.Sentence(reports.Cause(got)), Kind: got.Kind, When: got.When, Exact: true}, f)
	}
}

// All of these may break the rule that an active instance accepts a call. Whoever lists one of them
// as a known failure does not know the others.
func TestFailuresOfOneRuleAreToldApart(t *testing.T) {
	seen := map[string]cause{}
	for _, kind := range []judge.Kind{judge.WronglyRefused, judge.NoAnswer, judge.ContradictsEffect, judge.WrongBackup, judge.WrongInstance} {
		c := causeOf(judge.Violation{Kind: kind}, runner.Event{})
		for _, c := range []cause{c, c.intermittent()} {
			var f reports.Failure
			c.describe(&f)
			fingerprint := reports.Fingerprint("CB-PRE-1", f)
			require.NotContains(t, seen, fingerprint, "%v and %v", c, seen[fingerprint])
			seen[fingerprint] = c
		}
	}
}

func TestCurl(t *testing.T) {
	b := newBench(t, nil)
	c := b.vector().Case
	require.Equal(t, "instance0=ID # MySQL, Running, 3 databases, 0 backups today, last backup completed\ncurl GET", Curl(b.config.Target, c))
	require.Equal(t, "instance0=ID # MySQL, Running, 3 databases, 0 backups today, last backup completed\n( curl GET ) &\nwait", raceCurl(b.config.Target, runner.Race{Case: c, Completing: true}))
	b.config.Target = nil
	require.Empty(t, Curl(b.config.Target, c))
	require.Empty(t, raceCurl(b.config.Target, runner.Race{Case: c}))
}
