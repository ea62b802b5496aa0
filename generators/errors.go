package generators

import "errors"

// ErrNone says that the model, within what the target lets it vary, has no case of the kind asked for.
var ErrNone = errors.New("no such case on this target")
