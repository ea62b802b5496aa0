package simulator

import (
	"cmp"
	"crypto/hmac"
	"crypto/subtle"
	"hash"
	"strings"
	"time"
)

// How old, and how far in the future, a timestamp may be (wire.md §2).
const (
	windowSHA1   = 31 * time.Minute
	windowACS3   = 15 * time.Minute
	windowFuture = 15 * time.Minute
)

const timestampLayout = "2006-01-02T15:04:05Z"

// authentication is what is checked of a signature, and how. Faults and variations change it.
type authentication struct {
	// How old and how far in the future a timestamp may be; 0 is without limit.
	window, windowACS3, future time.Duration
	// skip lets in requests whose signature is not checked.
	skip []func(e *exchange) bool

	// What is not required.

	anyKey            bool // any AccessKeyId is let in
	anyTimestamp      bool // a malformed timestamp is let in
	timestampOptional bool
	anyNonce          bool // used nonces are not remembered
	nonceOptional     bool
	emptyPasses       bool // an empty signature is let in
	absentPasses      bool // a request without a signature is let in
	anyContentHash    bool // an ACS3 body need not have the hash that is signed
	lenient           bool // SignatureMethod and SignatureVersion need not be right

	// How it is checked.

	// same compares the signature with the right one.
	same func(got, want string) bool
	// sameKey compares the AccessKeyId with the known one.
	sameKey func(got, want string) bool
	// nonceKey is what is remembered of a nonce.
	nonceKey func(e *exchange, key, nonce string) string
	// methods are the HTTP methods that the signature may have been made for.
	methods func(method string) []string
	// secret is that of a key.
	secret func(known string, key string) string
	// covers are the parameters that the signature covers.
	covers func(p params) params
	// order sorts the parameters in the string to sign, and encode encodes them.
	order  func(a, b pair) int
	encode func(string) string
	// signedHeaders reports whether a common header must be signed by ACS3.
	signedHeaders func(name string) bool
}

func faithfulAuthentication() authentication {
	return authentication{
		window: windowSHA1, windowACS3: windowACS3, future: windowFuture,
		same:          equal,
		sameKey:       equal,
		nonceKey:      func(_ *exchange, key, nonce string) string { return key + "\x00" + nonce },
		methods:       func(method string) []string { return []string{method} },
		secret:        func(known, _ string) string { return known },
		covers:        func(p params) params { return p },
		order:         func(a, b pair) int { return cmp.Compare(a.name, b.name) },
		encode:        encode,
		signedHeaders: func(string) bool { return true },
	}
}

// equal compares in constant time.
func equal(got, want string) bool { return subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1 }

// claim is what a request says about its signature.
type claim struct {
	key, nonce, timestamp string
	signature             string
	signed                bool // there is a signature, even if it is empty
	complete              bool // what else the algorithm requires is there
}

// authenticate checks the signature of the request, if the simulator has credentials.
func (e *exchange) authenticate() *refusal {
	if e.s.options.AccessKeyID == "" {
		return nil
	}
	for _, skip := range e.s.behaviour.auth.skip {
		if skip(e) {
			return nil
		}
	}
	if e.signedACS3() {
		return e.authenticateACS3()
	}
	return e.authenticateSHA1()
}

// check checks everything about a claim but the signature itself.
func (a *authentication) check(c claim, key string, now time.Time, window time.Duration) *refusal {
	switch {
	case c.key == "":
		return missing("AccessKeyId")
	case c.signature == "" && !a.emptyPasses, !c.complete:
		return incomplete
	case c.nonce == "" && !a.nonceOptional:
		return missing("SignatureNonce")
	case c.timestamp == "" && !a.anyTimestamp && !a.timestampOptional:
		return noTimestamp
	case !a.sameKey(c.key, key) && !a.anyKey:
		return unknownKey
	}
	return a.checkTimestamp(c.timestamp, now, window)
}

func (a *authentication) checkTimestamp(text string, now time.Time, window time.Duration) *refusal {
	at, err := time.Parse(timestampLayout, text)
	switch {
	case err != nil && (a.anyTimestamp || text == "" && a.timestampOptional):
		return nil
	case err != nil:
		return timestampMalformed
	case window > 0 && now.Sub(at) > window, a.future > 0 && at.Sub(now) > a.future:
		return timestampExpired
	}
	return nil
}

// conclude compares the signature with those that are right, one for each string to sign, and
// remembers the nonce of a request that has one of them.
func (e *exchange) conclude(c claim, toSign []string, sign func(toSign string) string) *refusal {
	a := &e.s.behaviour.auth
	ok := c.signed && c.signature == "" && a.emptyPasses
	for _, text := range toSign {
		ok = ok || a.same(c.signature, sign(text))
	}
	if !ok {
		return badSignature(toSign[0])
	}
	if c.nonce != "" && !a.anyNonce && !e.s.nonces.use(a.nonceKey(e, c.key, c.nonce), e.now) {
		return nonceUsed
	}
	return nil
}

func mac(algorithm func() hash.Hash, key, text string) []byte {
	m := hmac.New(algorithm, []byte(key))
	m.Write([]byte(text))
	return m.Sum(nil)
}

// canonicalQuery joins sorted parameters in their canonical encoding.
func canonicalQuery(p params, encodeName, encode func(string) string) string {
	var b strings.Builder
	for i, q := range p {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(encodeName(q.name))
		b.WriteByte('=')
		b.WriteString(encode(q.value))
	}
	return b.String()
}

// encode percent-encodes everything but the unreserved characters of RFC 3986, in upper-case
// hexadecimal.
func encode(s string) string {
	const digits = "0123456789ABCDEF"
	b := make([]byte, 0, len(s)+16)
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-_.~", c) >= 0 {
			b = append(b, c)
		} else {
			b = append(b, '%', digits[c>>4], digits[c&15])
		}
	}
	return string(b)
}
