package diagnose

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
	"github.com/cbspec/cbspec/steps/diagnose/shrink"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

func TestARunThatDoesNotFailIsEvidenceOrNot(t *testing.T) {
	accept := oracle.Expectation{Accept: []oracle.Reason{must("CB-PRE-1", "")}}
	refuse := oracle.Expectation{Refuse: []oracle.Reason{must("CB-METHOD-3", "BackupMethod")}}
	refuseBoth := oracle.Expectation{Refuse: append(refuse.Refuse, must("CB-PRE-2", "status"))}
	refuseOrOpen := oracle.Expectation{Refuse: refuse.Refuse, Unspecified: []string{"CB-TYPE-6"}}
	open := oracle.Expectation{Unspecified: []string{"CB-TYPE-6"}}
	another := oracle.Expectation{NoBackup: "CB-ACTION-2"}
	event := func(x oracle.Expectation, decision targets.Outcome) runner.Event {
		return runner.Event{Expect: x, Decision: decision}
	}
	yes, no := targets.Accepted, targets.Refused
	for name, c := range map[string]struct {
		kind judge.Kind
		was  runner.Event // that failed
		now  runner.Event // that did not
		want localise.Result
	}{
		"wrongly accepted: refused for the same reason":        {judge.WronglyAccepted, event(refuse, yes), event(refuse, no), localise.Passes},
		"wrongly accepted: another rule refuses it too":        {judge.WronglyAccepted, event(refuse, yes), event(refuseBoth, no), localise.NoEvidence},
		"wrongly accepted: something else is left open":        {judge.WronglyAccepted, event(refuse, yes), event(refuseOrOpen, no), localise.NoEvidence},
		"wrongly accepted: nothing is wrong":                   {judge.WronglyAccepted, event(refuse, yes), event(accept, yes), localise.ControlAccepted},
		"wrongly refused: accepted":                            {judge.WronglyRefused, event(accept, no), event(accept, yes), localise.Passes},
		"wrongly refused: rightly refused":                     {judge.WronglyRefused, event(accept, no), event(refuse, no), localise.NoEvidence},
		"no answer: a valid call is answered":                  {judge.NoAnswer, event(accept, targets.Broken), event(accept, yes), localise.Passes},
		"no answer: a call to be refused is answered":          {judge.NoAnswer, event(accept, targets.Broken), event(refuse, no), localise.NoEvidence},
		"no answer to a refusal: a valid call is answered":     {judge.NoAnswer, event(refuse, targets.Broken), event(accept, yes), localise.Passes},
		"no answer: an unspecified call is answered":           {judge.NoAnswer, event(accept, targets.Broken), event(open, yes), localise.NoEvidence},
		"no answer: another Action is answered":                {judge.NoAnswer, event(accept, targets.Broken), event(another, no), localise.NoEvidence},
		"wrong effect of an accepted call: a right one":        {judge.ContradictsEffect, event(accept, yes), event(accept, yes), localise.Passes},
		"wrong effect of an accepted call: a refused one":      {judge.ContradictsEffect, event(accept, yes), event(refuse, no), localise.NoEvidence},
		"wrong effect of a refused call: an accepted one":      {judge.ContradictsEffect, event(refuse, no), event(accept, yes), localise.Passes},
		"wrong document of a refused call: another refusal":    {judge.WrongDocument, event(refuse, no), event(refuse, no), localise.Passes},
		"wrong document of a refused call: an accepted call":   {judge.WrongDocument, event(refuse, no), event(accept, yes), localise.NoEvidence},
		"wrong document of a refused call: wrongly refused":    {judge.WrongDocument, event(refuse, no), event(accept, no), localise.NoEvidence},
		"wrong backup: the right backup":                       {judge.WrongBackup, event(accept, yes), event(accept, yes), localise.Passes},
		"wrong backup: an accepted call that is to be refused": {judge.WrongBackup, event(accept, yes), event(refuse, yes), localise.NoEvidence},
	} {
		t.Run(name, func(t *testing.T) {
			v := violation(c.kind, "CB-METHOD-3")
			require.Equal(t, c.want, classify(runner.History{Events: []runner.Event{c.now}}, v, c.was))
			require.Equal(t, localise.NoEvidence, classify(runner.History{}, v, c.was), "no call was made")
		})
	}
}

func TestTheSameFailure(t *testing.T) {
	as := func(kind judge.Kind, rule, answered string) judge.Violation {
		v := violation(kind, rule)
		v.Answered = answered
		return v
	}
	for name, c := range map[string]struct {
		a, b judge.Violation
		want bool
	}{
		"another kind":                  {as(judge.WronglyRefused, "A", ""), as(judge.WronglyAccepted, "A", ""), false},
		"refused, by whatever rule":     {as(judge.WronglyRefused, "A", "x"), as(judge.WronglyRefused, "B", "y"), true},
		"untrue, by whatever rule":      {as(judge.ContradictsEffect, "A", ""), as(judge.ContradictsEffect, "B", ""), true},
		"unanswered in the same way":    {as(judge.NoAnswer, "A", "x"), as(judge.NoAnswer, "B", "x"), true},
		"unanswered in another way":     {as(judge.NoAnswer, "A", "x"), as(judge.NoAnswer, "A", "y"), false},
		"accepted, by the same rule":    {as(judge.WronglyAccepted, "A", "x"), as(judge.WronglyAccepted, "A", "y"), true},
		"accepted, by another rule":     {as(judge.WronglyAccepted, "A", ""), as(judge.WronglyAccepted, "B", ""), false},
		"a document, by another rule":   {as(judge.WrongDocument, "A", ""), as(judge.WrongDocument, "B", ""), false},
		"a document, by the same rule":  {as(judge.WrongDocument, "A", ""), as(judge.WrongDocument, "A", ""), true},
		"another instance, by the rule": {as(judge.WrongInstance, "A", ""), as(judge.WrongInstance, "A", ""), true},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, sameFailure(c.a, c.b)) })
	}
}

func TestTheStrongestWitnessIsThePlainestMust(t *testing.T) {
	accept := runner.Event{Expect: oracle.Expectation{Accept: []oracle.Reason{must("CB-PRE-1", "")}}}
	weak := judge.Violation{Kind: judge.WronglyRefused, Reasons: []oracle.Reason{should("CB-TYPE-5", generators.Type)}}
	strong := violation(judge.WronglyRefused, "CB-PRE-1")
	w, found := strongest(map[string]witness{
		"aa": {violation: weak, event: accept}, "bbbb": {violation: strong, event: accept}, "ccc": {violation: strong, event: accept, testCase: steps(callStep)},
		"d": {violation: violation(judge.WronglyAccepted, "CB-METHOD-3")},
	})
	require.True(t, found)
	require.Len(t, w.testCase.Steps, 1)
	_, found = strongest(map[string]witness{"aa": {violation: weak, event: accept}})
	require.False(t, found)
}

func TestTheLastCallAloneIsOnAnInstanceInTheSameCondition(t *testing.T) {
	b := newBench(t, nil)
	c := b.vector("last backup=none", "databases=one").Case
	call := c.Steps[0]
	with := func(steps ...targets.Step) targets.Case {
		return targets.Case{Conditions: c.Conditions, Steps: steps}
	}
	nextDay := targets.Step{Do: targets.StepNextDay}
	carriedOver := []targets.Step{call, nextDay}
	for range b.model.Edition.Quota {
		carriedOver = append(carriedOver, done, call)
	}
	failed := targets.Step{Do: targets.StepComplete, Result: targets.LastFailed}
	for name, x := range map[string]struct {
		c     targets.Case
		known bool
		want  func(*targets.Condition)
	}{
		"one call":                    {with(call), true, func(*targets.Condition) {}},
		"after a call":                {with(call, call), true, func(d *targets.Condition) { d.BackupsToday, d.LastBackup = 1, targets.LastRunning }},
		"after a completed backup":    {with(call, done, call), true, func(d *targets.Condition) { d.BackupsToday, d.LastBackup = 1, targets.LastCompleted }},
		"after a change of status":    {with(targets.Step{Do: targets.StepStatus, Status: "Creating"}, call), true, func(d *targets.Condition) { d.Status = "Creating" }},
		"after a change of databases": {with(targets.Step{Do: targets.StepDatabases, Databases: []string{"x"}}, call), true, func(d *targets.Condition) { d.Databases = []string{"x"} }},
		"on the next day":             {with(call, done, nextDay, call), true, func(d *targets.Condition) { d.LastBackup = targets.LastCompleted }},
		"with just enough backups to be refused, not one that yesterday may count": {
			with(append(carriedOver, done, call)...), true,
			func(d *targets.Condition) {
				d.BackupsToday, d.LastBackup = b.model.Edition.Quota, targets.LastCompleted
			},
		},
		"after a call that the document leaves open, which is accepted": {
			with(call, failed, call, done, call), true,
			func(d *targets.Condition) { d.BackupsToday, d.LastBackup = 2, targets.LastCompleted },
		},
		"after a wait":       {with(targets.Step{Do: targets.StepWait}, call), false, nil},
		"no call at the end": {with(call, done), false, nil},
		"no steps":           {with(), false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			alone, known := shrink.LastCallAlone(b.searcher.edition, x.c)
			require.Equal(t, x.known, known)
			if !known {
				return
			}
			want := c.Conditions[0]
			x.want(&want)
			require.Equal(t, []targets.Condition{want}, alone.Conditions)
			require.Len(t, alone.Steps, 1)
		})
	}
}

func TestSomeTriesAreForeseen(t *testing.T) {
	b := newBench(t, nil)
	for name, x := range map[string]struct {
		classes  []string
		v        judge.Violation
		want     localise.Result
		foreseen bool
	}{
		"to be accepted, not wrongly accepted":   {nil, violation(judge.WronglyAccepted, "CB-TYPE-3"), localise.ControlAccepted, true},
		"to be refused by another rule":          {[]string{"status=Creating"}, violation(judge.WronglyAccepted, "CB-TYPE-3"), localise.NoEvidence, true},
		"to be refused by the rule":              {[]string{"status=Creating"}, violation(judge.WronglyAccepted, "CB-PRE-2"), localise.NoEvidence, false},
		"to be refused, not wrongly refused":     {[]string{"status=Creating"}, violation(judge.WronglyRefused, "CB-PRE-1"), localise.NoEvidence, true},
		"to be accepted, maybe wrongly refused":  {nil, violation(judge.WronglyRefused, "CB-PRE-1"), localise.NoEvidence, false},
		"to be answered, whatever the answer is": {nil, violation(judge.NoAnswer, "CB-PRE-1"), localise.NoEvidence, false},
	} {
		t.Run(name, func(t *testing.T) {
			result, foreseen := b.searcher.foresee(b.vector(x.classes...).Case, x.v)
			require.Equal(t, x.foreseen, foreseen)
			require.Equal(t, x.want, result)
		})
	}
	_, foreseen := b.searcher.foresee(b.sequence(targets.Step{}, targets.Step{}).Case, violation(judge.WronglyAccepted, "CB-TYPE-3"))
	require.False(t, foreseen, "what a sequence comes to depends on every answer")
}
