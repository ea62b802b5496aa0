package budget_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/budget"
	"github.com/cbspec/cbspec/targets/gate"
)

func openJournal(t *testing.T, dir string) *budget.Journal {
	j, err := budget.OpenJournal(dir)
	require.NoError(t, err)
	return j
}

func pending(t *testing.T, j *budget.Journal, target string) []string {
	ids, err := j.Pending(target)
	require.NoError(t, err)
	return ids
}

func TestJournalListsInstancesUntilTheyAreRemoved(t *testing.T) {
	dir := t.TempDir()
	j := openJournal(t, dir)
	for _, id := range []string{"rm-1", "rm-2", "rm-3\nrm-4"} {
		require.NoError(t, j.Append("a", id))
	}
	require.NoError(t, j.Append("b", "rm-1"))
	require.NoError(t, j.Remove("a", "rm-1"))
	require.NoError(t, j.Remove("a", "never made"))
	j = openJournal(t, dir)
	require.Equal(t, []string{"rm-2", "rm-3\nrm-4"}, pending(t, j, "a"))
	require.Equal(t, []string{"rm-1"}, pending(t, j, "b"))
	require.Empty(t, pending(t, j, "c"))
}

func TestJournalStaysSmall(t *testing.T) {
	j := openJournal(t, t.TempDir())
	require.NoError(t, j.Append("a", "stays"))
	var text strings.Builder
	for i := range 1200 {
		fmt.Fprintf(&text, `{"at":"2026-03-14T12:00:00Z","target":"a","made":"rm-%d"}`+"\n", i)
		fmt.Fprintf(&text, `{"at":"2026-03-14T12:00:00Z","target":"a","removed":"rm-%d"}`+"\n", i)
	}
	data, err := os.ReadFile(j.Path())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(j.Path(), append(data, text.String()...), 0o600))
	require.NoError(t, j.Append("a", "goes"))
	require.NoError(t, j.Remove("a", "goes"))
	require.Equal(t, []string{"stays"}, pending(t, j, "a"))
	info, err := os.Stat(j.Path())
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(500))
}

func TestADamagedJournalIsAnError(t *testing.T) {
	j := openJournal(t, t.TempDir())
	require.NoError(t, os.WriteFile(j.Path(), []byte("{}\n"), 0o600))
	_, err := j.Pending("a")
	require.ErrorIs(t, err, budget.ErrDamaged)
}

// full is a target that makes instances.
type full struct{ bare }

func (*full) Provision(context.Context, targets.Condition) (string, error) { return "rm-1", nil }
func (*full) Release(context.Context, string) error                        { return nil }

// bare is a target that is never called.
type bare struct{}

func (bare) Send(context.Context, targets.Call) (targets.Answer, error) {
	return targets.Answer{}, errors.New("not called")
}

type clinging struct{ full }

func (*clinging) Release(context.Context, string) error { return errors.New("not now") }

func TestAJournaledTargetListsItsInstances(t *testing.T) {
	ctx := context.Background()
	j := openJournal(t, t.TempDir())
	target := provisioner(t, budget.Journaled(&full{}, j, "a"))
	id, err := target.Provision(ctx, targets.Condition{})
	require.NoError(t, err)
	require.Equal(t, []string{id}, pending(t, j, "a"))
	require.Error(t, provisioner(t, budget.Journaled(&clinging{}, j, "a")).Release(ctx, id))
	require.Equal(t, []string{id}, pending(t, j, "a"), "an instance that cannot be removed stays listed")
	require.NoError(t, target.Release(ctx, id))
	require.Empty(t, pending(t, j, "a"))
}

func TestJournaledListsInstancesOfAWrappedTarget(t *testing.T) {
	ctx := context.Background()
	j := openJournal(t, t.TempDir())
	target := provisioner(t, gate.Around(budget.Journaled(gate.Around(&full{}), j, "a")))
	id, err := target.Provision(ctx, targets.Condition{})
	require.NoError(t, err)
	require.Equal(t, []string{id}, pending(t, j, "a"), "no wrapper bypasses the journal")
}

func TestATargetThatMakesNoInstancesIsNotJournaled(t *testing.T) {
	bare := bare{}
	require.Equal(t, bare, budget.Journaled(bare, openJournal(t, t.TempDir()), "a"))
}

func provisioner(t *testing.T, target targets.Target) targets.Provisioner {
	p, ok := targets.As[targets.Provisioner](target)
	require.True(t, ok)
	return p
}
