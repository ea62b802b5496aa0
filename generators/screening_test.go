package generators_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// On a server that follows the document every call of a screening sequence is answered as planned,
// in the sequence and by itself alike, and every mutation is in one of the sequences.
func TestScreeningSequencesAreAnsweredAsPlanned(t *testing.T) {
	everything := generators.SequenceSteps{Complete: true, Change: true, NextDay: true}
	seeds := uint64(5)
	if testing.Short() {
		seeds = 1
	}
	for _, e := range oracle.Editions() {
		m := generators.NewModel(e, generators.FullModelScope())
		for seed := range seeds {
			broken := map[string]bool{}
			for _, s := range m.ScreeningSequences(everything, []string{targets.HMACSHA1, targets.ACS3HMACSHA256}, seed) {
				answerAsPlanned(t, m, s, broken)
			}
			for _, mu := range m.Mutations() {
				require.True(t, broken[mu.Rule], "%s edition, seed %d: no sequence breaks %s", e.Name, seed, mu.Rule)
			}
		}
	}
}

// answerAsPlanned answers a sequence as the oracle expects. It adds the rules that calls break on
// purpose to broken.
func answerAsPlanned(t *testing.T, m *generators.Model, s generators.ScreeningSequence, broken map[string]bool) {
	w := oracle.NewWorld(m.Edition, s.Case.Conditions)
	for i, step := range s.Case.Steps {
		if step.Do != targets.StepCall {
			happen(t, w, step)
			continue
		}
		c, planned := s.Checkpoints[i]
		require.True(t, planned)
		there := w.Expect(*step.Call)
		require.True(t, there.Specified() || there.NoBackup != "", "%s edition, step %d: %+v", m.Edition.Name, i, *step.Call)
		kase := c.Case(m, c.Vector)
		alone := oracle.NewWorld(m.Edition, kase.Conditions).Expect(*kase.Steps[0].Call)
		require.Equal(t, len(there.Refuse) > 0, len(alone.Refuse) > 0, "step %d: %+v; alone %+v", i, there, alone)
		if c.WrongFactor >= 0 {
			require.True(t, len(there.Refuse) > 0 || there.NoBackup != "", "%+v", there)
			for _, r := range there.Refuse {
				broken[r.Rule] = true
			}
			broken[there.NoBackup] = true
		}
		if len(there.Accept) > 0 {
			w.Accepted(there.Instance, targets.LastRunning)
		}
	}
}

// happen tells the world what a step that is not a call does.
func happen(t *testing.T, w *oracle.World, step targets.Step) {
	switch step.Do {
	case targets.StepComplete:
		w.Complete(step.Instance, step.Result)
	case targets.StepNextDay:
		w.NextDay(step.Instance)
	case targets.StepStatus:
		w.SetStatus(step.Instance, step.Status)
	case targets.StepDatabases:
		w.SetDatabases(step.Instance, step.Databases)
	default:
		require.Fail(t, "no such step", step.Do)
	}
}

// A target that can do less is given sequences of what it can do.
func TestScreeningSequencesOfALimitedTarget(t *testing.T) {
	scope := generators.FullModelScope()
	scope.Engines, scope.Statuses, scope.LockMode = []string{targets.SQLServer}, []string{targets.Running}, ""
	m := generators.NewModel(original(t), scope)
	sequences := m.ScreeningSequences(generators.SequenceSteps{}, nil, 1)
	require.NotEmpty(t, sequences)
	for _, s := range sequences {
		for i, step := range s.Case.Steps {
			require.Equal(t, targets.StepCall, step.Do)
			require.Empty(t, s.Checkpoints[i].Auth)
		}
		for _, c := range s.Case.Conditions {
			require.Equal(t, targets.SQLServer, c.Engine)
		}
	}
}

func TestEarlyScreeningSequencesComeFirst(t *testing.T) {
	m := generators.NewModel(original(t), generators.FullModelScope())
	late := false
	for _, s := range m.ScreeningSequences(generators.SequenceSteps{Complete: true}, []string{targets.HMACSHA1}, 1) {
		require.False(t, s.Early && late)
		late = late || !s.Early
	}
	require.True(t, late)
}
