package simulator

import "strings"

// skipsSignatureIf lets in, without a look at the signature, whatever f says.
func skipsSignatureIf(f func(e *exchange) bool) func(*Simulator, *behaviour) {
	return authenticates(func(a *authentication) { a.unlooked = append(a.unlooked, f) })
}

// signedSHA1 tells whether a request bears a signature of HMAC-SHA1, whichever.
func signedSHA1(e *exchange) bool {
	_, is := e.params.get("Signature")
	return is && !e.signedACS3()
}

// hasOther tells whether a request is signed by HMAC-SHA1 and one of its parameters is not the only value that is known.
func hasOther(name, known string) func(e *exchange) bool {
	return func(e *exchange) bool { return signedSHA1(e) && e.params.value(name) != known }
}

// lacksHeader tells whether a request is signed by ACS3 and lacks a header.
func lacksHeader(name string) func(e *exchange) bool {
	return func(e *exchange) bool { return e.signedACS3() && e.r.Header.Get(name) == "" }
}

// bypassFaults let a call in for one field of its signature, which turns the check off or is taken in another way than it should be.
var bypassFaults = []Fault{
	{"auth-bypass-signature-method", "Where SignatureMethod is another one, the signature is not looked at.", authKind, []string{"CB-AUTH-3"}, 1, "", skipsSignatureIf(hasOther("SignatureMethod", "HMAC-SHA1"))},
	{"auth-bypass-no-signature-method", "Where SignatureMethod is absent, the signature is not looked at.", authKind, []string{"CB-AUTH-3", "CB-AUTH-1"}, 1, "", skipsSignatureIf(func(e *exchange) bool {
		return e.params.count("SignatureMethod") == 0 && e.params.count("AccessKeyId") > 0 && !e.signedACS3()
	})},
	{"auth-bypass-signature-version", "Where SignatureVersion is another one, the signature is not looked at.", authKind, []string{"CB-AUTH-3"}, 1, "", skipsSignatureIf(func(e *exchange) bool {
		return signedSHA1(e) && e.params.count("SignatureVersion") > 0 && e.params.value("SignatureVersion") != "1.0"
	})},
	{"auth-bypass-no-signature-version", "Where SignatureVersion is absent, the signature is not looked at.", authKind, []string{"CB-AUTH-3"}, 1, "", skipsSignatureIf(hasOther("SignatureVersion", "1.0"))},
	{"auth-bypass-token", "Where a SecurityToken is there, the signature is not looked at.", authKind, []string{"CB-AUTH-3", "CB-AUTH-1"}, 1, "", skipsSignatureIf(func(e *exchange) bool {
		return e.params.count("SecurityToken") > 0 || e.r.Header.Get("X-Acs-Security-Token") != ""
	})},
	{"auth-bypass-bearer", "Where SignatureType is BEARERTOKEN, the signature is not looked at, and no token either.", authKind, []string{"CB-AUTH-3", "CB-AUTH-1"}, 1, "", skipsSignatureIf(func(e *exchange) bool {
		return e.params.value("SignatureType") == "BEARERTOKEN"
	})},
	{"auth-bypass-scheme", "Another scheme of authorization is taken for right.", authKind, []string{"CB-AUTH-3", "CB-AUTH-1"}, 1, "", skipsSignatureIf(func(e *exchange) bool {
		given := e.r.Header.Get("Authorization")
		return given != "" && !strings.HasPrefix(given, acs3+" ")
	})},
	{"auth-bypass-both", "Where both kinds of signature are there, none is looked at.", authKind, []string{"CB-AUTH-3"}, 1, "", skipsSignatureIf(func(e *exchange) bool {
		return e.signedACS3() && e.params.count("Signature") > 0
	})},
	{"auth-bypass-acs3-no-date", "With ACS3, where the date is absent, the signature is not looked at.", authKind, []string{"CB-AUTH-3", "CB-AUTH-5"}, 1, "", skipsSignatureIf(lacksHeader("X-Acs-Date"))},
	{"auth-bypass-acs3-no-hash", "With ACS3, where the hash of the body is absent, the signature is not looked at.", authKind, []string{"CB-AUTH-3"}, 1, "", skipsSignatureIf(lacksHeader("X-Acs-Content-Sha256"))},
	{"auth-bypass-acs3-no-nonce", "With ACS3, where the nonce is absent, the signature is not looked at.", authKind, []string{"CB-AUTH-3", "CB-AUTH-6"}, 1, "", skipsSignatureIf(lacksHeader("X-Acs-Signature-Nonce"))},
	{"auth-bypass-no-key", "Where the AccessKeyId is empty, the signature is not looked at.", authKind, []string{"CB-AUTH-2", "CB-AUTH-3"}, 1, "", skipsSignatureIf(func(e *exchange) bool {
		return signedSHA1(e) && e.params.value("AccessKeyId") == ""
	})},
	{"auth-key-in-other-letters", "The AccessKeyId is compared without regard to large and small letters.", authKind, []string{"CB-AUTH-2"}, 1, "", authenticates(func(a *authentication) { a.sameKey = strings.EqualFold })},
	{"auth-key-begins", "An AccessKeyId that begins as one does is taken for it.", authKind, []string{"CB-AUTH-2"}, 1, "", authenticates(func(a *authentication) { a.sameKey = strings.HasPrefix })},
	{"auth-signature-in-other-letters", "The signature is compared without regard to large and small letters.", authKind, []string{"CB-AUTH-3"}, 1, "", authenticates(func(a *authentication) { a.same = strings.EqualFold })},
	{"auth-asterisk-not-encoded", "In what is signed an asterisk stands for itself.", authKind, []string{"CB-AUTH-9"}, 1, "", missigns("*")},
	{"auth-tilde-encoded", "In what is signed a tilde is encoded.", authKind, []string{"CB-AUTH-9"}, 1, "", missigns("~")},
	{"auth-headers-not-signed", "Headers of ACS3 are believed that are not signed.", authKind, []string{"CB-AUTH-4"}, 1, "", authenticates(func(a *authentication) { a.signedHeaders = func(string) bool { return false } })},
	{"auth-no-timestamp", "A call without a time is good for ever.", authKind, []string{"CB-AUTH-5"}, 1, "", authenticates(func(a *authentication) { a.timestampOptional = true })},
	{"auth-no-nonce", "A call without a nonce is good time and again.", authKind, []string{"CB-AUTH-6"}, 1, "", authenticates(func(a *authentication) { a.nonceOptional = true })},
}

// missigns computes another signature than the right one where a character is among the values.
func missigns(character string) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.refuse = append(b.refuse, func(e *exchange) *refusal {
			for _, p := range e.params {
				if strings.Contains(p.value, character) {
					return badSignature("")
				}
			}
			return nil
		})
	}
}
