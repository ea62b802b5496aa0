package steps_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
)

// The replay of a case that waits waits again, for as long.
func TestReplayWaits(t *testing.T) {
	call := targets.Call{Method: "GET", Params: []targets.Param{
		{Name: "Action", Value: "CreateBackup", In: targets.Query},
		{Name: "DBInstanceId", Value: targets.InstanceRef(0), In: targets.Query},
	}}
	kept := reports.Replay{
		Rule: "CB-QUOTA-2", Edition: "original", Expected: "refused: 10 backups were created today",
		Case: targets.Case{
			Conditions: []targets.Condition{{
				Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, BackupsToday: 10, LastBackup: targets.LastCompleted,
			}},
			Steps: []targets.Step{{Do: targets.StepWait, Seconds: 1.1}, {Do: targets.StepCall, Call: &call}},
		},
	}
	for _, c := range []struct {
		fault      string
		reproduced bool
	}{
		{"quota-forgotten", true}, // after a second
		{"auth-any-nonce", false},
	} {
		t.Run(c.fault, func(t *testing.T) {
			t.Parallel()
			out, err := steps.Replay(t.Context(), steps.ReplayOptions{Target: faulty(t, c.fault)}, kept)
			require.NoError(t, err)
			require.Equal(t, c.reproduced, out.Reproduced)
		})
	}
}
