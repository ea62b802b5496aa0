// Package typo finds the word that a mistyped one stands for.
package typo

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest returns the word that is most similar to a mistyped one, or nothing if none is similar.
// It ignores case.
func Nearest(typed string, words []string) string {
	best, least := "", max(3, len(typed)/3+1)
	for _, w := range words {
		if d := levenshtein.ComputeDistance(strings.ToLower(typed), strings.ToLower(w)); d < least && d < len(w) {
			best, least = w, d
		}
	}
	return best
}

// Hint returns the words ", did you mean X?" with which a message about a mistyped word ends, or
// nothing if no word is similar.
func Hint(typed string, words []string) string {
	near := Nearest(typed, words)
	if near == "" {
		return ""
	}
	return ", did you mean " + near + "?"
}
