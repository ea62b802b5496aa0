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
	targets.AuthExpired:       {"CB-AUTH-5", Should, "the timestamp is 38 minutes old", "signature"},
	targets.AuthBadTimestamp:  {"CB-AUTH-5", Should, "the timestamp is none", "signature"},
}

func (w *World) authentication(call targets.Call, d *decision) {
	if accepted, used := w.nonces[call.Nonce]; used && accepted {
		d.shouldRefuse("CB-AUTH-6", "signature", "its nonce was used by an accepted call")
	} else if used {
		d.leaveOpen("CB-AUTH-6") // whether a refused call uses its nonce up, no page says
	}
	fault, field := call.Auth.Parts()
	if _, is := fault.Tampered(); is {
		fault = targets.AuthTampered
	}
	switch r, known := authRules[fault]; {
	case known:
		d.refuse = append(d.refuse, r) // whatever becomes of its fields
	case field.Name != "":
		d.field(field)
	case call.Auth == targets.AuthRecent:
		d.shouldAccept("CB-AUTH-7", "signature", "the timestamp is 10 minutes old, which every edition allows")
	case call.Auth == targets.AuthFuture:
		d.leaveOpen("CB-AUTH-8")
	}
}

// field decides a call whose signature is right for what is sent, one field of it being not as the pages want it (wire.md §1 and §2: each of them required).
func (d *decision) field(f targets.AuthField) {
	gone := f.How == targets.FieldAbsent || f.How == targets.FieldEmpty
	switch {
	case f.How == targets.FieldUnsigned:
		d.shouldRefuse("CB-AUTH-4", "signature", "the header "+f.Name+" is not among those that are signed")
	case f.Name == "AccessKeyId" && gone:
		d.shouldRefuse("CB-AUTH-2", "signature", "it names no AccessKeyId")
	case f.Name == "AccessKeyId":
		d.shouldRefuse("CB-AUTH-2", "signature", "nobody has that AccessKeyId")
	case f.Name == "Signature":
		d.shouldRefuse("CB-AUTH-3", "signature", "the signature is another in some letters")
	case gone && (f.Name == "Timestamp" || f.Name == "x-acs-date"):
		d.shouldRefuse("CB-AUTH-5", "signature", "it has no time, and would never expire")
	case gone && (f.Name == "SignatureNonce" || f.Name == "x-acs-signature-nonce"):
		d.shouldRefuse("CB-AUTH-6", "signature", "it has no nonce, and could be sent again")
	default:
		d.leaveOpen("CB-AUTH-8") // a field that the pages require, and whose lack does no harm
	}
}
