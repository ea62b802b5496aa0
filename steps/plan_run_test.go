package steps_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/simulator"
)

// countCalls counts the CreateBackup calls of a run.
func countCalls(n *atomic.Int64) func(targets.Call, targets.Answer) {
	return func(call targets.Call, _ targets.Answer) {
		if len(call.Values("DBInstanceId"))+len(call.Values("BackupMethod")) > 0 {
			n.Add(1)
		}
	}
}

// A run of a good target sends no more than its plan says, in any phase, and makes no more backups.
func TestARunSendsNoMoreThanItsPlan(t *testing.T) {
	signed := func(t *testing.T) targets.Target { return serve(t, simulator.Options{}) }
	current := func(t *testing.T) targets.Target { return serve(t, simulator.Options{Edition: "current"}) }
	mapped := func(t *testing.T) targets.Target { return mappedOf(t, start(t, simulator.Options{})) }
	single := func(t *testing.T) targets.Target {
		server := serve(t, simulator.Options{})
		provisioner, _ := targets.As[targets.Provisioner](server)
		id, err := provisioner.Provision(t.Context(), targets.Condition{
			Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastNone,
		})
		require.NoError(t, err)
		return steps.Existing(server, []string{id}, mysql)
	}
	limited := func(t *testing.T) targets.Target {
		api, controlURL, _ := serveMaker(t, honest)
		return connectText(t, fmt.Sprintf("endpoint: %s\ncontrol: {url: %s}\nlimits: {backups: 30}\n", api, controlURL))
	}
	for _, c := range []struct {
		name   string
		target func(t *testing.T) targets.Target
		o      steps.Options
		long   bool
	}{
		{"signed, every phase", signed, steps.Options{}, true},
		{"the current edition", current, steps.Options{Edition: "current"}, true},
		{"read-only", signed, steps.Options{ReadOnly: true}, true},
		{"another protocol", mapped, steps.Options{}, true},
		{"an existing instance", single, steps.Options{}, false},
		{"a limit of backups", limited, steps.Options{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && c.long {
				t.Skip("takes about 10 s")
			}
			var sent atomic.Int64
			c.o.Target, c.o.Checks, c.o.Strength = c.target(t), 2, 1
			rows, err := steps.Plan(t.Context(), c.o)
			require.NoError(t, err)
			c.o.OnCall = countCalls(&sent)
			r, err := steps.Run(t.Context(), c.o)
			if err != nil {
				require.ErrorIs(t, err, targets.ErrBudget)
			}
			calls := 0
			for _, row := range rows {
				calls += row.Calls
			}
			require.LessOrEqual(t, sent.Load(), int64(calls))
			require.LessOrEqual(t, r.Backups, plannedBackups(rows))
			require.Positive(t, sent.Load())
		})
	}
}

// mappedOf maps the calls to a simulator by a target file.
func mappedOf(t *testing.T, s *simulator.Server) targets.Target {
	t.Helper()
	return connectText(t, fmt.Sprintf(`
endpoint: %s
protocol: mapped
mapped:
  createBackup:
    method: POST
    path: /
    query: {Action: CreateBackup, Version: "2014-08-15", Format: JSON}
    body: form
    others: send
    accepted: {status: [200]}
    refused: {status: [4xx]}
    requestId: {json: $.RequestId}
    code: {json: $.Code}
control: {url: %s}
`, s.Endpoint, s.ControlURL))
}
