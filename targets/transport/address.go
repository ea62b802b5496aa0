package transport

import "strings"

// DidYouMean suggests an address for a text that is none because it lacks the scheme. It suggests
// nothing for a text that may hold a password.
func DidYouMean(text string) string {
	if text == "" || strings.Contains(text, "://") || strings.Contains(text, "@") {
		return ""
	}
	return ": did you mean http://" + text + "?"
}
