package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

const acs3 = "ACS3-HMAC-SHA256"

func (e *exchange) signedACS3() bool {
	return strings.HasPrefix(e.r.Header.Get("Authorization"), "ACS3-")
}

// authenticateACS3 checks ACS3-HMAC-SHA256 (wire.md §2.2).
func (e *exchange) authenticateACS3() *refusal {
	a := &e.s.behaviour.auth
	c, names, ok := e.claimACS3()
	switch {
	case !ok:
		return incomplete
	case c.key == "":
		return missing("AccessKeyId")
	case !c.signed && a.absentPasses:
		return nil
	}
	if r := a.check(c, e.s.options.AccessKeyID, e.now, a.windowACS3); r != nil {
		return r
	}
	signed := strings.Split(names, ";")
	if !e.coversHeaders(signed) {
		return incomplete
	}
	claimed := e.r.Header.Get("X-Acs-Content-Sha256")
	if claimed != hexSHA256(string(e.body)) && !a.anyContentHash {
		return badSignature(acs3 + "\n(x-acs-content-sha256 is not the hash of the body)")
	}
	var toSign []string
	for _, method := range a.methods(e.r.Method) {
		for _, query := range a.readings(e.query) {
			for _, encodeName := range []func(string) string{a.encode, func(s string) string { return s }} {
				toSign = append(toSign, acs3+"\n"+hexSHA256(strings.Join([]string{
					method, "/", canonicalQuery(query, encodeName, a.encode), e.headerLines(signed), names, claimed,
				}, "\n")))
			}
		}
	}
	return e.conclude(c, toSign, func(text string) string {
		return hex.EncodeToString(mac(sha256.New, a.secret(e.s.options.AccessKeySecret, c.key), text))
	})
}

// claimACS3 reads the headers of an ACS3 signature. names are the signed headers as they are
// listed. It is not ok if the algorithm is another one.
func (e *exchange) claimACS3() (c claim, names string, ok bool) {
	algorithm, rest, _ := strings.Cut(e.r.Header.Get("Authorization"), " ")
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Credential":
			c.key = value
		case "SignedHeaders":
			names = value
		case "Signature":
			c.signature, c.signed = value, true
		}
	}
	c.nonce, c.timestamp = e.r.Header.Get("X-Acs-Signature-Nonce"), e.r.Header.Get("X-Acs-Date")
	c.complete = names != ""
	return c, names, algorithm == acs3
}

// coversHeaders reports whether all headers are signed that must be.
func (e *exchange) coversHeaders(signed []string) bool {
	must := e.s.behaviour.auth.signedHeaders
	for name := range e.r.Header {
		name = strings.ToLower(name)
		common := strings.HasPrefix(name, "x-acs-") || name == "content-type"
		if common && must(name) && !slices.Contains(signed, name) {
			return false
		}
	}
	return slices.Contains(signed, "host") || !must("host")
}

// headerLines are the signed headers in their canonical form.
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

func hexSHA256(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
