package rpc

import "github.com/cbspec/cbspec/targets"

const (
	upperHex = "0123456789ABCDEF"
	lowerHex = "0123456789abcdef"
)

// unreserved bytes stand for themselves (wire.md §2.1).
var unreserved = func() (set [256]bool) {
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~" {
		set[c] = true
	}
	return set
}()

// appendEncoded appends s percent-encoded.
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

// appendPairs appends the pairs of one place as name=value&name=value.
func appendPairs(dst []byte, pairs []pair, in targets.Place, e targets.Encoding, redact bool) []byte {
	first := true
	for i := range pairs {
		p := &pairs[i]
		if p.in != in {
			continue
		}
		if !first {
			dst = append(dst, '&')
		}
		first = false
		dst = appendEncoded(dst, p.name, e)
		dst = append(dst, '=')
		switch {
		case redact && secretName(p.name):
			dst = append(dst, redacted...)
		case p.shell != "":
			dst = append(dst, p.shell...)
		default:
			dst = appendEncoded(dst, p.value, e)
		}
	}
	return dst
}
