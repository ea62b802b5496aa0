package simulator

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// authenticationFaults are mistakes in how a signature, its time and its nonce are checked
// (features/authentication.feature).
var authenticationFaults = []Fault{
	{
		Name: "auth-none", Kind: authKind,
		Rules:       []string{"CB-AUTH-1"},
		Description: "A call without any signature parameters is let in.",
		apply: pardons(func(e *exchange, _ *refusal) bool {
			return e.params.count("Signature") == 0 && e.r.Header.Get("Authorization") == ""
		}),
	},
	{
		Name: "auth-absent-passes", Kind: authKind,
		Rules:       []string{"CB-AUTH-1"},
		Description: "A call with an access key but without a signature is let in.",
		apply:       authenticates(func(a *authentication) { a.absentPasses = true }),
	},
	{
		Name: "auth-empty-passes", Kind: authKind,
		Rules:       []string{"CB-AUTH-1"},
		Description: "A call with an empty signature is let in.",
		apply:       authenticates(func(a *authentication) { a.emptyPasses = true }),
	},
	{
		Name: "auth-any-key", Kind: authKind,
		Rules:       []string{"CB-AUTH-2"},
		Description: "The access key is not checked.",
		apply:       authenticates(func(a *authentication) { a.anyKey = true }),
	},
	{
		Name: "auth-any-signature", Kind: authKind,
		Rules:       []string{"CB-AUTH-3"},
		Description: "The signature is not checked.",
		apply:       authenticates(func(a *authentication) { a.same = func(string, string) bool { return true } }),
	},
	{
		Name: "auth-prefix", Kind: authKind,
		Rules:       []string{"CB-AUTH-3"},
		Description: "A signature that is cut short is let in.",
		apply: authenticates(func(a *authentication) {
			a.same = func(got, want string) bool { return got != "" && strings.HasPrefix(want, got) }
		}),
	},
	{
		Name: "auth-other-method", Kind: authKind,
		Rules:       []string{"CB-AUTH-3"},
		Description: "A signature made for the other HTTP method is let in.",
		apply: authenticates(func(a *authentication) {
			a.methods = func(string) []string { return []string{http.MethodGet, http.MethodPost} }
		}),
	},
	{
		Name: "auth-parameters-not-covered", Kind: authKind,
		Rules:       []string{"CB-AUTH-4"},
		Description: "A parameter of the operation can be changed after signing.",
		apply:       pardonsTampering(parameterChanged),
	},
	{
		Name: "auth-added-not-covered", Kind: authKind,
		Rules:       []string{"CB-AUTH-4"},
		Description: "A parameter of the operation can be added after signing.",
		apply:       pardonsTampering(parameterAdded),
	},
	{
		Name: "auth-any-timestamp", Kind: authKind,
		Rules:       []string{"CB-AUTH-5"},
		Description: "The timestamp is not checked.",
		apply: authenticates(func(a *authentication) {
			a.anyTimestamp, a.window, a.windowACS3, a.future = true, 0, 0, 0
		}),
	},
	{
		Name: "auth-window-hour", Kind: boundary,
		Rules:       []string{"CB-AUTH-5"},
		Description: "A signature is valid for an hour.",
		apply:       authenticates(func(a *authentication) { a.window, a.windowACS3 = 2*windowSHA1, 4*windowACS3 }),
	},
	{
		Name: "auth-timestamp-malformed-passes", Kind: authKind,
		Rules:       []string{"CB-AUTH-5"},
		Description: "A malformed timestamp is let in.",
		apply:       authenticates(func(a *authentication) { a.anyTimestamp = true }),
	},
	{
		Name: "auth-window-minute", Kind: boundary,
		Rules:       []string{"CB-AUTH-7"},
		Description: "A signature is valid for only one minute.",
		apply:       authenticates(func(a *authentication) { a.window, a.windowACS3 = windowSHA1/31, windowACS3/15 }),
	},
	{
		Name: "auth-any-nonce", Kind: authKind,
		Rules:       []string{"CB-AUTH-6"},
		Description: "Used nonces are not remembered.",
		apply:       authenticates(func(a *authentication) { a.anyNonce = true }),
	},
	{
		Name: "auth-nonce-per-format", Kind: authKind,
		Rules:       []string{"CB-AUTH-6"},
		Description: "A used nonce is never recognised, because it is stored with a random value.",
		apply: authenticates(func(a *authentication) {
			a.nonceKey = func(_ *exchange, key, nonce string) string { return key + nonce + newUUID() }
		}),
	},
	{
		Name: "auth-refused-and-made", Kind: untrue,
		Rules:       []string{"CB-AUTH-3", "CB-AUTH-1", "CB-RESPONSE-10"},
		Description: "A call with a wrong signature is refused, but its backup is created.",
		apply: pardons(func(e *exchange, _ *refusal) bool {
			if e.s.find(e.params.value("DBInstanceId")) != nil {
				_ = createBackup(e) // the mistake: the call is refused all the same
			}
			return false
		}),
	},
	{
		Name: "nonce-forgotten", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-6"},
		Description: "A nonce is remembered for at most half a second.",
		apply: authenticates(func(a *authentication) {
			a.nonceKey = func(e *exchange, key, nonce string) string {
				return key + nonce + e.now.Truncate(time.Second/2).String()
			}
		}),
	},
	{
		Name: "auth-sha1-any-signature", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-3", "CB-AUTH-4"},
		Description: "An HMAC-SHA1 signature is not checked.",
		apply: authenticates(func(a *authentication) {
			a.same = func(got, want string) bool { return len(want) != lengthACS3 || equal(got, want) }
		}),
	},
	{
		Name: "auth-acs3-any-signature", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-3", "CB-AUTH-4"},
		Description: "An ACS3 signature is not checked.",
		apply: authenticates(func(a *authentication) {
			a.same = func(got, want string) bool { return len(want) == lengthACS3 || equal(got, want) }
		}),
	},
	{
		Name: "auth-length-only", Kind: authKind,
		Rules:       []string{"CB-AUTH-3", "CB-AUTH-4"},
		Description: "Only the length of a signature is checked.",
		apply: authenticates(func(a *authentication) {
			a.same = func(got, want string) bool { return len(got) == len(want) }
		}),
	},
	{
		Name: "auth-first-eight", Kind: authKind,
		Rules:       []string{"CB-AUTH-3"},
		Description: "Only the first eight characters of a signature are checked.",
		apply: authenticates(func(a *authentication) {
			a.same = func(got, want string) bool { return len(got) >= 8 && got[:8] == want[:8] }
		}),
	},
	{
		Name: "auth-sha1-any-timestamp", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-5"},
		Description: "An old timestamp is let in with HMAC-SHA1.",
		apply:       authenticates(func(a *authentication) { a.window = 0 }),
	},
	{
		Name: "auth-acs3-any-timestamp", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-5"},
		Description: "An old date is let in with ACS3.",
		apply:       authenticates(func(a *authentication) { a.windowACS3 = 0 }),
	},
	{
		Name: "auth-sha1-any-nonce", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-6"},
		Description: "Used nonces are not remembered with HMAC-SHA1.",
		apply:       forgetsNonceIf(func(e *exchange) bool { return !e.signedACS3() }),
	},
	{
		Name: "auth-acs3-any-nonce", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-6"},
		Description: "Used nonces are not remembered with ACS3.",
		apply:       forgetsNonceIf((*exchange).signedACS3),
	},
	{
		Name: "auth-nonce-per-method", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-6", "CB-SEQ-1"},
		Description: "A nonce can be used once for each HTTP method.",
		apply: authenticates(func(a *authentication) {
			a.nonceKey = func(e *exchange, key, nonce string) string { return key + nonce + e.r.Method }
		}),
	},
	{
		Name: "auth-nonce-per-instance", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-6", "CB-SEQ-1"},
		Description: "A nonce can be used once for each instance.",
		apply: authenticates(func(a *authentication) {
			a.nonceKey = func(e *exchange, key, nonce string) string {
				return key + nonce + e.params.value("DBInstanceId")
			}
		}),
	},
	{
		Name: "auth-content-hash-not-checked", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-4"},
		Description: "ACS3 does not compare the body with its signed hash.",
		apply:       authenticates(func(a *authentication) { a.anyContentHash = true }),
	},
	{
		Name: "auth-form-not-covered", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-4"},
		Description: "Parameters in a form can be changed after signing.",
		apply:       pardonsTampering(formChanged),
	},
	{
		Name: "auth-wrong-500", Kind: statusKind,
		Rules:       []string{"CB-AUTH-3"},
		Description: "A wrong signature is answered with the status 500.",
		apply:       changesStatus("SignatureDoesNotMatch", http.StatusInternalServerError),
	},
	{
		Name: "auth-unknown-key-200", Kind: statusKind,
		Rules:       []string{"CB-AUTH-2"},
		Description: "An unknown access key is answered with the status 200.",
		apply:       changesStatus("InvalidAccessKeyId", http.StatusOK),
	},
	{
		Name: "auth-bypass-signature-method", Kind: authKind,
		Rules:       []string{"CB-AUTH-3"},
		Description: "The signature is not checked if SignatureMethod is not HMAC-SHA1.",
		apply:       skipsSignatureIf(hasOther("SignatureMethod", "HMAC-SHA1")),
	},
	{
		Name: "auth-bypass-no-signature-method", Kind: authKind,
		Rules:       []string{"CB-AUTH-3", "CB-AUTH-1"},
		Description: "The signature is not checked if SignatureMethod is absent.",
		apply: skipsSignatureIf(func(e *exchange) bool {
			return e.params.count("SignatureMethod") == 0 && e.params.count("AccessKeyId") > 0 && !e.signedACS3()
		}),
	},
	{
		Name: "auth-bypass-signature-version", Kind: authKind,
		Rules:       []string{"CB-AUTH-3"},
		Description: "The signature is not checked if SignatureVersion is not 1.0.",
		apply: skipsSignatureIf(func(e *exchange) bool {
			return hasOther("SignatureVersion", "1.0")(e) && e.params.count("SignatureVersion") > 0
		}),
	},
	{
		Name: "auth-bypass-no-signature-version", Kind: authKind,
		Rules:       []string{"CB-AUTH-3"},
		Description: "The signature is not checked if SignatureVersion is absent or not 1.0.",
		apply:       skipsSignatureIf(hasOther("SignatureVersion", "1.0")),
	},
	{
		Name: "auth-bypass-token", Kind: authKind,
		Rules:       []string{"CB-AUTH-3", "CB-AUTH-1"},
		Description: "The signature is not checked if the call has a SecurityToken.",
		apply: skipsSignatureIf(func(e *exchange) bool {
			return e.params.count("SecurityToken") > 0 || e.r.Header.Get("X-Acs-Security-Token") != ""
		}),
	},
	{
		Name: "auth-bypass-bearer", Kind: authKind,
		Rules:       []string{"CB-AUTH-3", "CB-AUTH-1"},
		Description: "Neither signature nor token is checked if SignatureType is BEARERTOKEN.",
		apply: skipsSignatureIf(func(e *exchange) bool {
			return e.params.value("SignatureType") == "BEARERTOKEN"
		}),
	},
	{
		Name: "auth-bypass-scheme", Kind: authKind,
		Rules:       []string{"CB-AUTH-3", "CB-AUTH-1"},
		Description: "An Authorization header with another scheme is let in.",
		apply: skipsSignatureIf(func(e *exchange) bool {
			given := e.r.Header.Get("Authorization")
			return given != "" && !strings.HasPrefix(given, acs3+" ")
		}),
	},
	{
		Name: "auth-bypass-both", Kind: authKind,
		Rules:       []string{"CB-AUTH-3"},
		Description: "No signature is checked if the call has one of each algorithm.",
		apply: skipsSignatureIf(func(e *exchange) bool {
			return e.signedACS3() && e.params.count("Signature") > 0
		}),
	},
	{
		Name: "auth-bypass-acs3-no-date", Kind: authKind,
		Rules:       []string{"CB-AUTH-3", "CB-AUTH-5"},
		Description: "An ACS3 signature is not checked if the date is absent.",
		apply:       skipsSignatureIf(lacksHeader("X-Acs-Date")),
	},
	{
		Name: "auth-bypass-acs3-no-hash", Kind: authKind,
		Rules:       []string{"CB-AUTH-3"},
		Description: "An ACS3 signature is not checked if the hash of the body is absent.",
		apply:       skipsSignatureIf(lacksHeader("X-Acs-Content-Sha256")),
	},
	{
		Name: "auth-bypass-acs3-no-nonce", Kind: authKind,
		Rules:       []string{"CB-AUTH-3", "CB-AUTH-6"},
		Description: "An ACS3 signature is not checked if the nonce is absent.",
		apply:       skipsSignatureIf(lacksHeader("X-Acs-Signature-Nonce")),
	},
	{
		Name: "auth-bypass-no-key", Kind: authKind,
		Rules:       []string{"CB-AUTH-2", "CB-AUTH-3"},
		Description: "The signature is not checked if the AccessKeyId is empty.",
		apply: skipsSignatureIf(func(e *exchange) bool {
			return signedSHA1(e) && e.params.value("AccessKeyId") == ""
		}),
	},
	{
		Name: "auth-key-begins", Kind: authKind,
		Rules:       []string{"CB-AUTH-2"},
		Description: "An AccessKeyId that begins with a known one is let in.",
		apply:       authenticates(func(a *authentication) { a.sameKey = strings.HasPrefix }),
	},
	{
		Name: "auth-signature-in-other-letters", Kind: authKind,
		Rules:       []string{"CB-AUTH-3"},
		Description: "The signature is compared without regard to letter case.",
		apply:       authenticates(func(a *authentication) { a.same = strings.EqualFold }),
	},
	{
		Name: "auth-asterisk-not-encoded", Kind: authKind,
		Rules:       []string{"CB-AUTH-9"},
		Description: "A call with an asterisk in a value is refused, because the string to sign does not encode it.",
		apply:       missigns("*"),
	},
	{
		Name: "auth-tilde-encoded", Kind: authKind,
		Rules:       []string{"CB-AUTH-9"},
		Description: "A call with a tilde in a value is refused, because the string to sign encodes it.",
		apply:       missigns("~"),
	},
	{
		Name: "auth-headers-not-signed", Kind: authKind,
		Rules:       []string{"CB-AUTH-4"},
		Description: "ACS3 headers are trusted although they are not signed.",
		apply:       authenticates(func(a *authentication) { a.signedHeaders = func(string) bool { return false } }),
	},
	{
		Name: "auth-no-timestamp", Kind: authKind,
		Rules:       []string{"CB-AUTH-5"},
		Description: "A call without a timestamp is let in.",
		apply:       authenticates(func(a *authentication) { a.timestampOptional = true }),
	},
	{
		Name: "auth-no-nonce", Kind: authKind,
		Rules:       []string{"CB-AUTH-6"},
		Description: "A call without a nonce is let in any number of times.",
		apply:       authenticates(func(a *authentication) { a.nonceOptional = true }),
	},
}

// lengthACS3 is the length of an ACS3 signature, in hexadecimal. An HMAC-SHA1 signature, in base64,
// is shorter.
const lengthACS3 = 64

// skipsSignatureIf lets requests in without checking their signature.
func skipsSignatureIf(is func(e *exchange) bool) change {
	return authenticates(func(a *authentication) { a.skip = append(a.skip, is) })
}

// signedSHA1 reports whether a request has an HMAC-SHA1 signature, right or wrong.
func signedSHA1(e *exchange) bool { return e.params.count("Signature") > 0 && !e.signedACS3() }

// hasOther reports whether a request is signed by HMAC-SHA1 and one of its parameters does not have
// the only documented value.
func hasOther(name, documented string) func(e *exchange) bool {
	return func(e *exchange) bool { return signedSHA1(e) && e.params.value(name) != documented }
}

// lacksHeader reports whether a request is signed by ACS3 and lacks a header.
func lacksHeader(name string) func(e *exchange) bool {
	return func(e *exchange) bool { return e.signedACS3() && e.r.Header.Get(name) == "" }
}

// missigns refuses signed requests that have a character in a value, as a server does that encodes
// this character wrongly in the string to sign.
func missigns(character string) change {
	return refusesWith(badSignature(""), func(e *exchange) bool {
		return anyValue(e, func(v string) bool { return strings.Contains(v, character) })
	})
}

// forgetsNonceIf does not remember the nonces of some requests.
func forgetsNonceIf(is func(e *exchange) bool) change {
	return authenticates(func(a *authentication) {
		a.nonceKey = func(e *exchange, key, nonce string) string {
			if is(e) {
				nonce += newUUID()
			}
			return key + "\x00" + nonce
		}
	})
}

// tampering is a way to change a call once it is signed.
type tampering int

const (
	parameterChanged tampering = iota
	parameterAdded
	formChanged // a parameter in the form changed
)

// pardonsTampering lets in calls whose signature would be right if one of these parameters, or any
// of the operation, were another, as a server does whose signature does not cover it.
func pardonsTampering(how tampering, names ...string) change {
	if len(names) == 0 {
		names = append([]string{"DBInstanceId"}, optional...)
	}
	return pardons(func(e *exchange, r *refusal) bool {
		if r.code != "SignatureDoesNotMatch" {
			return false
		}
		query, all := e.query, e.params
		defer func() { e.query, e.params = query, all }()
		for _, name := range names {
			if all.count(name) == 0 || how == formChanged && query.count(name) > 0 {
				continue
			}
			e.query, e.params = query.tampered(name, how), all.tampered(name, how)
			if e.authenticate() == nil {
				return true
			}
		}
		return false
	})
}

// tampered returns the parameters without one that was added, or with another value of one that was
// changed.
func (p params) tampered(name string, how tampering) params {
	other := slices.Clone(p)
	if how == parameterAdded {
		other.del(name)
		return other
	}
	for i := range other {
		if other[i].name == name {
			other[i].value += "x"
		}
	}
	return other
}
