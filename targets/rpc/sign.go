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

// The signatures are computed here and not by an official module: those sign what they themselves send, from maps, so
// they can neither repeat a parameter nor sign something other than what is sent, and they bring a client each. The
// vectors of wire.md §2 are the proof.

// pair is a parameter on its way: decoded, with its place.
type pair struct {
	name, value string
	in          targets.Place
	// shell stands for the encoded value in a shell command, where it is known only there.
	shell string
}

// sorted returns the pairs but any Signature, by name and then by value. What a server makes of a repeated name is not
// documented; signing every one of them is the reading that covers all that is sent.
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

// canonicalQuery appends the sorted pairs in canonical encoding, whatever their place.
func canonicalQuery(dst []byte, pairs []pair) []byte {
	for i, p := range sorted(pairs) {
		if i > 0 {
			dst = append(dst, '&')
		}
		dst = appendEncoded(dst, p.name, targets.EncodingCanonical)
		dst = append(dst, '=')
		if p.shell != "" {
			dst = append(dst, p.shell...)
		} else {
			dst = appendEncoded(dst, p.value, targets.EncodingCanonical)
		}
	}
	return dst
}

// signSHA1 returns the Signature of SignatureVersion 1.0 (wire.md §2.1): over the parameters of query and body alike.
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

// field is a header to be signed, its name in lower case.
type field struct{ name, value string }

// canonicalRequest is what ACS3-HMAC-SHA256 hashes (wire.md §2.2). The query holds the pairs of the URL only; fields
// are sorted by name; hash is the body's.
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

// signedNames is the SignedHeaders list of the fields.
func signedNames(fields []field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return strings.Join(names, ";")
}

// signACS3 returns the Signature over a canonical request.
func signACS3(canonical []byte, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hexSHA256(canonical)))
	return hex.EncodeToString(mac.Sum(nil))
}

func hexSHA256(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
