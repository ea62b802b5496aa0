package redact

import (
	"encoding/base64"
	"encoding/hex"
)

// secret is one text that must not be shown: its spellings that are no escapes, folded.
type secret [][]byte

func newSecret(text string) secret {
	s := secret{fold([]byte(text)), []byte(hex.EncodeToString([]byte(text)))}
	// What looks like an escape in it is resolved together with the escapes around it.
	for v, more := (view{text: []byte(text)}).resolve(); more && len(v.text) >= shortest; v, more = v.resolve() {
		s = append(s, fold(v.text))
	}
	for before := range 3 {
		s = append(s, fold(inBase64(text, before)))
	}
	return s
}

// inBase64 returns how base64 spells a text that stands after a number of other bytes, such as a
// password after a user. It leaves out the characters that depend on what is around the text.
func inBase64(text string, before int) []byte {
	spelled := base64.RawStdEncoding.AppendEncode(nil, append(make([]byte, before), text...))
	const bits = 6 // of a character
	return spelled[(8*before+bits-1)/bits : 8*(before+len(text))/bits]
}

// fold returns a text in small letters, and with one spelling of what forms write in two ways (a
// space) and of the characters in which the alphabets of base64 differ.
func fold(text []byte) []byte {
	folded := make([]byte, len(text))
	for i, c := range text {
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c == ' ' || c == '-':
			c = '+'
		case c == '_':
			c = '/'
		}
		folded[i] = c
	}
	return folded
}
