package diagnose

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

func catalogue(t testing.TB) []features.Rule {
	t.Helper()
	rules, err := features.Catalogue()
	require.NoError(t, err)
	return rules
}

// under returns what is under test in a scenario of that rule.
func under(t testing.TB, id string) Under {
	t.Helper()
	for _, r := range catalogue(t) {
		if r.ID == id {
			return Under{Rule: r, Scenario: "a scenario"}
		}
	}
	require.FailNow(t, "no rule "+id)
	return Under{}
}

// must, should and names make reasons of the oracle.
func must(rule, factor string) oracle.Reason {
	return oracle.Reason{Rule: rule, Level: oracle.Must, Factor: factor}
}

func should(rule, factor string) oracle.Reason {
	return oracle.Reason{Rule: rule, Level: oracle.Should, Factor: factor}
}

func steps(do ...string) targets.Case {
	c := targets.Case{Conditions: make([]targets.Condition, 1)}
	for _, what := range do {
		c.Steps = append(c.Steps, targets.Step{Do: what})
	}
	return c
}

const (
	callStep = targets.StepCall
	complete = targets.StepComplete
)

func TestAttribution(t *testing.T) {
	plain := must("CB-PRE-1", "")
	logical := must("CB-METHOD-2", generators.Method)
	instance := must("CB-STRATEGY-1", generators.Strategy)
	today := must("CB-QUOTA-1", generators.Today)
	failed := must("CB-PRE-7", generators.Last)
	unused := should("CB-QUOTA-5", generators.Today)
	twoInstances := steps(callStep, callStep)
	twoInstances.Conditions = make([]targets.Condition, 2)

	for name, c := range map[string]struct {
		under   string // CB-COMBO-1 where empty
		edition string // original where empty
		kind    judge.Kind
		reasons []oracle.Reason
		factors []string // of the failing condition
		minimal targets.Case
		change  func(*finding)
		want    string
	}{
		"refused whatever the call is like":       {kind: judge.WronglyRefused, reasons: []oracle.Reason{logical, plain}, want: "CB-PRE-1"},
		"refused because of a parameter":          {kind: judge.WronglyRefused, reasons: []oracle.Reason{plain, logical}, factors: []string{"engine", "BackupMethod"}, want: "CB-METHOD-2"},
		"the more specific parameter counts":      {kind: judge.WronglyRefused, reasons: []oracle.Reason{plain, logical, instance}, factors: []string{"BackupMethod", "BackupStrategy"}, want: "CB-STRATEGY-1"},
		"a parameter that no reason names":        {kind: judge.WronglyRefused, reasons: []oracle.Reason{plain}, factors: []string{"BackupMethod"}, want: "CB-PRE-1"},
		"refused because of the backups of today": {kind: judge.WronglyRefused, reasons: []oracle.Reason{today, plain}, factors: []string{"backups today"}, want: "CB-QUOTA-1"},
		"refused because of how it is sent":       {kind: judge.WronglyRefused, reasons: []oracle.Reason{plain}, factors: []string{"sent by"}, want: "CB-PUBLIC-1"},
		"refused because of further parameters":   {kind: judge.WronglyRefused, reasons: []oracle.Reason{plain}, factors: []string{"further parameters", "BackupMethod"}, want: "CB-PUBLIC-2"},
		"refused because of the last backup":      {kind: judge.WronglyRefused, reasons: []oracle.Reason{logical}, factors: []string{"last backup"}, want: "CB-PRE-1"},
		"refused because of a failed backup":      {kind: judge.WronglyRefused, edition: oracle.Current, reasons: []oracle.Reason{failed}, factors: []string{"last backup"}, want: "CB-PRE-7"},
		"refused calls used the quota":            {kind: judge.WronglyRefused, reasons: []oracle.Reason{unused}, factors: []string{"BackupMethod"}, want: "CB-QUOTA-5"},
		"a backup of the day before counted":      {kind: judge.WronglyRefused, reasons: []oracle.Reason{should("CB-QUOTA-7", generators.Today)}, want: "CB-QUOTA-7"},
		"instances share state": {
			kind: judge.WronglyRefused, reasons: []oracle.Reason{plain}, change: func(f *finding) { f.cause.SharedState = true }, want: "CB-QUOTA-3",
		},
		"wrongly accepted":          {kind: judge.WronglyAccepted, reasons: []oracle.Reason{must("CB-METHOD-3", "BackupMethod")}, factors: []string{"engine"}, want: "CB-METHOD-3"},
		"the wrong document":        {kind: judge.WrongDocument, reasons: []oracle.Reason{must("CB-RESPONSE-1", "")}, factors: []string{"BackupMethod"}, want: "CB-RESPONSE-1"},
		"the wrong backup":          {kind: judge.WrongBackup, reasons: []oracle.Reason{must("CB-METHOD-4", "")}, factors: []string{"engine"}, want: "CB-METHOD-4"},
		"a rule of another edition": {kind: judge.WrongDocument, reasons: []oracle.Reason{must("CB-RESPONSE-12", "")}, want: "CB-COMBO-1"},

		"no answer to a valid call":            {kind: judge.NoAnswer, reasons: []oracle.Reason{plain, logical}, factors: []string{"BackupMethod"}, want: "CB-METHOD-2"},
		"no answer to a call to be refused":    {kind: judge.NoAnswer, reasons: []oracle.Reason{must("CB-METHOD-3", "BackupMethod")}, factors: []string{"engine"}, want: "CB-METHOD-3"},
		"accepted without an effect":           {kind: judge.ContradictsEffect, reasons: []oracle.Reason{plain, logical}, factors: []string{"BackupMethod"}, want: "CB-METHOD-2"},
		"refused with an effect":               {kind: judge.ContradictsEffect, reasons: []oracle.Reason{must("CB-METHOD-3", "BackupMethod")}, change: wantsRefusal, want: "CB-RESPONSE-10"},
		"refused with an effect, for a reason": {kind: judge.ContradictsEffect, reasons: []oracle.Reason{must("CB-METHOD-3", "BackupMethod")}, factors: []string{"BackupMethod"}, change: wantsRefusal, want: "CB-METHOD-3"},

		"an unusual call under its own rule":     {under: "CB-PUBLIC-5", kind: judge.WronglyRefused, reasons: []oracle.Reason{plain}, change: func(f *finding) { f.mutation = "plus for a space" }, want: "CB-PUBLIC-5"},
		"a story under its own rule":             {under: "CB-PRE-4", kind: judge.WronglyRefused, reasons: []oracle.Reason{plain}, minimal: steps(callStep, complete, callStep), want: "CB-PRE-4"},
		"an unusual call under a rule on all":    {kind: judge.WronglyRefused, reasons: []oracle.Reason{plain}, change: func(f *finding) { f.mutation = "plus for a space" }, want: "CB-PRE-1"},
		"a call after a raw request":             {under: "CB-ROBUST-1", kind: judge.WronglyRefused, reasons: []oracle.Reason{plain}, minimal: steps(callStep, callStep), want: "CB-ROBUST-1"},
		"a sequence that needs the next day":     {under: "CB-SEQ-1", kind: judge.WronglyRefused, reasons: []oracle.Reason{plain}, minimal: steps(callStep, targets.StepNextDay, callStep), want: "CB-QUOTA-4"},
		"a sequence on two instances":            {under: "CB-SEQ-1", kind: judge.WronglyRefused, reasons: []oracle.Reason{plain}, minimal: twoInstances, want: "CB-QUOTA-3"},
		"a sequence of many calls":               {under: "CB-SEQ-1", kind: judge.WronglyRefused, reasons: []oracle.Reason{plain}, minimal: steps(callStep, callStep, callStep, callStep, callStep), want: "CB-QUOTA-1"},
		"a sequence with new databases":          {under: "CB-SEQ-1", kind: judge.WronglyRefused, reasons: []oracle.Reason{plain, instance}, minimal: steps(targets.StepDatabases, callStep), want: "CB-STRATEGY-1"},
		"a sequence with a failed backup":        {under: "CB-SEQ-1", edition: oracle.Current, kind: judge.WronglyRefused, reasons: []oracle.Reason{failed}, minimal: steps(callStep, complete, callStep), want: "CB-PRE-7"},
		"a sequence with a completed backup":     {under: "CB-SEQ-1", kind: judge.WronglyRefused, reasons: []oracle.Reason{plain}, minimal: steps(callStep, complete, callStep), want: "CB-PRE-4"},
		"a sequence that says nothing special":   {under: "CB-SEQ-1", kind: judge.WronglyRefused, reasons: []oracle.Reason{logical, plain}, minimal: steps(callStep, callStep), want: "CB-METHOD-2"},
		"a sequence without an effect":           {under: "CB-SEQ-1", kind: judge.ContradictsEffect, reasons: []oracle.Reason{unused}, minimal: steps(callStep, callStep), want: "CB-QUOTA-5"},
		"a should is never attributed to a must": {kind: judge.WronglyRefused, reasons: []oracle.Reason{should("CB-TYPE-5", generators.Type)}, factors: []string{"last backup"}, want: "CB-TYPE-5"},
		"of several should rules the one that the condition speaks of": {
			kind: judge.WronglyRefused, reasons: []oracle.Reason{should("CB-STRATEGY-7", generators.Strategy), should("CB-TYPE-5", generators.Type)},
			factors: []string{"last backup", "BackupType"}, want: "CB-TYPE-5",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if c.under == "" {
				c.under = "CB-COMBO-1"
			}
			if c.edition == "" {
				c.edition = oracle.Original
			}
			if c.minimal.Steps == nil {
				c.minimal = steps(callStep)
			}
			f := finding{
				violation: judge.Violation{Kind: c.kind, Reasons: c.reasons}, minimal: c.minimal, factors: c.factors,
				condition: new(localise.FailingCondition), plain: len(c.minimal.Steps) == 1,
			}
			if c.change != nil {
				c.change(&f)
			}
			a := attributor{rules: catalogue(t), edition: c.edition}
			require.Equal(t, c.want, a.attribute(under(t, c.under), f))
		})
	}
}

// wantsRefusal makes the finding one of a call that is to be refused and is.
func wantsRefusal(f *finding) {
	f.event = runner.Event{Decision: targets.Refused, Expect: oracle.Expectation{Refuse: f.violation.Reasons}}
}

// Each subject by which findings are attributed is the subject of a rule.
func TestEverySubjectHasARule(t *testing.T) {
	a := attributor{rules: catalogue(t), edition: oracle.Original}
	for subject, rule := range map[string]string{
		aboutAcceptance: "CB-PRE-1", aboutChangeOfDay: "CB-QUOTA-7", aboutCompletion: "CB-PRE-4", aboutEffect: "CB-RESPONSE-10",
		aboutFailure: "CB-PRE-7", aboutNextDay: "CB-QUOTA-4", aboutOtherInstances: "CB-QUOTA-3", aboutRefusedCalls: "CB-QUOTA-5",
		generators.Further: "CB-PUBLIC-2", generators.SentBy: "CB-PUBLIC-1", generators.Last: "CB-PRE-1", generators.Today: "CB-QUOTA-1",
		generators.Strategy: "CB-STRATEGY-1",
	} {
		require.Equal(t, rule, a.about(subject), subject)
	}
	require.Equal(t, "races", under(t, raceOnOneInstance).Rule.Phase)
}
