package scenario

import (
	"context"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// noneOf returns a step that states that no result has such a violation. Where the target shows
// nothing of the kind, the step before has said so.
func (s asserter) noneOf(is func(judge.Violation) bool) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := s.run(ctx); err != nil {
			return err
		}
		found := false
		for i, r := range s.results {
			if slices.ContainsFunc(r.Violations, is) {
				s.tally.fail(i)
				found = true
			}
		}
		if found {
			return ErrFailed
		}
		return nil
	}
}

// noViolation returns a step that states that no answer breaks a rule.
func (s asserter) noViolation(rule string) func(context.Context) error {
	return s.noneOf(func(v judge.Violation) bool { return v.Rule() == rule })
}

// never returns a step that states that no result has a violation of that kind.
func (s asserter) never(kind judge.Kind) func(context.Context) error {
	return s.noneOf(func(v judge.Violation) bool { return v.Kind == kind })
}

// observed returns a step that runs only where the target shows its backups.
func (s asserter) observed(step func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		if !s.env.can().Observe {
			s.tally.lacks("observe")
			return nil
		}
		return step(ctx)
	}
}

// shown returns a step after which the rule is undecided where a backup does not show what the rule
// is about.
func (s asserter) shown(step func(context.Context) error) func(context.Context) error {
	return s.observed(func(ctx context.Context) error {
		err := step(ctx)
		for _, r := range s.results {
			if r.Err != nil || len(r.History.Events) == 0 {
				continue
			}
			if why := hidden(s.Rule.ID, r.Last()); why != "" {
				s.tally.unobservable(why)
				break
			}
		}
		return err
	})
}

// hidden says what a rule is about and the target does not show of a backup. It is empty where the
// target shows that. The databases show what a backup covers; its strategy is only a name for that.
func hidden(rule string, e runner.Event) string {
	i := e.Expect.Instance
	if e.Decision != targets.Accepted || i < 0 || i >= len(e.New) || len(e.New[i]) != 1 {
		return ""
	}
	b := e.New[i][0]
	expects := func(is func(oracle.ExpectedBackup) bool) bool { return slices.ContainsFunc(e.Expect.Backups, is) }
	coverage := strings.HasPrefix(rule, "CB-STRATEGY-") || strings.HasPrefix(rule, "CB-DBNAME-")
	switch {
	case strings.HasPrefix(rule, "CB-TYPE-") && b.Type == "" && expects(func(x oracle.ExpectedBackup) bool { return x.Full }):
		return "the target does not show the type of a backup"
	case coverage && b.Databases == nil && expects(func(x oracle.ExpectedBackup) bool { return x.WholeInstance || x.Databases != nil }):
		return "the target does not show which databases a backup covers"
	default:
		return ""
	}
}

// wellBehaved states that the call is refused, or makes the backup that the document describes.
func wellBehaved(r testcase.Result) (bool, string) { return !misbehaved(r), "" }

// oneBackupAtMost states that the call makes at most one backup, counted over all instances.
func oneBackupAtMost(r testcase.Result) (bool, string) {
	made := 0
	for _, bs := range r.Last().New {
		made += len(bs)
	}
	return made <= 1 && !misbehaved(r), ""
}

// nothingMade states that the last call makes no backup, however it is answered. It counts only
// where the control case is accepted.
func nothingMade(r testcase.Result) (bool, string) {
	if e := r.Last(); e.Decision != targets.Refused && !e.Observed() {
		return false, Lacks("observe")
	}
	return !misbehaved(r), ""
}

// truthful states that a backup is made if and only if the call is accepted.
func truthful(r testcase.Result) (bool, string) {
	if !r.Last().Observed() {
		return false, Lacks("observe")
	}
	return honest(r), ""
}

// kept states that a backup is kept as long as asked for.
func kept(r testcase.Result) (bool, string) {
	for _, bs := range r.Last().New {
		if len(bs) == 1 && bs[0].RetentionPeriod == 0 {
			return false, "the target does not show how long a backup is kept"
		}
	}
	return !misbehaved(r) && r.Last().Decision == targets.Accepted, ""
}
