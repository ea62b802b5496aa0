package format

import "strings"

// part is a run of words of a text, which the other text has or lacks.
type part struct {
	Text    string
	Differs bool
}

// fewWords is how many words in common, between differences, are too few to be seen as common.
const fewWords = 2

// differ marks the words of a text that the other lacks, so that what was expected and what was answered can be told
// apart at a glance.
func differ(text, other string) []part {
	has := map[string]bool{}
	for _, word := range strings.Fields(other) {
		has[word] = true
	}
	words := strings.Fields(text)
	differs := make([]bool, len(words))
	for i, word := range words {
		differs[i] = !has[word]
	}
	absorb(differs)
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

// absorb marks what little lies between two differences: a lone "the" in common is a coincidence.
func absorb(differs []bool) {
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
