package steps_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// callCounter counts the calls that reach the target that it wraps.
type callCounter struct {
	targets.Target
	calls int
}

func (c *callCounter) Unwrap() targets.Target { return c.Target }

func (c *callCounter) Send(ctx context.Context, call targets.Call) (targets.Answer, error) {
	c.calls++
	return c.Target.Send(ctx, call)
}

// A plan for existing instances promises at most one backup of each, and sends nothing.
func TestPlanPromisesOneBackupOfEachExistingInstance(t *testing.T) {
	adapter, err := rpc.New(rpc.Config{Endpoint: "http://127.0.0.1:1/"})
	require.NoError(t, err)
	for _, c := range []struct {
		name    string
		ids     []string
		o       steps.Options
		backups int
	}{
		{"one instance", []string{"rm-1"}, steps.Options{}, 1},
		{"two instances", []string{"rm-1", "rm-2"}, steps.Options{}, 2},
		{"rules about refusals need the shared accepted call too", []string{"rm-1"}, steps.Options{Rules: []string{"CB-METHOD-3"}}, 1},
		{"a read-only run", []string{"rm-1"}, steps.Options{ReadOnly: true}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			counter := &callCounter{Target: adapter}
			c.o.Target = &callCounter{Target: steps.Existing(counter, c.ids, mysql)}
			rows, err := steps.Plan(t.Context(), c.o)
			require.NoError(t, err)
			require.NotEmpty(t, rows)
			require.Equal(t, c.backups, plannedBackups(rows))
			require.NotEqual(t, "screening", rows[0].Phase)
			require.Zero(t, counter.calls, "a plan sends nothing")
		})
	}
}

// mysql is the condition of the existing instances.
var mysql = targets.Condition{Engine: targets.MySQL, Databases: []string{"app"}}

func plannedBackups(rows []steps.PlanRow) int {
	n := 0
	for _, row := range rows {
		n += row.Backups
	}
	return n
}

// A plan counts the rules about signatures where the target has credentials.
func TestPlanCountsTheRulesAboutSignatures(t *testing.T) {
	rows, err := steps.Plan(t.Context(), steps.Options{Target: serve(t, simulator.Options{}), Rules: []string{"CB-AUTH-1"}})
	require.NoError(t, err)
	i := slices.IndexFunc(rows, func(row steps.PlanRow) bool { return row.Rule == "CB-AUTH-1" })
	require.GreaterOrEqual(t, i, 0)
	require.Empty(t, rows[i].Inconclusive)
	require.Positive(t, rows[i].Calls)
}

// A run on one existing instance makes the one backup that its plan promises.
func TestRunOnExistingInstanceKeepsItsPlan(t *testing.T) {
	server := serve(t, simulator.Options{})
	provisioner, ok := targets.As[targets.Provisioner](server)
	require.True(t, ok)
	id, err := provisioner.Provision(t.Context(), targets.Condition{
		Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastNone,
	})
	require.NoError(t, err)
	o := steps.Options{
		Target: steps.Existing(server, []string{id}, mysql), Rules: []string{"CB-PRE-1", "CB-METHOD-1", "CB-METHOD-3"}, Checks: 3,
	}
	rows, err := steps.Plan(t.Context(), o)
	require.NoError(t, err)
	r := run(t, o)
	require.Equal(t, 1, r.Backups)
	require.Equal(t, 1, plannedBackups(rows))
	for _, id := range o.Rules {
		require.NotEqual(t, reports.Failed, ruleOf(t, r, id).Verdict, id)
	}
}
