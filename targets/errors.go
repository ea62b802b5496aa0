package targets

import "errors"

var (
	// ErrUnmet means that this target cannot meet a Condition. The rule is inconclusive, not
	// failed.
	ErrUnmet = errors.New("condition cannot be met on this target")
	// ErrUnreachable means that the target gives no answer to any request.
	ErrUnreachable = errors.New("target cannot be reached")
	// ErrBudget means that no backup is left of those that the run may make.
	ErrBudget = errors.New("budget is spent")
)
