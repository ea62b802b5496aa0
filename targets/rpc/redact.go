package rpc

import (
	"bytes"
	"net/http"
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

// hide removes the target's credentials from what it echoes, as error messages with a string to sign do.
func (t *Target) hide(a *targets.Answer) {
	for _, secret := range []string{t.secret, t.keyID, t.token} {
		// Shorter ones are no secrets, and would tear holes into the answer.
		if len(secret) < 6 {
			continue
		}
		for _, form := range []string{secret, string(appendEncoded(nil, secret, targets.EncodingCanonical))} {
			if bytes.Contains(a.Body, []byte(form)) {
				a.Body = bytes.ReplaceAll(a.Body, []byte(form), []byte(redacted))
			}
			for _, s := range []*string{&a.RequestID, &a.HostID, &a.Code, &a.Message, &a.BackupJobID} {
				*s = strings.ReplaceAll(*s, form, redacted)
			}
			a.Header = hideHeader(a.Header, form)
			if form == secret && len(form) == len(string(appendEncoded(nil, secret, targets.EncodingCanonical))) {
				break
			}
		}
	}
}

func hideHeader(h http.Header, secret string) http.Header {
	for _, values := range h {
		for i, v := range values {
			if strings.Contains(v, secret) {
				values[i] = strings.ReplaceAll(v, secret, redacted)
			}
		}
	}
	return h
}
