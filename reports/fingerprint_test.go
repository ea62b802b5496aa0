package reports_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
)

func TestFingerprint(t *testing.T) {
	structured := func(kind string, when ...reports.Condition) reports.Failure {
		return reports.Failure{Law: "A sentence.", Kind: kind, When: when}
	}
	base := structured(reports.KindWronglyAccepted, is("backups today", "10"))
	print := reports.Fingerprint("CB-QUOTA-2", base)

	reworded := base
	reworded.Law, reworded.Count, reworded.Answered, reworded.Case = "Another sentence.", 7, "something else", oneInstance(call())
	require.Equal(t, print, reports.Fingerprint("CB-QUOTA-2", reworded))

	value := "10"
	for name, other := range map[string]string{
		"rule":       reports.Fingerprint("CB-QUOTA-1", base),
		"kind":       reports.Fingerprint("CB-QUOTA-2", structured(reports.KindWronglyRefused, is("backups today", "10"))),
		"class":      reports.Fingerprint("CB-QUOTA-2", structured(reports.KindWronglyAccepted, is("backups today", "11"))),
		"classes":    reports.Fingerprint("CB-QUOTA-2", structured(reports.KindWronglyAccepted, is("backups today", "10", "11"))),
		"conditions": reports.Fingerprint("CB-QUOTA-2", structured(reports.KindWronglyAccepted, is("backups today"), is("10"))),
		"value": reports.Fingerprint("CB-QUOTA-2", structured(reports.KindWronglyAccepted,
			reports.Condition{Factor: "backups today", Classes: []string{"10"}, Value: &value})),
		"no conditions": reports.Fingerprint("CB-QUOTA-2", structured(reports.KindWronglyAccepted)),
	} {
		require.NotEqual(t, print, other, "another %s is another failure", name)
	}

	require.Equal(t, reports.Fingerprint("A", reports.Failure{Law: "x"}), reports.Fingerprint("A", reports.Failure{Law: "y"}),
		"no sentence is part of it")
	require.Equal(t,
		reports.Fingerprint("A", structured(reports.KindNoAnswer, is("engine", "MySQL", "MariaDB"))),
		reports.Fingerprint("A", structured(reports.KindNoAnswer, is("engine", "MariaDB", "MySQL"))), "the order of classes does not matter")
	require.NotEqual(t,
		reports.Fingerprint("A", reports.Failure{Case: oneInstance(call())}),
		reports.Fingerprint("A", reports.Failure{Case: oneInstance(call(), call())}), "without conditions the steps decide")
	require.NotEqual(t,
		reports.Fingerprint("A", reports.Failure{Check: reports.CheckRace}), reports.Fingerprint("A", reports.Failure{Check: reports.CheckCode}))
	require.NotEqual(t,
		reports.Fingerprint("A", reports.Failure{See: []string{"B"}}), reports.Fingerprint("A", reports.Failure{See: []string{"C"}}))
}
