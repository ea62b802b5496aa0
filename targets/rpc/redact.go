package rpc

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/cbspec/cbspec/targets"
)

const redacted = "REDACTED"

// secretName tells whether the value of a parameter is never shown.
func secretName(name string) bool {
	switch len(name) {
	case len("Signature"), len("AccessKeyId"), len("SecurityToken"):
		return strings.EqualFold(name, "Signature") || strings.EqualFold(name, "AccessKeyId") ||
			strings.EqualFold(name, "SecurityToken")
	}
	return false
}

// shortestSecret is how long a secret is at least, in bytes. Shorter ones are no secrets, and would tear holes into answers.
const shortestSecret = 6

// spelled matches a secret however an answer may spell it: as it is, percent-encoded once or twice, as it stands in a string
// to sign, and escaped as JSON or XML have it.
func spelled(secret string) *regexp.Regexp {
	var b strings.Builder
	for i := range len(secret) {
		c := secret[i]
		if c < 0x80 && unreserved[c] {
			b.WriteString(regexp.QuoteMeta(string(c)))
			continue
		}
		fmt.Fprintf(&b, `(?:%s|(?i:%%(?:25)*%02x|\\u00%02x|&#0*%d;|&#x0*%x;)`, regexp.QuoteMeta(string([]byte{c})), c, c, c, c)
		if c == '/' || c == '"' || c == '\\' {
			b.WriteString(`|\\` + regexp.QuoteMeta(string(c)))
		}
		if name := map[byte]string{'&': "amp", '<': "lt", '>': "gt", '"': "quot", '\'': "apos"}[c]; name != "" {
			b.WriteString("|&" + name + ";")
		}
		b.WriteString(")")
	}
	return regexp.MustCompile(b.String())
}

// concealed is a text that is never shown.
type concealed struct {
	// part is the longest run of it that is spelled in one way only: what does not hold that does not hold the text.
	part    string
	pattern func() *regexp.Regexp
}

func conceal(text string) concealed {
	c := concealed{pattern: sync.OnceValue(func() *regexp.Regexp { return spelled(text) })}
	for begin, i := 0, 0; i <= len(text); i++ {
		if i == len(text) || !unreserved[text[i]] {
			if i-begin > len(c.part) {
				c.part = text[begin:i]
			}
			begin = i + 1
		}
	}
	return c
}

func (c concealed) remove(from *string) {
	if strings.Contains(*from, c.part) {
		*from = c.pattern().ReplaceAllLiteralString(*from, redacted)
	}
}

// hide removes the target's credentials and the signature from what it echoes, as error messages with a string to sign do.
func (t *Target) hide(a *targets.Answer, signature string) {
	for _, secret := range t.secrets {
		secret.hide(a)
	}
	if len(signature) >= shortestSecret {
		conceal(signature).hide(a)
	}
}

func (c concealed) hide(a *targets.Answer) {
	if bytes.Contains(a.Body, []byte(c.part)) {
		a.Body = c.pattern().ReplaceAllLiteral(a.Body, []byte(redacted))
	}
	for _, text := range []*string{&a.RequestID, &a.HostID, &a.Code, &a.Message, &a.BackupJobID, &a.Problem} {
		c.remove(text)
	}
	for _, values := range a.Header {
		for i := range values {
			c.remove(&values[i])
		}
	}
}
