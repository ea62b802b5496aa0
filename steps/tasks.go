package steps

import (
	"context"
	"slices"

	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// taskKnown states that the BackupJobId of an accepted call is one that DescribeBackupTasks knows, where the target answers that operation.
func (sc *scenario) taskKnown(ctx context.Context) error {
	if sc.s.shared != nil {
		sc.result.lacks("provision")
		return nil
	}
	attempts, err := sc.attempts()
	if err != nil {
		return err
	}
	answered, blamed := false, false
	for i, a := range attempts[:min(len(attempts), 4)] { // one would do: it is one operation
		h, tasks, err := sc.s.session.AskTask(ctx, a.kase)
		if fatal(err) {
			return err
		}
		if err != nil {
			sc.result.undecided(i, err.Error())
			continue
		}
		sc.s.cases.Add(1)
		ids, are := trial.Tasks(tasks)
		answered = answered || are
		switch job := h.Last().Answer.BackupJobID; {
		case h.Last().Decision != targets.Accepted || job == "":
			sc.result.undecided(i, "the call was not answered with a BackupJobId")
			answered = true // what it says of one is not known
		case !are:
		case slices.Contains(ids, job):
			sc.result.pass(i)
		default:
			sc.result.fail(i)
			if !blamed {
				blamed = true
				o := outcome{attempt: a, history: h}
				sc.s.blameOn(sc, o, "when DescribeBackupTasks is asked for it", "the task of that BackupJobId", "tasks without it")
			}
		}
	}
	if !answered {
		sc.result.notApplicable("the target does not answer DescribeBackupTasks")
	}
	if sc.result.failures > 0 {
		return errFailed
	}
	return nil
}
