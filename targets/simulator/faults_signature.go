package simulator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
)

// signatureFaults are mistakes in what a signature covers, in how the string to sign is made, and
// in what is remembered of a nonce (features/authentication.feature).
var signatureFaults = []Fault{
	{
		Name: "auth-empty-secret-of-unknown-key", Kind: authKind,
		Rules:       []string{"CB-AUTH-2"},
		Description: "The secret of an unknown access key is empty, so that anybody can sign with it.",
		apply: authenticates(func(a *authentication) {
			a.anyKey = true
			a.secret = func(known, key string) string {
				if strings.HasPrefix(key, "cbspec") {
					return ""
				}
				return known
			}
		}),
	},
	{
		Name: "auth-post-not-checked", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-3", "CB-AUTH-1", "CB-AUTH-2", "CB-AUTH-4"},
		Description: "The signature of a POST is not checked.",
		apply:       skipsSignatureOf(func(e *exchange) bool { return e.r.Method == http.MethodPost }),
	},
	{
		Name: "auth-form-not-checked", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-3", "CB-AUTH-1", "CB-AUTH-2", "CB-AUTH-4"},
		Description: "The signature of a call with a form is not checked.",
		apply:       skipsSignatureOf(func(e *exchange) bool { return len(e.body) > 0 }),
	},
	{
		Name: "auth-json-not-checked", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-3", "CB-AUTH-1", "CB-AUTH-2", "CB-AUTH-4"},
		Description: "The signature of a call that asks for JSON is not checked.",
		apply:       skipsSignatureOf(func(e *exchange) bool { return e.format == "JSON" }),
	},
	{
		Name: "auth-first-signed-last-done", Kind: authKind,
		Rules:       []string{"CB-AUTH-4"},
		Description: "The signature covers the first value of a repeated parameter, and the last takes effect.",
		apply:       coversOnly(func(p params) params { return p.distinct(params.first) }),
	},
	{
		Name: "auth-last-signed-first-done", Kind: authKind,
		Rules:       []string{"CB-AUTH-4"},
		Description: "The signature covers the last value of a repeated parameter, and the first takes effect.",
		apply: together(takes(first),
			coversOnly(func(p params) params { return p.distinct(params.value) })),
	},
	{
		Name: "auth-method-not-covered", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-4"},
		Description: "BackupMethod can be changed after signing.",
		apply:       pardonsTampering(parameterChanged, "BackupMethod"),
	},
	{
		Name: "auth-type-not-covered", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-4"},
		Description: "BackupType can be changed after signing.",
		apply:       pardonsTampering(parameterChanged, "BackupType"),
	},
	{
		Name: "auth-instance-not-covered", Kind: authKind,
		Rules:       []string{"CB-AUTH-4"},
		Description: "DBInstanceId can be changed after signing.",
		apply:       pardonsTampering(parameterChanged, "DBInstanceId"),
	},
	{
		Name: "auth-version-header-not-signed", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-4"},
		Description: "The header x-acs-version is trusted although it is not signed.",
		apply:       trustsUnsigned("x-acs-version"),
	},
	{
		Name: "auth-sorted-without-case", Kind: authKind,
		Rules:       []string{"CB-AUTH-9"},
		Description: "The string to sign is sorted without regard to letter case.",
		apply: sortsBy(func(p, q pair) int {
			return cmp.Compare(strings.ToLower(p.name), strings.ToLower(q.name))
		}),
	},
	{
		Name: "auth-sorted-as-pairs", Kind: authKind,
		Rules:       []string{"CB-AUTH-9"},
		Description: "The string to sign is sorted by names that have their equals sign and value.",
		apply:       sortsBy(func(p, q pair) int { return cmp.Compare(p.name+"="+p.value, q.name+"="+q.value) }),
	},
	{
		Name: "auth-slash-not-encoded", Kind: authKind,
		Rules:       []string{"CB-AUTH-9"},
		Description: "The string to sign does not encode a slash, as Python's quote does not.",
		apply:       leaves("/"),
	},
	{
		Name: "auth-encoded-as-in-javascript", Kind: authKind,
		Rules:       []string{"CB-AUTH-9"},
		Description: "The string to sign does not encode ! ' ( and ), as encodeURIComponent does not.",
		apply:       leaves("!'()"),
	},
	{
		Name: "auth-empty-not-signed", Kind: authKind,
		Rules:       []string{"CB-AUTH-9", "CB-PUBLIC-2"},
		Description: "The string to sign leaves out parameters without a value.",
		apply: coversOnly(func(p params) params {
			return slices.DeleteFunc(slices.Clone(p), func(q pair) bool { return q.value == "" })
		}),
	},
	{
		Name: "auth-values-trimmed", Kind: authKind,
		Rules:       []string{"CB-AUTH-9"},
		Description: "The string to sign has values without white space around them.",
		apply: coversOnly(func(p params) params {
			trimmed := slices.Clone(p)
			for i := range trimmed {
				trimmed[i].value = strings.TrimSpace(trimmed[i].value)
			}
			return trimmed
		}),
	},
	{
		Name: "auth-nonce-per-timestamp", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-6"},
		Description: "A nonce can be used once for each timestamp.",
		apply: remembersNonceAs(func(e *exchange, nonce string) string {
			return nonce + e.params.value("Timestamp") + e.r.Header.Get("X-Acs-Date")
		}),
	},
	{
		Name: "auth-signature-remembered", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-6"},
		Description: "A used signature is remembered, and not its nonce.",
		apply: remembersNonceAs(func(e *exchange, _ string) string {
			return e.params.value("Signature") + e.r.Header.Get("Authorization")
		}),
	},
	{
		Name: "auth-long-nonce-cut", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-6"},
		Description: "A nonce of more than 64 characters is cut when it is stored, and not when it is looked for.",
		apply:       forgetsNonceIf(func(e *exchange) bool { return len(nonceOf(e)) > 64 }),
	},
	{
		Name: "auth-nonces-of-a-thousand", Kind: authKind, Factors: 2,
		Rules:       []string{"CB-AUTH-6"},
		Description: "Only the last thousand nonces are remembered.",
		apply: func(s *Simulator, b *behaviour) {
			var used atomic.Int64
			remembersNonceAs(func(_ *exchange, nonce string) string {
				if used.Add(1)%1000 == 0 {
					s.nonces.forget()
				}
				return nonce
			})(s, b)
		},
	},
}

// skipsSignatureOf does not check the signature of some requests.
func skipsSignatureOf(is func(e *exchange) bool) change {
	return authenticates(func(a *authentication) { a.skip = append(a.skip, is) })
}

// coversOnly changes what the signature covers.
func coversOnly(f func(p params) params) change {
	return authenticates(func(a *authentication) { a.covers = f })
}

// sortsBy changes the order of the string to sign.
func sortsBy(order func(p, q pair) int) change {
	return authenticates(func(a *authentication) { a.order = order })
}

// leaves does not encode these characters in the string to sign.
func leaves(chars string) change {
	var pairs []string
	for _, c := range chars {
		pairs = append(pairs, encode(string(c)), string(c))
	}
	decoded := strings.NewReplacer(pairs...)
	return authenticates(func(a *authentication) {
		a.encode = func(text string) string { return decoded.Replace(encode(text)) }
	})
}

// trustsUnsigned does not demand that a header of ACS3 is signed.
func trustsUnsigned(header string) change {
	return authenticates(func(a *authentication) {
		a.signedHeaders = func(name string) bool { return name != header }
	})
}

// remembersNonceAs changes what is remembered of a nonce.
func remembersNonceAs(f func(e *exchange, nonce string) string) change {
	return authenticates(func(a *authentication) {
		a.nonceKey = func(e *exchange, key, nonce string) string { return key + "\x00" + f(e, nonce) }
	})
}

// nonceOf returns the nonce of the request.
func nonceOf(e *exchange) string {
	return cmp.Or(e.params.value("SignatureNonce"), e.r.Header.Get("X-Acs-Signature-Nonce"))
}

// first returns the first value of a parameter.
func (p params) first(name string) string { return first(nil, p, name) }

// distinct leaves one parameter of every name.
func (p params) distinct(which func(p params, name string) string) params {
	var kept params
	for _, q := range p {
		if kept.count(q.name) == 0 {
			kept = append(kept, pair{q.name, which(p, q.name)})
		}
	}
	return kept
}
