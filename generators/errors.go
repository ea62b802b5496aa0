package generators

import "errors"

// ErrNoSuchCase reports that the model, limited to what the target lets it vary, has no case of the
// kind that was asked for.
var ErrNoSuchCase = errors.New("no such case on this target")
