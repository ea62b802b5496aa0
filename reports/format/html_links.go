package format

import "regexp"

// piece is a run of a text; where it names a rule it links there.
type piece struct{ Text, Anchor string }

// ruleName is how texts name rules.
var ruleName = regexp.MustCompile(`\bCB-[A-Z]+-[0-9]+\b`)

// linked finds the rules that a text names, of those that the page has.
func linked(text string, anchors map[string]bool) []piece {
	var list []piece
	add := func(p piece) {
		if p.Text != "" {
			list = append(list, p)
		}
	}
	rest := 0
	for _, at := range ruleName.FindAllStringIndex(text, -1) {
		if name := text[at[0]:at[1]]; anchors[name] {
			add(piece{Text: text[rest:at[0]]})
			add(piece{name, name})
			rest = at[1]
		}
	}
	add(piece{Text: text[rest:]})
	return list
}
