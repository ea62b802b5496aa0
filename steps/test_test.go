package steps_test

import (
	"os"
	"os/exec"
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

// TestFaultyServer is what [TestAFailedExampleFailsItsSubtest] looks at. It fails, and is skipped
// otherwise.
func TestFaultyServer(t *testing.T) {
	if os.Getenv("CBSPEC_TEST_FAULTY") == "" {
		t.Skip("another test runs it")
	}
	steps.Test(t, faulty(t, "quota-off-by-one-more"), func(o *steps.Options) {
		*o = brief(t, *o)
		o.Rules = []string{"CB-QUOTA-1", "CB-QUOTA-2"}
	})
}

func TestAFailedExampleFailsItsSubtest(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFaultyServer$", "-test.v", "-test.short")
	cmd.Env = append(os.Environ(), "CBSPEC_TEST_FAULTY=1")
	out, err := cmd.CombinedOutput()
	require.Error(t, err, "%s", out)
	require.Contains(t, string(out), "--- FAIL: TestFaultyServer/CB-QUOTA-2/the_quota_is_used_up ")
	require.Contains(t, string(out), "--- PASS: TestFaultyServer/CB-QUOTA-1/the_last_of_a_day ")
}
