package format

import (
	"path/filepath"
	"regexp"
)

// piece is a run of a text. Where it names a rule, Anchor is the place of the rule in the page.
type piece struct{ Text, Anchor string }

// ruleName matches the ids of rules in a text.
var ruleName = regexp.MustCompile(`\bCB-[A-Z]+-[0-9]+\b`)

// anchorsOf returns the places of rules in the page.
func anchorsOf(rules []ruleView) map[string]bool {
	anchors := map[string]bool{}
	for _, rule := range rules {
		anchors[rule.Anchor] = true
	}
	return anchors
}

// linkRules splits a text at the rules that it names, if the page has them.
func linkRules(text string, anchors map[string]bool) []piece {
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

// webURL matches the addresses of implementations that the page links to.
var webURL = regexp.MustCompile(`^https?://[^\s"'<>\\]+$`)

// plainPath matches a path that can be a link as it is: without a scheme or a host, and with
// nothing to decode.
var plainPath = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_./-]*$`)

// isBeside reports whether a path leads to a file beside the report or below it.
func isBeside(path string) bool { return plainPath.MatchString(path) && filepath.IsLocal(path) }
