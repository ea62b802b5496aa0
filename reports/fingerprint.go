package reports

import (
	"fmt"
	"hash/fnv"
	"io"
	"strings"
)

// Fingerprint identifies a failure of a rule across runs and machines. It is of the rule, the kind
// and the conditions, so that it stays when the sentence is worded in another way. A failure without
// conditions is identified by its sentence.
func Fingerprint(rule string, f Failure) string {
	parts := []string{rule}
	if f.Kind == "" || len(f.When) == 0 {
		parts = append(parts, f.Law)
	} else {
		parts = append(parts, f.Kind)
		for _, c := range f.When {
			parts = append(parts, c.Factor)
			parts = append(parts, c.Classes...)
			if c.Value != nil {
				parts = append(parts, "="+*c.Value)
			}
			parts = append(parts, "") // the end of the condition
		}
	}
	h := fnv.New64a()
	_, _ = io.WriteString(h, strings.Join(parts, "\x00")) // a hash never fails
	return fmt.Sprintf("%016x", h.Sum64())
}
