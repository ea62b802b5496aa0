package budget

import "github.com/cbspec/cbspec/targets"

// wrapped passes calls on to a target, and lets targets.As find what else the target can do.
type wrapped struct{ targets.Target }

// Unwrap returns the target.
func (w wrapped) Unwrap() targets.Target { return w.Target }
