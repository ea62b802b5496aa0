package rpc

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

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

// hide removes the target's credentials and the signature from what it echoes, as error messages with a string to sign do.
func (t *Target) hide(a *targets.Answer, signature string) {
	secrets := t.secrets
	if len(signature) >= shortestSecret && echoes(a, signature) {
		secrets = append(slices.Clip(secrets), spelled(signature))
	}
	for _, secret := range secrets {
		if secret.Match(a.Body) {
			a.Body = secret.ReplaceAllLiteral(a.Body, []byte(redacted))
		}
		for _, s := range []*string{&a.RequestID, &a.HostID, &a.Code, &a.Message, &a.BackupJobID, &a.Problem} {
			*s = secret.ReplaceAllLiteralString(*s, redacted)
		}
		for _, values := range a.Header {
			for i, v := range values {
				values[i] = secret.ReplaceAllLiteralString(v, redacted)
			}
		}
	}
}

// echoes tells whether an answer may hold the signature: its longest run of letters and digits, which nothing escapes.
func echoes(a *targets.Answer, signature string) bool {
	var longest string
	for _, run := range strings.FieldsFunc(signature, func(r rune) bool { return strings.ContainsRune("+/=", r) }) {
		if len(run) > len(longest) {
			longest = run
		}
	}
	return bytes.Contains(a.Body, []byte(longest)) || strings.Contains(fmt.Sprint(a.Header), longest) || strings.Contains(a.Problem, longest)
}
