package targets

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// NoInstance is an id that no server gives to an instance.
const NoInstance = "rm-cbspecnosuchinstance"

// InstanceRef returns the placeholder for the id of the instance with that index. It may be a
// parameter's value or a part of it.
func InstanceRef(i int) string { return "${instance" + strconv.Itoa(i) + "}" }

// CutRef returns the placeholder for that id without its last character.
func CutRef(i int) string { return nearRefs[0].of(i) }

// TailRef returns the placeholder for that id without its first character.
func TailRef(i int) string { return nearRefs[1].of(i) }

// WideRef returns the placeholder for that id in full-width letters, which NFKC makes ordinary.
func WideRef(i int) string { return nearRefs[2].of(i) }

// EncodedRef returns the placeholder for that id percent-encoded, for an id that is encoded twice.
func EncodedRef(i int) string { return nearRefs[3].of(i) }

// LettersRef returns the placeholder for that id in the other letter case.
func LettersRef(i int) string { return nearRefs[4].of(i) }

// nearRef is a placeholder for a text that is nearly the id of an instance.
type nearRef struct {
	format string // of the placeholder
	text   func(id string) string
}

func (r nearRef) of(i int) string { return fmt.Sprintf(r.format, i) }

var nearRefs = [...]nearRef{
	{"${instance%d%%?}", func(id string) string {
		_, size := utf8.DecodeLastRuneInString(id)
		return id[:len(id)-size]
	}},
	{"${instance%d#?}", func(id string) string {
		_, size := utf8.DecodeRuneInString(id)
		return id[size:]
	}},
	{"${instance%d full-width}", FullWidth},
	{"${instance%d encoded}", PercentEncoded},
	{"${INSTANCE%d}", OtherLetters},
}

// InstanceRefs lists the placeholders of the instance with that index.
func InstanceRefs(i int) []string {
	refs := []string{InstanceRef(i)}
	for _, r := range nearRefs {
		refs = append(refs, r.of(i))
	}
	return refs
}

// ResolveInstance puts the id of the instance with that index into a text with its placeholders.
func ResolveInstance(text string, i int, id string) string {
	switch {
	case text == InstanceRef(i):
		return id
	case !strings.Contains(text, "${"):
		return text
	}
	pairs := []string{InstanceRef(i), id}
	for _, r := range nearRefs {
		pairs = append(pairs, r.of(i), r.text(id))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// notInShell matches the placeholders that no shell expands as they are meant.
var notInShell = regexp.MustCompile(`\$\{(?:instance\d+ (?:full-width|encoded)|INSTANCE\d+)\}`)

// CheckShell reports why no shell command can send a call, if that is so.
func CheckShell(c Call) error {
	if slices.ContainsFunc(c.Params, func(p Param) bool { return notInShell.MatchString(p.Value) }) {
		return errors.New("the id of an instance is changed as no shell command can: `cbspec replay` sends the call")
	}
	return nil
}

// FullWidth returns a text with its ASCII characters in full width.
func FullWidth(text string) string {
	return strings.Map(func(r rune) rune {
		if '!' <= r && r <= '~' {
			return r - '!' + '\uff01'
		}
		return r
	}, text)
}

// PercentEncoded returns a text with every byte percent-encoded.
func PercentEncoded(text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, "%%%02X", text[i])
	}
	return b.String()
}

// OtherLetters returns a text with its upper-case ASCII letters in lower case, and the reverse.
func OtherLetters(text string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r ^ ' '
		}
		return r
	}, text)
}
