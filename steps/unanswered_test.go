package steps_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// Calls that hang with one value of one parameter are laid to the rule on it alone, though they are made for many rules, and before anything is known of them.
func TestSilenceIsLaidToOneRule(t *testing.T) {
	if testing.Short() {
		t.Skip("each call that hangs is waited for")
	}
	server := start(t, simulator.Options{Faults: []string{"hang-full"}})
	target, err := steps.Connect(rpc.Config{Endpoint: server.Endpoint, Timeout: 500 * time.Millisecond}, control.Config{URL: server.ControlURL})
	require.NoError(t, err)
	r, err := steps.Run(t.Context(), steps.Options{Target: target, Seed: 2, Checks: 3, Strength: 2})
	require.NoError(t, err)
	require.Equal(t, []string{"neither accepted nor refused whenever BackupMethod is not Logical and BackupType is FullBackup"}, lawsOf(r, "CB-TYPE-2"))
	for _, rule := range r.Rules {
		if rule.Level == "must" && len(rule.Failures) > 0 && rule.Failures[0].Case != nil { // else it points at other rules
			require.Equal(t, "CB-TYPE-2", rule.ID)
		}
	}
}
