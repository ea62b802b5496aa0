package steps

import (
	"context"
	"slices"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// taskCases is how many calls are followed to their tasks: it is one operation that tells, whatever was asked for.
const taskCases = 4

// noTasks is why nothing is said of a target that does not answer DescribeBackupTasks.
const noTasks = "the target does not answer DescribeBackupTasks"

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
	unanswered := 0
	attempts = attempts[:min(len(attempts), taskCases)]
	for i, a := range attempts {
		out, err := task(ctx, sc.s.session, a.kase)
		if fatal(err) {
			return err
		}
		sc.s.cases.Add(1)
		switch {
		case err != nil:
			sc.result.undecided(i, err.Error())
		case out.why == noTasks:
			unanswered++
		case out.why != "":
			sc.result.undecided(i, out.why)
		case !out.wrong:
			sc.result.pass(i)
		default:
			sc.result.fail(i)
			if sc.result.failures == 1 {
				sc.s.layCompared(sc, reports.Failure{Law: "when DescribeBackupTasks is asked for it", Case: &a.kase, Check: reports.CheckTask}, out)
			}
		}
	}
	if unanswered == len(attempts) && unanswered > 0 {
		sc.result.notApplicable(noTasks)
	}
	if sc.result.failures > 0 {
		return errFailed
	}
	return nil
}

// task states that DescribeBackupTasks, asked for the BackupJobId of the last call of a case, answers with that task.
func task(ctx context.Context, s *trial.Session, c targets.Case) (compared, error) {
	out := compared{expected: "the task of the BackupJobId that was answered", answered: "it, among the tasks"}
	h, tasks, err := s.AskTask(ctx, c)
	if err != nil {
		return out, err
	}
	job := h.Last().Answer.BackupJobID
	ids, are := trial.Tasks(tasks)
	switch {
	case h.Last().Decision != targets.Accepted || job == "":
		out.why = "the call was not answered with a BackupJobId"
	case !are:
		out.why = noTasks
	case !slices.Contains(ids, job):
		out.wrong, out.answered = true, "tasks without it"
	}
	return out, nil
}
