package targetfile

import (
	"errors"
	"fmt"
	"strings"
)

// Error is a mistake in a target file. It quotes the file, and never the environment.
type Error struct {
	File         string
	Line, Column int // from 1; 0 if the mistake has no single place
	Message      string
}

// Error returns file:line:column: message, the form that editors understand.
func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// Errors returns the mistakes in an error of Read or Parse.
func Errors(err error) []*Error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*Error
		for _, e := range joined.Unwrap() {
			all = append(all, Errors(e)...)
		}
		return all
	}
	if one, ok := errors.AsType[*Error](err); ok {
		return []*Error{one}
	}
	return nil
}

// either joins words with commas and "or".
func either(words []string) string {
	if n := len(words) - 1; n > 0 {
		return strings.Join(words[:n], ", ") + " or " + words[n]
	}
	return words[0]
}
