// Package redact removes secrets from what a target echoes, however it spells them.
package redact

import (
	"bytes"
	"cmp"
	"slices"

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
	if len(s) == 0 || len(text) < shortest {
		return text
	}
	if clean, found := s.replace([]byte(text)); found {
		return string(clean)
	}
	return text
}

// Error returns the error without secrets in its text. It wraps err.
func (s Secrets) Error(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if clean := s.Text(text); clean != text {
		return &cleanError{clean, err}
	}
	return err
}

type cleanError struct {
	text string
	err  error
}

func (e *cleanError) Error() string { return e.text }

func (e *cleanError) Unwrap() error { return e.err }

// Answer replaces every secret in the answer, its body and header included. It leaves the request
// alone.
func (s Secrets) Answer(a *targets.Answer) {
	if len(s) == 0 {
		return
	}
	a.Body, _ = s.replace(a.Body)
	for _, text := range []*string{&a.RequestID, &a.HostID, &a.Code, &a.Message, &a.BackupJobID, &a.Problem} {
		*text = s.Text(*text)
	}
	for _, values := range a.Header {
		for i := range values {
			values[i] = s.Text(values[i])
		}
	}
}

// maxLayers is how many layers of escapes are resolved: a server may echo what a proxy has escaped
// again.
const maxLayers = 8

// span is a part of a text, from its first byte to the one after its last.
type span struct{ from, to int }

// replace returns the text with every secret replaced, and reports whether there is any.
func (s Secrets) replace(text []byte) (clean []byte, found bool) {
	var spans []span
	more := true
	for v, layer := (view{text: text}), 0; more && layer < maxLayers; layer++ {
		folded := fold(v.text)
		for _, one := range s {
			spans = append(spans, one.find(folded, v)...)
		}
		v, more = v.resolve()
	}
	if len(spans) == 0 {
		return text, false
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
	end := 0
	for _, x := range spans {
		if x.from >= end {
			clean = append(append(clean, text[end:x.from]...), Redacted...)
		}
		end = max(end, x.to)
	}
	return append(clean, text[end:]...), true
}

// find returns where the secret stands in the text of a view, in the original text.
func (s secret) find(folded []byte, v view) (spans []span) {
	for _, spelling := range s {
		for from := 0; ; {
			i := bytes.Index(folded[from:], spelling)
			if i < 0 {
				break
			}
			from += i
			spans = append(spans, v.original(from, from+len(spelling)))
			from += len(spelling)
		}
	}
	return spans
}
