package format

import (
	"fmt"
	"html/template"
	"unicode/utf8"
)

// How much of a text is shown, in bytes.
const (
	nameLimit    = 200
	textLimit    = 2000
	commandLimit = 8000
	spentLimit   = 80
	// allTexts is what the texts of a page may come to, as they are escaped; some stand in it twice.
	allTexts = 600_000
)

// budget bounds the texts of a page, one by one and all together: a target that says a lot fills no disk with it.
type budget struct{ left int }

func (b *budget) name(s string) string { return b.clip(s, nameLimit) }
func (b *budget) text(s string) string { return b.clip(s, textLimit) }

// command is clip for shell commands, and tells whether the command is whole: half of one is not to be pasted.
func (b *budget) command(s string) (shown string, whole bool) {
	shown = b.clip(s, commandLimit)
	return shown, shown == s
}

// clip returns at most limit bytes of s, cut between characters, and says how many bytes there were.
func (b *budget) clip(s string, limit int) string {
	if b.left <= 0 {
		limit = min(limit, spentLimit)
	}
	if len(s) > limit {
		cut := limit
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + fmt.Sprintf("… (%s bytes in all)", grouped(len(s)))
	}
	b.left -= len(template.HTMLEscapeString(s))
	return s
}

// shown returns the first of a list, and how many are left out.
func shown[T any](list []T, most int) (first []T, more int) {
	if len(list) <= most {
		return list, 0
	}
	return list[:most], len(list) - most
}
