package steps_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// Two servers that do the same do not differ, whatever the seed.
func TestDiffOfEqualServersIsEmpty(t *testing.T) {
	for _, edition := range []string{oracle.Original, oracle.Current} {
		t.Run(edition, func(t *testing.T) {
			if moreSeeds(t) == 0 && edition == oracle.Current {
				t.Skip("one edition is tried where CBSPEC_SEEDS is not set")
			}
			t.Parallel()
			a, b := serve(t, simulator.Options{Edition: edition}), serve(t, simulator.Options{Edition: edition})
			for _, seed := range seeds(t, 1) {
				t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
					d := diff(t, brief(t, steps.Options{Target: a, Edition: edition, Seed: seed}), steps.Options{Target: b})
					require.Empty(t, d.Differences)
					require.Greater(t, d.Compared, 1000)
					require.Empty(t, d.NotCompared)
				})
			}
		})
	}
}

// One fault or variation of a server is one difference, or as many as it shows in different ways.
func TestDiffNamesTheDifference(t *testing.T) {
	for _, x := range []struct {
		fault, variation string
		rules            []string // whose cases are compared; none is all
		want             []string // aspect, sentence and who is right of each difference
	}{
		{fault: "quota-off-by-one-more", rules: []string{"CB-QUOTA-*", "CB-SEQ-1"}, want: []string{
			"decision: A refused the call, and B accepted the call when backups today is 10. A (CB-QUOTA-2)",
		}},
		{fault: "logical-without-databases", rules: []string{"CB-METHOD-*", "CB-COMBO-*"}, want: []string{
			"decision: A refused the call, and B accepted the call when the instance has no database and BackupMethod is Logical. A (CB-METHOD-5)",
		}},
		{fault: "db-one-more", rules: []string{"CB-DBNAME-*"}, want: []string{
			"effect: A made a backup of the database asked for, and B made a backup of every database " +
				"when the instance has several databases, BackupMethod is Logical and BackupStrategy is db. A (CB-DBNAME-1)",
		}},
		{fault: "constant-requestid", rules: []string{"CB-RESPONSE-*"}, want: []string{
			"document: A answered with what the document says, and B answered with the RequestId of an earlier call in every case. A (CB-RESPONSE-4)",
		}},
		{fault: "error-without-hostid", rules: []string{"CB-RESPONSE-*", "CB-METHOD-3"}, want: []string{
			"document: A answered with the members (Code, HostId, Message, RequestId), and B answered with the members (Code, Message, RequestId) " +
				"when the call is refused. A (CB-RESPONSE-6)",
		}},
		{variation: "failed-last-refused", rules: []string{"CB-PRE-*"}, want: []string{
			"decision: A accepted the call, and B refused the call when the last backup is failed. silent ()",
		}},
		{variation: "success-202", rules: []string{"CB-METHOD-*"}, want: []string{
			"status and Code: A accepted with status 200, and B accepted with status 202 in every case. silent ()",
		}},
	} {
		t.Run(x.fault+x.variation, func(t *testing.T) {
			if testing.Short() && x.variation == "" && x.fault != "quota-off-by-one-more" {
				t.Skip("-short tries some")
			}
			t.Parallel()
			o := simulator.Options{}
			if x.fault != "" {
				o.Faults = []string{x.fault}
			} else {
				o.Variations = []string{x.variation}
			}
			a := brief(t, steps.Options{Target: serve(t, simulator.Options{}), Rules: x.rules})
			d := diff(t, a, steps.Options{Target: serve(t, o)})
			var got []string
			for _, y := range d.Differences {
				rules := ""
				if len(y.Rules) > 0 {
					rules = y.Rules[0]
				}
				got = append(got, fmt.Sprintf("%s: %s %s (%s)", y.Aspect, y.Sentence, y.Right, rules))
				require.Equal(t, y.Tries, y.Reproduced)
				require.NotEmpty(t, y.CurlA)
				require.NotEmpty(t, y.CurlB)
			}
			require.Equal(t, x.want, got)
		})
	}
}

// Of a sample of faults, each is found, and the server that has it is wrong by one of its rules.
func TestDiffSaysWhichServerHasTheFault(t *testing.T) {
	if moreSeeds(t) == 0 {
		t.Skip("every fault takes some runs: set CBSPEC_SEEDS")
	}
	for _, name := range []string{
		"status-ignored", "quota-five", "quota-counts-refused", "quota-not-reset", "action-any", "instance-unknown-accepted", "default-method-logical",
		"logical-second-refused", "strategy-any", "dbname-unknown-accepted", "type-any", "full-made-incremental", "no-requestid", "xml-root",
		"get-refused", "auth-nonce-per-method", "running-forgotten",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faults := simulator.Faults()
			rules := faults[slices.IndexFunc(faults, func(f simulator.Fault) bool { return f.Name == name })].Rules
			a := brief(t, steps.Options{Target: serve(t, simulator.Options{}), Rules: rules})
			d := diff(t, a, steps.Options{Target: faulty(t, name)})
			require.NotEmpty(t, d.Differences)
			require.Equal(t, reports.RightA, d.Differences[0].Right, d.Differences[0].Sentence)
			require.Subset(t, append(rules, "CB-PRE-1"), d.Differences[0].Rules, d.Differences[0].Sentence)
		})
	}
}

// Of a sample of variations, each is found, and no server breaks a must rule by it.
func TestDiffBlamesNoServerForAVariation(t *testing.T) {
	if moreSeeds(t) == 0 {
		t.Skip("every variation takes some runs: set CBSPEC_SEEDS")
	}
	rules := []string{"CB-PRE-*", "CB-METHOD-*", "CB-STRATEGY-*", "CB-DBNAME-*", "CB-TYPE-*", "CB-PUBLIC-*"}
	for _, name := range []string{
		"strategy-with-physical-refused", "dbname-not-valid-refused", "default-strategy-db", "values-in-any-case", "empty-is-absent",
		"unknown-parameter-refused", "format-default-json", "job-exists-short", "everything-invalid-parameter", "error-422", "extra-members",
		"requestid-no-uuid",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := brief(t, steps.Options{Target: serve(t, simulator.Options{}), Rules: rules})
			d := diff(t, a, steps.Options{Target: serve(t, simulator.Options{Variations: []string{name}})})
			require.NotEmpty(t, d.Differences)
			for _, x := range d.Differences {
				require.NotEqual(t, reports.Must, x.Level, x.Sentence)
			}
		})
	}
}

// Where both targets have the fault, neither is right, and nothing differs.
func TestDiffOfServersWithOneFaultIsEmpty(t *testing.T) {
	a := brief(t, steps.Options{Target: faulty(t, "quota-off-by-one-more"), Rules: []string{"CB-QUOTA-*"}})
	require.Empty(t, diff(t, a, steps.Options{Target: faulty(t, "quota-off-by-one-more")}).Differences)
}

// What is wrong in two ways is refused for the first that a server looks at.
func TestDiffShowsTheOrderOfRefusals(t *testing.T) {
	a := brief(t, steps.Options{Target: serve(t, simulator.Options{}), Rules: []string{"CB-COMBO-*"}})
	d := diff(t, a, steps.Options{Target: serve(t, simulator.Options{Variations: []string{"instance-checked-first"}})})
	require.Len(t, d.Differences, 1)
	x := d.Differences[0]
	require.Equal(t, []string{reports.AspectOrder, reports.RightSilent}, []string{x.Aspect, x.Right})
	require.Equal(t, `A refused with status 400 and Code "InvalidBackupMethod.ValueNotSupported", and B refused with status 403 and Code `+
		`"OperationDenied.DBInstanceStatus" when the status is not Running and BackupMethod is Snapshot or any other value.`, x.Sentence)
	require.Greater(t, len(x.Also), 5)
}

// The same seed and the same servers give the same differences, in the same words.
func TestDiffIsRepeatable(t *testing.T) {
	var first []reports.Difference
	for i := range 2 {
		a := brief(t, steps.Options{Target: serve(t, simulator.Options{}), Rules: []string{"CB-TYPE-*"}})
		d := diff(t, a, steps.Options{Target: faulty(t, "type-any")})
		for n := range d.Differences {
			d.Differences[n].CurlA, d.Differences[n].CurlB = "", "" // they name the ports
		}
		if i == 0 {
			first = d.Differences
		}
		require.Equal(t, first, d.Differences)
	}
	require.NotEmpty(t, first)
}

// One instance that exists cannot be brought into the same condition as another.
func TestDiffNeedsInstancesInEqualConditions(t *testing.T) {
	server := start(t, simulator.Options{})
	single := steps.Existing(connect(t, rpc.Config{Endpoint: server.Endpoint}, ""), []string{"rm-mysql"}, targets.Condition{Engine: targets.MySQL})
	_, err := steps.Diff(t.Context(), steps.Options{Target: single}, steps.Options{Target: serve(t, simulator.Options{})})
	require.ErrorIs(t, err, steps.ErrOptions)
	require.ErrorContains(t, err, "target A: a single existing instance cannot be brought into equal conditions")
}

// diff compares two targets.
func diff(t *testing.T, a, b steps.Options) *reports.Diff {
	t.Helper()
	d, err := steps.Diff(t.Context(), a, b)
	require.NoError(t, err)
	require.True(t, d.Complete)
	return d
}
