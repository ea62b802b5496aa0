package simulator

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// Windows of a timestamp (wire.md §2).
const (
	windowSHA1   = 31 * time.Minute
	windowACS3   = 15 * time.Minute
	windowFuture = 15 * time.Minute
)

const acs3 = "ACS3-HMAC-SHA256"

const timestampLayout = "2006-01-02T15:04:05Z"

// authentication is what is checked of a signature, and how.
type authentication struct {
	window, windowACS3, future time.Duration // 0 checks no timestamp in that direction
	anyTimestamp               bool          // a timestamp that is none passes
	anyKey                     bool          // the AccessKeyId is not looked up
	anyNonce                   bool          // nonces are not remembered
	nonceOptional              bool
	nonceKey                   func(e *exchange, key, nonce string) string
	// covered is what of a request the HMAC-SHA1 signature is taken to cover: any of these will do.
	covered func(e *exchange) []params
	// methods of HTTP that the signature may have been made for.
	methods func(method string) []string
	// lenient: what a call says of its signature need not be there, or be what it should, if the signature is right.
	lenient           bool
	timestampOptional bool
	// sameKey compares the AccessKeyId that came with the one that there is.
	sameKey func(got, want string) bool
	// unlooked lets requests in whose signature is not looked at.
	unlooked []func(e *exchange) bool
	// same compares the signature that came with the right one.
	same func(got, want string) bool
	// emptyPasses takes a signature that is there and empty; absentPasses takes a request without any.
	emptyPasses, absentPasses bool
	// parts of ACS3 that may be left out.
	anyContentHash bool                  // the body need not be what the hash says
	signedHeaders  func(string) bool     // of the common headers that must be signed
	canonicalQuery func(params) []params // what of the query is taken to be covered: any of these will do
}

func faithfulAuthentication() authentication {
	return authentication{
		window: windowSHA1, windowACS3: windowACS3, future: windowFuture,
		nonceKey:       func(_ *exchange, key, nonce string) string { return key + "\x00" + nonce },
		covered:        func(e *exchange) []params { return []params{e.params} },
		methods:        func(method string) []string { return []string{method} },
		same:           equal,
		sameKey:        equal,
		signedHeaders:  func(string) bool { return true },
		canonicalQuery: func(p params) []params { return []params{p} },
	}
}

// equal compares in constant time.
func equal(got, want string) bool { return subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1 }

// authenticate checks the signature of the request, where credentials are set.
func (e *exchange) authenticate() *refusal {
	if e.s.options.AccessKeyID == "" {
		return nil
	}
	for _, f := range e.s.behaviour.auth.unlooked {
		if f(e) {
			return nil
		}
	}
	if e.signedACS3() {
		return e.authenticateACS3()
	}
	return e.authenticateSHA1()
}

func (e *exchange) signedACS3() bool {
	return strings.HasPrefix(e.r.Header.Get("Authorization"), "ACS3-")
}

// authenticateSHA1 checks HMAC-SHA1, SignatureVersion 1.0 (wire.md §2.1).
func (e *exchange) authenticateSHA1() *refusal {
	a := &e.s.behaviour.auth
	signature, signed := e.params.get("Signature")
	if !signed && a.absentPasses {
		return nil
	}
	key := e.params.value("AccessKeyId")
	nonce := e.params.value("SignatureNonce")
	switch {
	case key == "":
		return missing("AccessKeyId")
	case signature == "" && !a.emptyPasses:
		return incomplete
	case nonce == "" && !a.nonceOptional:
		return missing("SignatureNonce")
	case e.params.value("Timestamp") == "" && !a.anyTimestamp && !a.timestampOptional:
		return noTimestamp
	case !a.lenient && (e.params.value("SignatureMethod") != "HMAC-SHA1" || e.params.value("SignatureVersion") != "1.0"):
		return incomplete
	case !a.sameKey(key, e.s.options.AccessKeyID) && !a.anyKey:
		return unknownKey
	}
	if r := a.checkTimestamp(e.params.value("Timestamp"), e.now, a.window); r != nil {
		return r
	}
	var firstToSign string
	ok := signed && signature == "" && a.emptyPasses
	for _, method := range a.methods(e.r.Method) {
		for _, covered := range e.coveredReadings() {
			toSign := method + "&%2F&" + encode(canonicalQuery(covered, encode))
			if firstToSign == "" {
				firstToSign = toSign
			}
			mac := hmac.New(sha1.New, []byte(e.s.options.AccessKeySecret+"&"))
			mac.Write([]byte(toSign))
			ok = ok || a.same(signature, base64.StdEncoding.EncodeToString(mac.Sum(nil)))
		}
	}
	return e.concludeAuthentication(ok, key, nonce, firstToSign)
}

// coveredReadings are the ways to read what an HMAC-SHA1 signature covers.
func (e *exchange) coveredReadings() []params {
	var all []params
	for _, p := range e.s.behaviour.auth.covered(e) {
		all = append(all, readings(p)...)
	}
	return all
}

// queryReadings are the ways to read the query that an ACS3 signature covers.
func (e *exchange) queryReadings() []params {
	var all []params
	for _, p := range e.s.behaviour.auth.canonicalQuery(e.query) {
		all = append(all, readings(p)...)
	}
	return all
}

// readings are the ways to read repeated parameters in a signature: the last one counts, or all are signed. Without
// repetitions there is one.
func readings(p params) []params {
	signed := make(params, 0, len(p))
	for _, q := range p {
		if q.name != "Signature" {
			signed = append(signed, q)
		}
	}
	slices.SortStableFunc(signed, func(a, b pair) int { return cmp.Compare(a.name, b.name) })
	last := make(params, 0, len(signed))
	for i, q := range signed {
		if i+1 == len(signed) || signed[i+1].name != q.name {
			last = append(last, q)
		}
	}
	if len(last) == len(signed) {
		return []params{signed}
	}
	byValue := slices.Clone(signed)
	slices.SortFunc(byValue, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.value, b.value))
	})
	return []params{last, signed, byValue}
}

// authenticateACS3 checks ACS3-HMAC-SHA256 (wire.md §2.2).
func (e *exchange) authenticateACS3() *refusal {
	a := &e.s.behaviour.auth
	h := e.r.Header
	algorithm, rest, _ := strings.Cut(h.Get("Authorization"), " ")
	if algorithm != acs3 {
		return incomplete
	}
	var key, signedNames, signature string
	var signed bool
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Credential":
			key = value
		case "SignedHeaders":
			signedNames = value
		case "Signature":
			signature, signed = value, true
		}
	}
	nonce := h.Get("X-Acs-Signature-Nonce")
	switch {
	case key == "":
		return missing("AccessKeyId")
	case !signed && a.absentPasses:
		return nil
	case signature == "" && !a.emptyPasses, signedNames == "":
		return incomplete
	case nonce == "" && !a.nonceOptional:
		return missing("SignatureNonce")
	case h.Get("X-Acs-Date") == "" && !a.anyTimestamp && !a.timestampOptional:
		return noTimestamp
	case !a.sameKey(key, e.s.options.AccessKeyID) && !a.anyKey:
		return unknownKey
	}
	if r := a.checkTimestamp(h.Get("X-Acs-Date"), e.now, a.windowACS3); r != nil {
		return r
	}
	names := strings.Split(signedNames, ";")
	for name := range h {
		if name = strings.ToLower(name); mustBeSigned(name) && a.signedHeaders(name) && !slices.Contains(names, name) {
			return incomplete
		}
	}
	if !slices.Contains(names, "host") && a.signedHeaders("host") {
		return incomplete
	}
	hash := sha256.Sum256(e.body)
	claimed := h.Get("X-Acs-Content-Sha256")
	if claimed != hex.EncodeToString(hash[:]) && !a.anyContentHash {
		return badSignature(acs3 + "\n(x-acs-content-sha256 is not the hash of the body)")
	}
	var firstToSign string
	ok := signed && signature == "" && a.emptyPasses
	for _, method := range a.methods(e.r.Method) {
		for _, query := range e.queryReadings() {
			for _, encodeName := range []func(string) string{encode, func(s string) string { return s }} {
				toSign := stringToSignACS3(method, canonicalQuery(query, encodeName), e.headerLines(names), signedNames, claimed)
				if firstToSign == "" {
					firstToSign = toSign
				}
				mac := hmac.New(sha256.New, []byte(e.s.options.AccessKeySecret))
				mac.Write([]byte(toSign))
				if a.same(signature, hex.EncodeToString(mac.Sum(nil))) {
					ok = true
				}
				if ok {
					break
				}
			}
		}
	}
	return e.concludeAuthentication(ok, key, nonce, firstToSign)
}

func mustBeSigned(header string) bool {
	return strings.HasPrefix(header, "x-acs-") || header == "content-type"
}

// headerLines are the signed headers as the canonical request holds them.
func (e *exchange) headerLines(names []string) string {
	var b strings.Builder
	for _, name := range names {
		value := strings.TrimSpace(strings.Join(e.r.Header.Values(name), ","))
		if name == "host" {
			value = e.r.Host
		}
		b.WriteString(name + ":" + value + "\n")
	}
	return b.String()
}

func stringToSignACS3(method, query, headerLines, signedNames, bodyHash string) string {
	sum := sha256.Sum256([]byte(method + "\n/\n" + query + "\n" + headerLines + "\n" + signedNames + "\n" + bodyHash))
	return acs3 + "\n" + hex.EncodeToString(sum[:])
}

// concludeAuthentication remembers the nonce of a request whose signature is right.
func (e *exchange) concludeAuthentication(ok bool, key, nonce, toSign string) *refusal {
	a := &e.s.behaviour.auth
	if !ok {
		return badSignature(toSign)
	}
	if nonce != "" && !a.anyNonce && !e.s.nonces.use(a.nonceKey(e, key, nonce), e.now) {
		return nonceUsed
	}
	return nil
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

// canonicalQuery joins sorted parameters in their canonical encoding.
func canonicalQuery(p params, encodeName func(string) string) string {
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

// encode percent-encodes everything but the unreserved characters of RFC 3986, in upper-case hexadecimal.
func encode(s string) string {
	const digits = "0123456789ABCDEF"
	b := make([]byte, 0, len(s)+16)
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.' || c == '~' {
			b = append(b, c)
		} else {
			b = append(b, '%', digits[c>>4], digits[c&15])
		}
	}
	return string(b)
}
