package generators_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// On a server that does what the document says every call of a tour is answered as it is meant to be, in the tour and by itself alike; and each thing that can
// be wrong is in one of them.
func TestScreeningSequencesAreAnsweredAsPlanned(t *testing.T) {
	everything := generators.SequenceSteps{Complete: true, Change: true, NextDay: true}
	seeds := uint64(5)
	if testing.Short() {
		seeds = 1
	}
	for _, e := range oracle.Editions() {
		m := generators.NewModel(e, generators.FullModelScope())
		for seed := range seeds {
			wrong := map[string]bool{}
			for _, tour := range m.ScreeningSequences(everything, []string{targets.HMACSHA1, targets.ACS3HMACSHA256}, seed) {
				w := oracle.NewWorld(e, tour.Case.Conditions)
				for i, step := range tour.Case.Steps {
					switch step.Do {
					case targets.StepComplete:
						w.Complete(step.Instance, step.Result)
						continue
					case targets.StepNextDay:
						w.NextDay(step.Instance)
						continue
					case targets.StepStatus:
						w.SetStatus(step.Instance, step.Status)
						continue
					case targets.StepDatabases:
						w.SetDatabases(step.Instance, step.Databases)
						continue
					}
					sight, is := tour.Checkpoints[i]
					require.True(t, is)
					there := w.Expect(*step.Call)
					require.True(t, there.Specified() || there.NoBackup != "", "%s edition, seed %d, step %d: %+v", e.Name, seed, i, *step.Call)
					alone := sight.Case(m, sight.Vector)
					by := oracle.NewWorld(e, alone.Conditions).Expect(*alone.Steps[0].Call)
					require.Equal(t, len(there.Refuse) > 0, len(by.Refuse) > 0, "%s edition, seed %d, step %d: %+v; alone %+v", e.Name, seed, i, there, by)
					if sight.WrongFactor >= 0 {
						require.True(t, len(there.Refuse) > 0 || there.NoBackup != "", "%+v", there)
						for _, r := range there.Refuse {
							wrong[r.Rule] = true
						}
						wrong[there.NoBackup] = true
					}
					if len(there.Accept) > 0 {
						w.Accepted(there.Instance, targets.LastRunning)
					}
				}
			}
			for _, mu := range m.Mutations() {
				require.True(t, wrong[mu.Rule], "%s edition, seed %d: nothing in the tours breaks %s", e.Name, seed, mu.Rule)
			}
		}
	}
}

// A target that can do less is given tours of what it can.
func TestScreeningSequencesOfALimitedTarget(t *testing.T) {
	e, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	scope := generators.FullModelScope()
	scope.Engines, scope.Statuses, scope.LockMode = []string{targets.SQLServer}, []string{targets.Running}, ""
	m := generators.NewModel(e, scope)
	for _, tour := range m.ScreeningSequences(generators.SequenceSteps{}, nil, 1) {
		for i, step := range tour.Case.Steps {
			require.Equal(t, targets.StepCall, step.Do)
			require.Empty(t, tour.Checkpoints[i].Auth)
		}
		for _, c := range tour.Case.Conditions {
			require.Equal(t, targets.SQLServer, c.Engine)
		}
	}
}
