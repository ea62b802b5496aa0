// Package redact removes secrets from what a target echoes, however it spells them.
package redact

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/cbspec/cbspec/targets"
)

// Redacted replaces a secret.
const Redacted = "REDACTED"

// shortest is the length of the shortest secret, in bytes. A shorter text is not secret, and it may
// occur anywhere in an answer by chance.
const shortest = 6

// Secrets are texts that must not be shown.
type Secrets []secret

// Of returns the texts that are long enough to be secret.
func Of(texts ...string) Secrets {
	var s Secrets
	for _, text := range texts {
		if len(text) >= shortest {
			s = append(s, newSecret(text))
		}
	}
	return s
}

// Text returns the text with every secret replaced.
func (s Secrets) Text(text string) string {
	for _, one := range s {
		if strings.Contains(text, one.part) {
			text = one.pattern().ReplaceAllLiteralString(text, Redacted)
		}
	}
	return text
}

// Answer replaces every secret in the answer, its body and header included. It leaves the request
// alone.
func (s Secrets) Answer(a *targets.Answer) {
	for _, one := range s {
		if bytes.Contains(a.Body, []byte(one.part)) {
			a.Body = one.pattern().ReplaceAllLiteral(a.Body, []byte(Redacted))
		}
	}
	for _, text := range []*string{&a.RequestID, &a.HostID, &a.Code, &a.Message, &a.BackupJobID, &a.Problem} {
		*text = s.Text(*text)
	}
	for _, values := range a.Header {
		for i := range values {
			values[i] = s.Text(values[i])
		}
	}
}

// secret is one text that must not be shown.
type secret struct {
	// part is the longest run of it that has one spelling only. A text without the part does not
	// hold the secret, which is much faster to find out than by the pattern.
	part    string
	pattern func() *regexp.Regexp
}

func newSecret(text string) secret {
	s := secret{pattern: sync.OnceValue(func() *regexp.Regexp { return spellings(text) })}
	for begin, i := 0, 0; i <= len(text); i++ {
		if i == len(text) || !unreserved(text[i]) {
			if i-begin > len(s.part) {
				s.part = text[begin:i]
			}
			begin = i + 1
		}
	}
	return s
}

// spellings matches every spelling of a secret: as it is, percent-encoded once or twice, and
// escaped as in JSON or XML.
func spellings(text string) *regexp.Regexp {
	named := map[rune]string{'&': "amp", '<': "lt", '>': "gt", '"': "quot", '\'': "apos"}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		itself := regexp.QuoteMeta(string(r)) // U+FFFD, which matches any byte that is not UTF-8
		percent := ""
		for _, c := range []byte(text[:size]) {
			percent += fmt.Sprintf("%%(?:25)*%02x", c)
		}
		text = text[size:]
		if r < utf8.RuneSelf && unreserved(byte(r)) {
			b.WriteString(itself)
			continue
		}
		fmt.Fprintf(&b, `(?:%s|(?i:%s|\\u%04x|&#0*%d;|&#x0*%x;)`, itself, percent, r, r, r)
		switch r {
		case '/', '"', '\\':
			b.WriteString(`|\\` + itself)
		case ' ':
			b.WriteString(`|\+|(?i:%(?:25)*2b)`)
		}
		if name := named[r]; name != "" {
			b.WriteString("|&" + name + ";")
		}
		b.WriteString(")")
	}
	return regexp.MustCompile(b.String())
}

// unreserved reports whether a byte is never escaped (RFC 3986, 2.3).
func unreserved(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return c == '-' || c == '.' || c == '_' || c == '~'
}
