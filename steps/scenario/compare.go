package scenario

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// comparer compares variants of the calls of a scenario.
type comparer struct{ *Scenario }

// differ notes that a check does not hold for the i-th case. The first such case of a scenario is
// diagnosed.
func (s comparer) differ(i int, d judge.Difference) {
	s.tally.fail(i)
	if s.tally.failures == 1 {
		s.differences = append(s.differences, d)
	}
}

// sameTypeAsAuto runs each case again with Auto, on an equal instance. The document does not say
// what an automatic calculation results in. A default means that the result is the same for equal
// instances, each time.
func (s comparer) sameTypeAsAuto(ctx context.Context) error {
	if err := s.run(ctx); err != nil {
		return err
	}
	for i, r := range s.results {
		switch {
		case errors.Is(r.Err, testcase.ErrPlanned):
			s.env.Executor.Plan(r.Case)
			s.env.Executor.Plan(testcase.Case{Case: withAuto(r.Case.Case)})
			continue
		case r.Err != nil:
			s.tally.undecide(i, r.Err.Error())
			continue
		case len(r.History.Events) == 0 || judge.BackupType(r.History) == "":
			s.tally.undecide(i, "no backup shows its type")
			continue
		}
		other := withAuto(r.Case.Case)
		v := judge.Variants{Case: r.Case.Case, Other: &other}
		if err := s.compare(ctx, i, reports.CheckType, v); err != nil {
			return err
		}
	}
	return s.verdict()
}

// compare runs a check for the i-th case.
func (s comparer) compare(ctx context.Context, i int, name string, v judge.Variants) error {
	check, _ := judge.CheckNamed(name)
	c, err := check(ctx, s.env.Session, v)
	switch {
	case runner.EndsRun(err):
		return err
	case err != nil:
		s.tally.undecide(i, err.Error())
	case c.Undecided != "":
		s.tally.undecide(i, c.Undecided)
	case c.Wrong:
		s.differ(i, judge.Difference{Check: name, Variants: v, Comparison: c})
	default:
		s.tally.pass(i)
	}
	return nil
}

// withAuto returns a case with Auto as the BackupType of its last call.
func withAuto(c targets.Case) targets.Case {
	d := targets.Case{Conditions: c.Conditions, Steps: slices.Clone(c.Steps)}
	n := len(d.Steps) - 1
	call := d.Steps[n].Call.With(generators.Type, "Auto")
	d.Steps[n].Call = &call
	return d
}

// documentedCode states that the Code of each refusal is one that a table lists for the fault.
func (s comparer) documentedCode(ctx context.Context) error {
	codes := judge.CodesOf(s.build.fault.factor)
	if len(codes.Documented) == 0 {
		return fmt.Errorf("no table lists the Codes for %s", s.build.fault.factor)
	}
	return s.spelled(ctx, codes)
}

// noForeignCode states that the Code of each refusal is not one that is documented for another
// fault. It is for a fault that no table lists.
func (s comparer) noForeignCode(ctx context.Context) error {
	codes := judge.CodesOf(s.build.fault.factor)
	if len(codes.Documented) > 0 {
		return fmt.Errorf("a table lists the Codes for %s", s.build.fault.factor)
	}
	return s.spelled(ctx, codes)
}

// spelled states that the Code of each refusal is one of the spellings.
func (s comparer) spelled(ctx context.Context, codes judge.Codes) error {
	if err := s.run(ctx); err != nil {
		return err
	}
	f := s.build.fault
	found := false
	for i, r := range s.results {
		if r.Err != nil || r.Last().Decision != targets.Refused || !r.ControlAccepted {
			continue
		}
		e := r.Last()
		if e.Answer.Code == "" || codes.Allow(e.Answer.Code) {
			continue
		}
		s.tally.fail(i)
		if !found {
			found = true
			s.differences = append(s.differences, judge.Difference{
				Check: reports.CheckCode, Variants: judge.Variants{Case: r.Case.Case, Codes: codes},
				Comparison: judge.Comparison{Wrong: true, Expected: codes.String(), Answered: judge.Say(e)},
				When:       []judge.Condition{{Factor: f.factor, Classes: f.classes}},
			})
		}
	}
	if found {
		return ErrFailed
	}
	return nil
}

// taskCases is how many calls are followed to their tasks. What DescribeBackupTasks answers does
// not depend on what was asked for.
const taskCases = 4

// taskKnown states that DescribeBackupTasks knows the BackupJobId of an accepted call, where the
// target answers that operation.
func (s comparer) taskKnown(ctx context.Context) error {
	if s.ran {
		return nil
	}
	s.ran = true
	if _, is := s.env.single(); is {
		s.tally.lacks("provision")
		return nil
	}
	cases, err := s.build.cases()
	if err != nil {
		return err
	}
	unanswered := 0
	cases = cases[:min(len(cases), taskCases)]
	for i, c := range cases {
		if plan := s.env.Executor.Plan; plan != nil {
			plan(c)
			continue
		}
		answers, err := s.task(ctx, i, c)
		if err != nil {
			return err
		}
		if !answers {
			unanswered++
		}
	}
	if unanswered == len(cases) && unanswered > 0 {
		s.tally.notApplicable = judge.NoTasks
	}
	return s.verdict()
}

// task follows one call to its task, and reports whether the target answers DescribeBackupTasks.
func (s comparer) task(ctx context.Context, i int, c testcase.Case) (answers bool, err error) {
	v := judge.Variants{Case: c.Case}
	out, err := judge.KnownTask(ctx, s.env.Session, v)
	if runner.EndsRun(err) {
		return true, err
	}
	s.env.Executor.Counted()
	switch {
	case err != nil:
		s.tally.undecide(i, err.Error())
	case out.Undecided == judge.NoTasks:
		return false, nil
	case out.Undecided != "":
		s.tally.undecide(i, out.Undecided)
	case out.Wrong:
		s.differ(i, judge.Difference{Check: reports.CheckTask, Variants: v, Comparison: out})
	default:
		s.tally.pass(i)
	}
	return true, nil
}
