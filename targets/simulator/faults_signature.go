package simulator

import (
	"net/http"
	"strings"
)

// The right signatures differ in length: that of HMAC-SHA1 in base64, that of ACS3 in hexadecimal.
const lengthACS3 = 64

// signatureFaults leave out a step of one of the two signatures only, or do it by halves.
var signatureFaults = []Fault{
	{"auth-sha1-any-signature", "The signature is not compared where it is HMAC-SHA1.", authKind, []string{"CB-AUTH-3", "CB-AUTH-4"}, 2, "", authenticates(func(a *authentication) {
		a.same = func(got, want string) bool { return len(want) != lengthACS3 || equal(got, want) }
	})},
	{"auth-acs3-any-signature", "The signature is not compared where it is ACS3.", authKind, []string{"CB-AUTH-3", "CB-AUTH-4"}, 2, "", authenticates(func(a *authentication) {
		a.same = func(got, want string) bool { return len(want) == lengthACS3 || equal(got, want) }
	})},
	{"auth-length-only", "Of a signature only the length is compared.", authKind, []string{"CB-AUTH-3", "CB-AUTH-4"}, 1, "", authenticates(func(a *authentication) {
		a.same = func(got, want string) bool { return len(got) == len(want) }
	})},
	{"auth-first-eight", "Of a signature only the first eight characters are compared.", authKind, []string{"CB-AUTH-3"}, 1, "", authenticates(func(a *authentication) {
		a.same = func(got, want string) bool { return len(got) >= 8 && got[:8] == want[:8] }
	})},
	{"auth-sha1-any-timestamp", "An old timestamp is let in where the signature is HMAC-SHA1.", authKind, []string{"CB-AUTH-5"}, 2, "", authenticates(func(a *authentication) { a.window = 0 })},
	{"auth-acs3-any-timestamp", "An old date is let in where the signature is ACS3.", authKind, []string{"CB-AUTH-5"}, 2, "", authenticates(func(a *authentication) { a.windowACS3 = 0 })},
	{"auth-sha1-any-nonce", "Nonces are not remembered where the signature is HMAC-SHA1.", authKind, []string{"CB-AUTH-6"}, 2, "", authenticates(func(a *authentication) { a.nonceKey = forgetful(false) })},
	{"auth-acs3-any-nonce", "Nonces are not remembered where the signature is ACS3.", authKind, []string{"CB-AUTH-6"}, 2, "", authenticates(func(a *authentication) { a.nonceKey = forgetful(true) })},
	{"auth-nonce-per-method", "Nonces are remembered for each method of HTTP by itself.", authKind, []string{"CB-AUTH-6", "CB-SEQ-1"}, 2, "", authenticates(func(a *authentication) {
		a.nonceKey = func(e *exchange, key, nonce string) string { return key + nonce + e.r.Method }
	})},
	{"auth-nonce-per-instance", "Nonces are remembered for each instance by itself.", authKind, []string{"CB-AUTH-6", "CB-SEQ-1"}, 2, "", authenticates(func(a *authentication) {
		a.nonceKey = func(e *exchange, key, nonce string) string { return key + nonce + e.params.value("DBInstanceId") }
	})},
	{"auth-content-hash-not-checked", "With ACS3 the form need not be what its signed hash says.", authKind, []string{"CB-AUTH-4"}, 2, "", authenticates(func(a *authentication) { a.anyContentHash = true })},
	{"auth-form-not-covered", "Parameters in the form can be changed after signing.", authKind, []string{"CB-AUTH-4"}, 2, "", func(_ *Simulator, b *behaviour) { b.tamper = "form" }},
	{"auth-wrong-500", "A wrong signature is answered with the status 500.", statusKind, []string{"CB-AUTH-3"}, 1, "", changesAnyError(func(e *exchange) {
		if e.code == "SignatureDoesNotMatch" {
			e.status = http.StatusInternalServerError
		}
	})},
	{"auth-unknown-key-200", "An unknown access key is answered with the status 200.", statusKind, []string{"CB-AUTH-2"}, 1, "", changesAnyError(func(e *exchange) {
		if strings.HasPrefix(e.code, "InvalidAccessKeyId") {
			e.status = http.StatusOK
		}
	})},
}

// forgetful remembers no nonce of one kind of signature.
func forgetful(acs3 bool) func(e *exchange, key, nonce string) string {
	return func(e *exchange, key, nonce string) string {
		if e.signedACS3() == acs3 {
			nonce += newUUID()
		}
		return key + "\x00" + nonce
	}
}
