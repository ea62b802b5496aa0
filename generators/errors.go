package generators

import "errors"

// ErrNoSuchCase says that the model, within what the target lets it vary, has no case of the kind asked for.
var ErrNoSuchCase = errors.New("no such case on this target")
