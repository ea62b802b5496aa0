package simulator

import (
	"fmt"

	"github.com/cbspec/cbspec/targets/typo"
)

// unknownName is the error that a catalogue has no such name. It suggests the nearest one.
func unknownName[T any](what, name, flag string, catalogue []T, nameOf func(T) string) error {
	names := make([]string, len(catalogue))
	for i, entry := range catalogue {
		names[i] = nameOf(entry)
	}
	meant := ""
	if nearest := typo.Nearest(name, names); nearest != "" {
		meant = fmt.Sprintf(", did you mean %q", nearest)
	}
	return fmt.Errorf("unknown %s %q%s; `cbspec serve %s` lists them", what, name, meant, flag)
}
