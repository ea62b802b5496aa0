package steps_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// Calls that hang with one value of one parameter are attributed to the rule about that value
// alone, although they are made for many rules, and before anything is known about them.
func TestUnansweredCallsAreAttributedToOneRule(t *testing.T) {
	if moreSeeds(t) == 0 {
		t.Skip("it waits for the timeout of each call that hangs: set CBSPEC_SEEDS, as .ci/run does")
	}
	t.Parallel()
	server := start(t, simulator.Options{Faults: []string{"hang-full"}})
	target := connect(t, rpc.Config{Endpoint: server.Endpoint, Timeout: 500 * time.Millisecond}, server.ControlURL)
	r := run(t, steps.Options{Target: target, Seed: 2, Checks: 3, Strength: 2})
	require.Equal(t, []string{"No valid answer when BackupMethod is not Logical and BackupType is FullBackup."}, sentencesOf(t, r, "CB-TYPE-2"))
	for _, rule := range r.Rules {
		// A failure without a case only refers to other rules.
		if rule.Level == "must" && len(rule.Failures) > 0 && rule.Failures[0].Case != nil {
			require.Equal(t, "CB-TYPE-2", rule.ID)
		}
	}
}
