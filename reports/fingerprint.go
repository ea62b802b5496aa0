package reports

import (
	"fmt"
	"hash/fnv"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Fingerprint identifies a failure of a rule across runs and machines. It is of the rule, the kind
// and the conditions or, without conditions, of the steps of the minimal case. No sentence is part
// of it, so that it stays when the failure is worded in another way.
func Fingerprint(rule string, f Failure) string {
	parts := append([]string{rule, f.Kind, f.Check}, f.See...)
	if f.Of+f.Effect != "" {
		parts = append(parts, "of", f.Of, "effect", f.Effect)
	}
	for _, c := range f.When {
		parts = append(parts, "when", c.Factor)
		parts = append(parts, slices.Sorted(slices.Values(c.Classes))...)
		if c.Value != nil {
			parts = append(parts, "="+*c.Value)
		}
	}
	if len(f.When) == 0 && f.Case != nil {
		for _, s := range f.Case.Steps {
			parts = append(parts, "step", s.Do, s.Status, s.Result)
		}
	}
	h := fnv.New64a()
	_, _ = io.WriteString(h, strings.Join(parts, "\x00")) // a hash never fails
	return fmt.Sprintf("%016x", h.Sum64())
}

// identity is the fingerprint of a failure or, in a report of an older cbspec, which says nothing
// as data, its sentence.
func identity(rule string, f Failure) string {
	if f.Kind == "" && len(f.See) == 0 {
		return f.Law
	}
	return Fingerprint(rule, f)
}

// fingerprintPattern matches what [Fingerprint] returns.
var fingerprintPattern = regexp.MustCompile(`^[0-9a-f]{16}$`)
