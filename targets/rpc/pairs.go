package rpc

import (
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/redact"
)

// pair is a parameter of a request: its decoded name and value, and its place.
type pair struct {
	name, value string
	in          targets.Place
	// raw is written in place of the encoded value if it is not empty: a variable of a shell
	// command, or REDACTED.
	raw string
	// shell is set where the value is for a shell command, which fills in the ids of instances.
	shell bool
}

const (
	upperHex = "0123456789ABCDEF"
	lowerHex = "0123456789abcdef"
)

// unreserved holds the bytes that are not percent-encoded (wire.md §2.1).
var unreserved = func() (set [256]bool) {
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~" {
		set[c] = true
	}
	return set
}()

// appendEncoded appends s, percent-encoded.
func appendEncoded(dst []byte, s string, e targets.Encoding) []byte {
	hex := upperHex
	if e == targets.EncodingLower || e == targets.EncodingAllLower {
		hex = lowerHex
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case unreserved[c] && e != targets.EncodingAll && e != targets.EncodingAllLower:
			dst = append(dst, c)
		case c == ' ' && e == targets.EncodingPlus:
			dst = append(dst, '+')
		default:
			dst = append(dst, '%', hex[c>>4], hex[c&15])
		}
	}
	return dst
}

// appendTo appends name=value, percent-encoded.
func (p *pair) appendTo(dst []byte, e targets.Encoding) []byte {
	dst = appendEncoded(dst, p.name, e)
	dst = append(dst, '=')
	switch {
	case p.raw != "":
		return append(dst, p.raw...)
	case p.shell:
		return appendShell(dst, p.value, e)
	}
	return appendEncoded(dst, p.value, e)
}

// appendPairs appends the pairs of one place as name=value&name=value.
func appendPairs(dst []byte, pairs []pair, in targets.Place, e targets.Encoding) []byte {
	first := true
	for i := range pairs {
		if pairs[i].in != in {
			continue
		}
		if !first {
			dst = append(dst, '&')
		}
		first = false
		dst = pairs[i].appendTo(dst, e)
	}
	return dst
}

// url returns the URL of a request with these pairs, and its query.
func (t *Target) url(pairs []pair, e targets.Encoding) (whole, query string) {
	buf := make([]byte, 0, 512)
	buf = append(buf, t.base...)
	buf = append(buf, '?')
	n := len(buf)
	buf = appendPairs(buf, pairs, targets.Query, e)
	if len(buf) == n {
		return t.base, ""
	}
	whole = string(buf)
	return whole, whole[n:]
}

// shownPairs returns the pairs without the values of secret ones, and reports whether there are
// any.
func shownPairs(pairs []pair) ([]pair, bool) {
	if !slices.ContainsFunc(pairs, func(p pair) bool { return secretName(p.name) }) {
		return pairs, false
	}
	pairs = slices.Clone(pairs)
	for i := range pairs {
		if secretName(pairs[i].name) {
			pairs[i].raw = redact.Redacted
		}
	}
	return pairs, true
}

// secretName reports whether the value of a parameter must not be shown.
func secretName(name string) bool {
	switch len(name) {
	case len("Signature"), len("AccessKeyId"), len("SecurityToken"):
		return strings.EqualFold(name, "Signature") || strings.EqualFold(name, "AccessKeyId") ||
			strings.EqualFold(name, "SecurityToken")
	}
	return false
}

func inQuery(pairs []pair) []pair {
	return slices.DeleteFunc(slices.Clone(pairs), func(p pair) bool { return p.in != targets.Query })
}

func inBody(p pair) bool { return p.in == targets.Body }

// publicName reports whether every operation has a parameter with that name (wire.md §1).
func publicName(name string) bool {
	switch name {
	case "Action", "Version", "Format", "AccessKeyId", "Signature", "SignatureMethod", "SignatureVersion",
		"SignatureNonce", "SignatureType", "Timestamp", "SecurityToken":
		return true
	}
	return false
}
