package oracle

import "github.com/cbspec/cbspec/targets"

// authRules gives the rule by which each fault of a signature is refused (wire.md §2).
var authRules = map[targets.AuthFault]Reason{
	targets.AuthMissing:       {"CB-AUTH-1", Should, "nothing of the call is signed", "signature"},
	targets.AuthNoSignature:   {"CB-AUTH-1", Should, "the signature is missing", "signature"},
	targets.AuthEmpty:         {"CB-AUTH-1", Should, "the signature is empty", "signature"},
	targets.AuthUnknownKey:    {"CB-AUTH-2", Should, "nobody has that AccessKeyId", "signature"},
	targets.AuthWrongSecret:   {"CB-AUTH-3", Should, "the signature was computed with another secret", "signature"},
	targets.AuthTruncated:     {"CB-AUTH-3", Should, "the signature is cut short", "signature"},
	targets.AuthOtherMethod:   {"CB-AUTH-3", Should, "the signature is that of another HTTP method", "signature"},
	targets.AuthTampered:      {"CB-AUTH-4", Should, "a parameter was changed after signing", "signature"},
	targets.AuthTamperedAdded: {"CB-AUTH-4", Should, "a parameter was added after signing", "signature"},
	targets.AuthExpired:       {"CB-AUTH-5", Should, "the timestamp is 45 minutes old", "signature"},
	targets.AuthBadTimestamp:  {"CB-AUTH-5", Should, "the timestamp is none", "signature"},
}

func (w *World) authentication(call targets.Call, d *decision) {
	if accepted, used := w.nonces[call.Nonce]; used && accepted {
		d.should("CB-AUTH-6", "signature", "its nonce was used by an accepted call")
	} else if used {
		d.leave("CB-AUTH-6") // whether a refused call uses its nonce up, no page says
	}
	fault := call.Auth
	if _, is := fault.Tampered(); is {
		fault = targets.AuthTampered
	}
	switch r, known := authRules[fault]; {
	case known:
		d.refuse = append(d.refuse, r)
	case call.Auth == targets.AuthRecent:
		d.allow("CB-AUTH-7", Should, "signature", "the timestamp is 10 minutes old, which every edition allows")
	case call.Auth == targets.AuthFuture:
		d.leave("CB-AUTH-8")
	}
}
