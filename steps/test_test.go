package steps_test

import (
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/simulator"
)

// TestSimulator judges the simulator as an implementer in Go judges a server: every rule is a
// subtest, so that go test -run 'TestSimulator/CB-QUOTA-2' runs one of them.
func TestSimulator(t *testing.T) {
	steps.Test(t, serve(t, simulator.Options{}), func(o *steps.Options) { *o = brief(t, *o) })
}

// asProgram is set where a test runs this package's tests as a program of its own.
const asProgram = "CBSPEC_TEST_FAULTY"

// TestFaultyServer judges a server that accepts one backup too many a day.
func TestFaultyServer(t *testing.T) {
	if os.Getenv(asProgram) == "" {
		t.Skip("it fails: TestAFailedExampleFailsItsSubtest runs it")
	}
	steps.Test(t, faulty(t, "quota-off-by-one-more"), func(o *steps.Options) { *o = brief(t, *o) })
}

func TestAFailedExampleFailsItsSubtest(t *testing.T) {
	times := 2
	if testing.Short() {
		times = 1
	}
	c := exec.Command(os.Args[0], "-test.run=^TestFaultyServer$/^CB-(QUOTA-[24]|PRE-1)$", "-test.v=test2json",
		"-test.shuffle=on", "-test.count="+strconv.Itoa(times))
	c.Env = append(os.Environ(), asProgram+"=yes")
	out, err := c.CombinedOutput()
	require.Error(t, err)
	verdicts := map[string][]string{} // the subtests by verdict
	for line := range strings.Lines(string(out)) {
		verdict, test, ok := strings.Cut(strings.TrimLeft(line, " \x16-"), ": TestFaultyServer/")
		if test, _, timed := strings.Cut(test, " ("); ok && timed {
			verdicts[verdict] = append(verdicts[verdict], test)
		}
	}
	failed := []string{
		"CB-QUOTA-2", "CB-QUOTA-2/the_quota_is_used_up",
		"CB-QUOTA-2/yesterday's_backup_completes_today,_and_then_the_quota_of_today_is_used_up",
	}
	require.ElementsMatch(t, slices.Repeat(failed, times), verdicts["FAIL"], "%s", out)
	require.Contains(t, verdicts["PASS"], "CB-PRE-1/it_has_no_backup_yet")
	require.Contains(t, verdicts["PASS"], "CB-QUOTA-2/one_backup_failed,_and_as_many_as_the_quota_allows_completed")
	require.Subset(t, verdicts["SKIP"], []string{"CB-QUOTA-4", "CB-QUOTA-4/the_whole_quota_again"})
	require.Contains(t, string(out), "go test -run 'TestFaultyServer/CB-QUOTA-2' -rapid.seed=1")
}
