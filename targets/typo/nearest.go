// Package typo finds what a mistyped word was meant to be.
package typo

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest returns the word that a mistyped one was most likely meant to be, whatever the letter case; "" where none is near.
func Nearest(typed string, words []string) string {
	best, least := "", max(3, len(typed)/3+1)
	for _, w := range words {
		if d := levenshtein.ComputeDistance(strings.ToLower(typed), strings.ToLower(w)); d < least && d < len(w) {
			best, least = w, d
		}
	}
	return best
}
