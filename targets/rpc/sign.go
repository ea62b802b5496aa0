package rpc

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// This package signs by itself. The official modules sign maps, so they can neither repeat a
// parameter nor sign something else than what is sent, and each of them brings a whole client. The
// vectors of wire.md §2 test the signatures.

// sorted returns the pairs without any Signature, by name and then by value. It is not documented
// what a server does with a repeated name, so every pair that is sent is signed.
func sorted(pairs []pair) []pair {
	s := make([]pair, 0, len(pairs))
	for _, p := range pairs {
		if p.name != "Signature" {
			s = append(s, p)
		}
	}
	slices.SortStableFunc(s, func(a, b pair) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return strings.Compare(a.value, b.value)
	})
	return s
}

// canonicalQuery appends the sorted pairs of all places in canonical encoding.
func canonicalQuery(dst []byte, pairs []pair) []byte {
	for i, p := range sorted(pairs) {
		if i > 0 {
			dst = append(dst, '&')
		}
		dst = p.appendTo(dst, targets.EncodingCanonical)
	}
	return dst
}

// signSHA1 returns the Signature of SignatureVersion 1.0 (wire.md §2.1), which covers the
// parameters of the query and of the body.
func signSHA1(method string, pairs []pair, secret string) string {
	buf := make([]byte, 0, 1024)
	query := canonicalQuery(buf, pairs)
	text := make([]byte, 0, 2*len(query)+16)
	text = append(text, method...)
	text = append(text, "&%2F&"...)
	for _, c := range query {
		if unreserved[c] {
			text = append(text, c)
		} else {
			text = append(text, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write(text)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// addSHA1 appends the Signature parameter.
func (d *draft) addSHA1(s stamp) {
	if d.auth == targets.AuthNoSignature || d.names("Signature") {
		return
	}
	var signature string
	if d.auth != targets.AuthEmpty {
		signature = signSHA1(d.verb, d.signed, s.secret)
	}
	if d.auth == targets.AuthTruncated {
		signature = signature[:len(signature)-4]
	}
	if d.field.Name == "Signature" {
		signature = changed(signature, d.field.How)
	}
	d.pairs = append(d.pairs, pair{name: "Signature", value: signature, in: d.place})
}

// field is a header with its name in lower case.
type field struct{ name, value string }

// canonicalRequest returns the text that ACS3-HMAC-SHA256 hashes (wire.md §2.2). query holds the
// pairs of the URL only, fields are sorted by name, and hash is that of the body.
func canonicalRequest(method, path string, query []pair, fields []field, hash string) []byte {
	text := make([]byte, 0, 1024)
	text = append(text, method...)
	text = append(text, '\n')
	text = append(text, path...)
	text = append(text, '\n')
	text = canonicalQuery(text, query)
	text = append(text, '\n')
	for _, f := range fields {
		text = append(text, f.name...)
		text = append(text, ':')
		text = append(text, strings.TrimSpace(f.value)...)
		text = append(text, '\n')
	}
	text = append(text, '\n')
	text = append(text, signedNames(fields)...)
	text = append(text, '\n')
	return append(text, hash...)
}

// signedNames returns the list of the fields for SignedHeaders.
func signedNames(fields []field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return strings.Join(names, ";")
}

// signACS3 returns the Signature of a canonical request.
func signACS3(canonical []byte, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hexSHA256(canonical)))
	return hex.EncodeToString(mac.Sum(nil))
}

func hexSHA256(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
