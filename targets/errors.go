package targets

import "errors"

var (
	// ErrUnmet says that a Condition cannot be brought about on this target: the rule is inconclusive, not failed.
	ErrUnmet = errors.New("condition cannot be met on this target")
	// ErrUnreachable says that the target does not answer at all.
	ErrUnreachable = errors.New("target cannot be reached")
	// ErrBudget says that the run has spent the backups or requests that it was allowed.
	ErrBudget = errors.New("budget is spent")
)
