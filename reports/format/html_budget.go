package format

import (
	"html/template"

	"github.com/cbspec/cbspec/reports"
)

// How much of a text the page shows, in bytes.
const (
	nameLimit    = 200
	textLimit    = 2000
	commandLimit = 8000
	// spentLimit holds for every text once the budget is spent.
	spentLimit = 80
	// allTexts is how long all texts of a page may be together, after escaping. Some texts are in
	// the page twice.
	allTexts = 600_000
)

// budget bounds the texts of a page, one by one and all together, so that a target cannot fill a
// disk by answering a lot.
type budget struct{ left int }

func (b *budget) name(s string) string { return b.clip(s, nameLimit) }
func (b *budget) text(s string) string { return b.clip(s, textLimit) }

// command cuts shell commands. It also reports whether they are whole: half a command must not
// be pasted.
func (b *budget) command(s string) (shown string, whole bool) {
	shown = b.clip(s, commandLimit)
	return shown, shown == s
}

// clip cuts a text and charges it to the budget.
func (b *budget) clip(s string, limit int) string {
	if b.left <= 0 {
		limit = min(limit, spentLimit)
	}
	s = reports.Clip(s, limit)
	b.left -= len(template.HTMLEscapeString(s))
	return s
}

// firstOf returns the first elements of a list, and how many more there are.
func firstOf[T any](list []T, most int) (first []T, more int) {
	if len(list) <= most {
		return list, 0
	}
	return list[:most], len(list) - most
}
