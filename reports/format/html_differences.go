package format

import "strings"

// part is a run of words of a text. Differs reports whether another text lacks them.
type part struct {
	Text    string
	Differs bool
}

// fewWords is how many common words between two differences are too few to be seen as common.
const fewWords = 2

// differences splits a text into parts and marks the words that another text lacks, so that a
// reader sees at once how an answer differs from the expected one.
func differences(text, other string) []part {
	has := map[string]bool{}
	for word := range strings.FieldsSeq(other) {
		has[word] = true
	}
	words := strings.Fields(text)
	differs := make([]bool, len(words))
	for i, word := range words {
		differs[i] = !has[word]
	}
	fillGaps(differs)
	var parts []part
	for i, word := range words {
		if n := len(parts); n > 0 && parts[n-1].Differs == differs[i] {
			parts[n-1].Text += " " + word
			continue
		}
		parts = append(parts, part{word, differs[i]})
	}
	return parts
}

// fillGaps marks the few words between two differences: a single common word is a coincidence.
func fillGaps(differs []bool) {
	last := -1
	for i, d := range differs {
		if !d {
			continue
		}
		if gap := i - last - 1; last >= 0 && gap <= fewWords {
			for j := last + 1; j < i; j++ {
				differs[j] = true
			}
		}
		last = i
	}
}
