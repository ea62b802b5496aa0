package simulator

import "strings"

func authenticates(f func(a *authentication)) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) { f(&b.auth) }
}

// authFaults leave out steps of checking a signature.
var authFaults = []Fault{
	{"auth-none", "A call without a signature is let in.", authKind, []string{"CB-AUTH-1"}, 1, "", func(_ *Simulator, b *behaviour) { b.unsigned = true }},
	{"auth-absent-passes", "A call with a key and no signature is let in.", authKind, []string{"CB-AUTH-1"}, 1, "", authenticates(func(a *authentication) { a.absentPasses = true })},
	{"auth-empty-passes", "An empty signature is let in.", authKind, []string{"CB-AUTH-1"}, 1, "", authenticates(func(a *authentication) { a.emptyPasses = true })},
	{"auth-any-key", "The access key is not looked up.", authKind, []string{"CB-AUTH-2"}, 1, "", authenticates(func(a *authentication) { a.anyKey = true })},
	{"auth-any-signature", "The signature is not compared.", authKind, []string{"CB-AUTH-3"}, 1, "", authenticates(func(a *authentication) { a.same = func(string, string) bool { return true } })},
	{"auth-prefix", "A signature that is cut short is let in.", authKind, []string{"CB-AUTH-3"}, 1, "", authenticates(func(a *authentication) {
		a.same = func(got, want string) bool { return got != "" && strings.HasPrefix(want, got) }
	})},
	{"auth-other-method", "A signature for the other method of HTTP is let in.", authKind, []string{"CB-AUTH-3"}, 1, "", authenticates(func(a *authentication) { a.methods = func(string) []string { return []string{"GET", "POST"} } })},
	{"auth-parameters-not-covered", "Business parameters can be changed after signing.", authKind, []string{"CB-AUTH-4"}, 1, "", func(_ *Simulator, b *behaviour) { b.tamper = "changed" }},
	{"auth-added-not-covered", "Parameters can be added after signing.", authKind, []string{"CB-AUTH-4"}, 1, "", func(_ *Simulator, b *behaviour) { b.tamper = "added" }},
	{"auth-any-timestamp", "The timestamp is not looked at.", authKind, []string{"CB-AUTH-5"}, 1, "", authenticates(func(a *authentication) { a.anyTimestamp, a.window, a.windowACS3, a.future = true, 0, 0, 0 })},
	{"auth-window-hour", "A signature is good for an hour.", boundary, []string{"CB-AUTH-5"}, 1, "", authenticates(func(a *authentication) { a.window, a.windowACS3 = 2*windowSHA1, 4*windowACS3 })},
	{"auth-timestamp-malformed-passes", "A timestamp that is none is let in.", authKind, []string{"CB-AUTH-5"}, 1, "", authenticates(func(a *authentication) { a.anyTimestamp = true })},
	{"auth-window-minute", "A signature is good for one minute.", boundary, []string{"CB-AUTH-7"}, 1, "", authenticates(func(a *authentication) { a.window, a.windowACS3 = windowSHA1/31, windowACS3/15 })},
	{"auth-any-nonce", "Nonces are not remembered.", authKind, []string{"CB-AUTH-6"}, 1, "", authenticates(func(a *authentication) { a.anyNonce = true })},
	{"auth-nonce-per-format", "Nonces are remembered only together with the rest of the call's time.", authKind, []string{"CB-AUTH-6"}, 1, "", authenticates(func(a *authentication) {
		a.nonceKey = func(e *exchange, key, nonce string) string { return key + nonce + newUUID() }
	})},
	{"auth-refused-and-made", "A call whose signature is wrong is refused, and its backup made.", lie, []string{"CB-AUTH-3", "CB-AUTH-1", "CB-RESPONSE-10"}, 1, "", func(_ *Simulator, b *behaviour) { b.makeBeforeAuth = true }},
}
