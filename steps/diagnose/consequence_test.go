package diagnose

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

var done = targets.Step{Do: targets.StepComplete, Result: targets.LastCompleted}

// sequence returns a case of these steps on one instance without backups. An empty step is a plain
// call.
func (b *bench) sequence(steps ...targets.Step) testcase.Case {
	c := b.vector("last backup=none", "databases=one").Case
	for i, step := range steps {
		if step.Do == "" {
			steps[i] = c.Steps[0]
		}
	}
	return testcase.Case{Model: b.model, Case: targets.Case{Conditions: c.Conditions, Steps: steps}}
}

// refusedOnceCompleted is a target that refuses every call after it was told that a backup
// completed.
func refusedOnceCompleted(on fakeInstance, _ targets.Call, a targets.Answer) targets.Answer {
	if on.completed > 0 {
		return refused(a)
	}
	return a
}

func TestALongSequenceIsReducedFromItsEnd(t *testing.T) {
	b := newBench(t, refusedOnceCompleted)
	logical := b.vector("BackupMethod=Logical", "databases=one").Case.Steps[0]
	var steps []targets.Step
	for range 15 {
		steps = append(steps, logical)
	}
	c := b.sequence(append(steps, done, logical)...)
	results := b.run(c)
	b.target.calls = 0
	require.NoError(t, b.Explain(t.Context(), b.under("CB-SEQ-1"), results))
	rule, f := b.only()
	require.Equal(t, "CB-PRE-4", rule)
	require.Equal(t, failureView{"", reports.KindWronglyRefused, true, 1}, f)
	require.Len(t, b.Failures(rule)[0].Case.Steps, 2, "the completion, and the call that is refused")
	require.Less(t, b.target.calls, 50)
}

func TestTheStepsOfAKnownFailureExplainALongerSequence(t *testing.T) {
	b := newBench(t, refusedOnceCompleted)
	b.explain("CB-SEQ-1", b.sequence(targets.Step{}, done, targets.Step{}))
	later := b.run(b.sequence(targets.Step{}, targets.Step{}, targets.Step{}, done, targets.Step{}))
	b.target.calls = 0
	require.NoError(t, b.Explain(t.Context(), b.under("CB-QUOTA-1"), later))
	rule, f := b.only()
	require.Equal(t, "CB-PRE-4", rule)
	require.Equal(t, 2, f.Count)
	require.LessOrEqual(t, b.target.calls, 5, "the call alone, and the known steps")
}

// acceptedWhileRunning is a target that accepts a second call while a backup is running, and then
// does not accept another one.
func acceptedWhileRunning(on fakeInstance, _ targets.Call, a targets.Answer) targets.Answer {
	switch {
	case on.accepted == 2:
		return refused(a)
	case on.LastBackup == targets.LastRunning:
		return accepted(a)
	default:
		return a
	}
}

func TestWhatFollowsFromAKnownFailureIsItsConsequence(t *testing.T) {
	b := newBench(t, acceptedWhileRunning)
	b.explain("CB-SEQ-1", b.sequence(targets.Step{}, targets.Step{}, done, targets.Step{}))
	rule, f := b.only()
	require.Equal(t, "CB-PRE-3", rule)
	require.Equal(t, 2, f.Count)
}

func TestWhatComesWithoutTheEarlierFailureIsNoConsequence(t *testing.T) {
	b := newBench(t, func(on fakeInstance, call targets.Call, a targets.Answer) targets.Answer {
		if value(call, "BackupType") == "FullBackup" {
			return refused(a)
		}
		return acceptedWhileRunning(on, call, a)
	})
	full := b.vector("BackupType=FullBackup").Case.Steps[0]
	b.explain("CB-SEQ-1", b.sequence(targets.Step{}, targets.Step{}, done, full))
	require.Len(t, b.told, 2)
	require.Equal(t, "CB-PRE-3", b.told[0].Rule)
	require.Equal(t, "CB-TYPE-2", b.told[1].Rule)
}
