package steps_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/simulator"
)

// A case that waits is sent again with its wait.
func TestReplayThatWaits(t *testing.T) {
	call := targets.Call{Method: "GET", Params: []targets.Param{
		{Name: "Action", Value: "CreateBackup", In: targets.Query}, {Name: "DBInstanceId", Value: targets.InstanceRef(0), In: targets.Query},
	}}
	replay := reports.Replay{
		Rule: "CB-QUOTA-2", Edition: "original", Expected: "refused: 10 backups were created today", Case: targets.Case{
			Conditions: []targets.Condition{{Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, BackupsToday: 10, LastBackup: targets.LastCompleted}},
			Steps:      []targets.Step{{Do: targets.StepWait, Seconds: 1.1}, {Do: targets.StepCall, Call: &call}},
		},
	}
	for fault, reproduced := range map[string]bool{"quota-forgotten": true, "auth-any-nonce": false} {
		out, err := steps.Replay(context.Background(), serve(t, simulator.Options{Faults: []string{fault}}), replay, false)
		require.NoError(t, err)
		require.Equal(t, reproduced, out.Reproduced, fault)
	}
}
