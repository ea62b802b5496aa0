// Package bounds refuses documents that are nested too deeply or have too many parts, before a
// parser spends memory and time on them. Its checks are linear and no parsers: whether a document
// is well-formed is for the parser to say.
package bounds

import (
	"bytes"
	"errors"
)

// No honest document comes near these bounds.
const (
	MaxDepth = 64     // levels of nesting
	maxParts = 20_000 // members and items, or elements and attributes
)

// Errors of the checks. Their texts follow "the body is".
var (
	ErrDepth = errors.New("nested too deeply")
	ErrParts = errors.New("of too many parts")
)

// JSON checks a JSON text.
func JSON(text []byte) error {
	depth, parts, quoted, escaped := 0, 0, false, false
	for _, c := range text {
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			parts++
		case c == '}' || c == ']':
			depth--
		case c == ',':
			parts++
		}
		if depth > MaxDepth {
			return ErrDepth
		}
	}
	if parts > maxParts {
		return ErrParts
	}
	return nil
}

// XML checks the number of parts of an XML text: its tags, and what is written like attributes. The
// depth is for the parser to watch.
func XML(text []byte) error {
	if bytes.Count(text, []byte("<"))+bytes.Count(text, []byte(`="`))+bytes.Count(text, []byte(`='`)) > maxParts {
		return ErrParts
	}
	return nil
}
