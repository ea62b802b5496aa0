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

func backupsOf(rows []steps.PlanRow) int {
	n := 0
	for _, row := range rows {
		n += row.Backups
	}
	return n
}

func TestAPlanForExistingInstancesPromisesOneBackupOfEach(t *testing.T) {
	adapter, err := rpc.New(rpc.Config{Endpoint: "http://127.0.0.1:1/"})
	require.NoError(t, err)
	tests := []struct {
		name    string
		ids     []string
		o       steps.Options
		backups int
	}{
		{"one instance", []string{"rm-1"}, steps.Options{}, 1},
		{"two instances", []string{"rm-1", "rm-2"}, steps.Options{}, 2},
		{"rules about refusals need the shared accepted call too", []string{"rm-1"}, steps.Options{Rules: []string{"CB-METHOD-3"}}, 1},
		{"a read-only run", []string{"rm-1"}, steps.Options{ReadOnly: true}, 0},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			counter := &callCounter{Target: adapter}
			c.o.Target = &callCounter{Target: steps.Existing(counter, c.ids, targets.Condition{Engine: targets.MySQL, Databases: []string{"app"}})}
			rows, err := steps.Plan(t.Context(), c.o)
			require.NoError(t, err)
			require.Equal(t, c.backups, backupsOf(rows))
			require.NotEmpty(t, rows)
			require.NotEqual(t, "opening", rows[0].Phase)
			require.Zero(t, counter.calls, "a plan sends nothing")
		})
	}
}

func TestAPlanCountsTheRulesOfASigningTarget(t *testing.T) {
	rows, err := steps.Plan(t.Context(), steps.Options{Target: serve(t, simulator.Options{}), Rules: []string{"CB-AUTH-1"}})
	require.NoError(t, err)
	i := slices.IndexFunc(rows, func(row steps.PlanRow) bool { return row.Rule == "CB-AUTH-1" })
	require.GreaterOrEqual(t, i, 0)
	require.Empty(t, rows[i].Inconclusive)
	require.Positive(t, rows[i].Calls)
}

// A run on one existing instance makes the backup that its plan promises.
func TestARunOnAnExistingInstanceMakesOneBackup(t *testing.T) {
	made := connect(t, start(t, simulator.Options{AccessKeyID: keyID, AccessKeySecret: secret}))
	provisioner, ok := targets.As[targets.Provisioner](made)
	require.True(t, ok)
	id, err := provisioner.Provision(t.Context(), targets.Condition{
		Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastNone,
	})
	require.NoError(t, err)
	target := steps.Existing(made, []string{id}, targets.Condition{Engine: targets.MySQL, Databases: []string{"app"}})
	o := steps.Options{Target: target, Rules: []string{"CB-PRE-1", "CB-METHOD-1", "CB-METHOD-3"}, Checks: 3}
	rows, err := steps.Plan(t.Context(), o)
	require.NoError(t, err)
	r, err := steps.Run(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, 1, r.Backups)
	require.Equal(t, r.Backups, backupsOf(rows))
	for _, rule := range r.Rules {
		if slices.Contains(o.Rules, rule.ID) {
			require.NotEqual(t, reports.Failed, rule.Verdict, rule.ID)
		}
	}
}
