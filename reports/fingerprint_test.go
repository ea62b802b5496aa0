package reports_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
)

func TestFingerprint(t *testing.T) {
	structured := func(kind string, when ...reports.Condition) reports.Failure {
		return reports.Failure{Law: "A sentence.", Kind: kind, When: when}
	}
	base := structured(reports.KindWronglyAccepted, is("backups today", "10"))
	fingerprint := reports.Fingerprint("CB-QUOTA-2", base)

	reworded := base
	reworded.Law, reworded.Count, reworded.Answered, reworded.Case = "Another sentence.", 7, "something else", oneInstance(call())
	require.Equal(t, fingerprint, reports.Fingerprint("CB-QUOTA-2", reworded))

	value := "10"
	for name, other := range map[string]string{
		"rule":       reports.Fingerprint("CB-QUOTA-1", base),
		"kind":       reports.Fingerprint("CB-QUOTA-2", structured(reports.KindWronglyRefused, is("backups today", "10"))),
		"class":      reports.Fingerprint("CB-QUOTA-2", structured(reports.KindWronglyAccepted, is("backups today", "11"))),
		"classes":    reports.Fingerprint("CB-QUOTA-2", structured(reports.KindWronglyAccepted, is("backups today", "10", "11"))),
		"conditions": reports.Fingerprint("CB-QUOTA-2", structured(reports.KindWronglyAccepted, is("backups today"), is("10"))),
		"value": reports.Fingerprint("CB-QUOTA-2", structured(reports.KindWronglyAccepted,
			reports.Condition{Factor: "backups today", Classes: []string{"10"}, Value: &value})),
		"effect":                    reports.Fingerprint("CB-QUOTA-2", reports.Failure{Kind: base.Kind, When: base.When, Effect: reports.EffectElsewhere}),
		"kind that is intermittent": reports.Fingerprint("CB-QUOTA-2", reports.Failure{Kind: base.Kind, When: base.When, Of: reports.KindServerError}),
		"no conditions":             reports.Fingerprint("CB-QUOTA-2", structured(reports.KindWronglyAccepted)),
	} {
		require.NotEqual(t, fingerprint, other, "another %s is another failure", name)
	}

	swapped := structured(reports.KindWronglyAccepted, is("backups today", "11", "10"))
	require.Equal(t, reports.Fingerprint("A", structured(reports.KindWronglyAccepted, is("backups today", "10", "11"))),
		reports.Fingerprint("A", swapped), "the order of the classes does not matter")

	sequence := func(law string, steps ...targets.Step) reports.Failure {
		return reports.Failure{Law: law, Case: &targets.Case{Steps: steps}}
	}
	one := targets.Step{Do: targets.StepCall}
	day := targets.Step{Do: targets.StepNextDay}
	require.Equal(t, reports.Fingerprint("A", sequence("x", one)), reports.Fingerprint("A", sequence("y", one)),
		"a sentence never decides")
	require.NotEqual(t, reports.Fingerprint("A", sequence("x", one)), reports.Fingerprint("A", sequence("x", one, day, one)),
		"without conditions the steps decide")
	status := func(name string) targets.Step { return targets.Step{Do: targets.StepStatus, Status: name} }
	require.NotEqual(t, reports.Fingerprint("A", sequence("x", status("Rebooting"), one)), reports.Fingerprint("A", sequence("x", status("Creating"), one)))
}
