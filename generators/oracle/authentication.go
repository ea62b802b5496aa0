package oracle

import "github.com/cbspec/cbspec/targets"

// authRules holds the rule by which a call with each fault of a signature is refused (wire.md §2).
var authRules = map[targets.AuthFault]Reason{
	targets.AuthMissing:       {"CB-AUTH-1", Must, "the call is not signed", "signature"},
	targets.AuthNoSignature:   {"CB-AUTH-1", Must, "the signature is missing", "signature"},
	targets.AuthEmpty:         {"CB-AUTH-1", Must, "the signature is empty", "signature"},
	targets.AuthUnknownKey:    {"CB-AUTH-2", Must, "nobody has that AccessKeyId", "signature"},
	targets.AuthWrongSecret:   {"CB-AUTH-3", Must, "the signature was computed with another secret", "signature"},
	targets.AuthTruncated:     {"CB-AUTH-3", Must, "the signature is cut short", "signature"},
	targets.AuthOtherMethod:   {"CB-AUTH-3", Must, "the signature was computed for another HTTP method", "signature"},
	targets.AuthTampered:      {"CB-AUTH-4", Must, "a parameter was changed after signing", "signature"},
	targets.AuthTamperedAdded: {"CB-AUTH-4", Must, "a parameter was added after signing", "signature"},
	targets.AuthLastUnsigned:  {"CB-AUTH-4", Must, "one of two values of a parameter was not signed", "signature"},
	targets.AuthFirstUnsigned: {"CB-AUTH-4", Must, "one of two values of a parameter was not signed", "signature"},
	targets.AuthNoSecret:      {"CB-AUTH-2", Must, "nobody has that AccessKeyId", "signature"},
	targets.AuthExpired:       {"CB-AUTH-5", Must, "the timestamp is 38 minutes old", "signature"},
	targets.AuthBadTimestamp:  {"CB-AUTH-5", Must, "the timestamp is not a time", "signature"},
}

// authentication decides the signature and the nonce of a call.
func (w *World) authentication(call targets.Call, d *decision) {
	if accepted, used := w.nonces[call.Nonce]; used && accepted {
		d.mustRefuse("CB-AUTH-6", "signature", "an accepted call has used its nonce")
	} else if used {
		d.leaveOpen("CB-AUTH-6") // no page says whether a refused call uses up its nonce
	}
	fault, field := call.Auth.Parts()
	if _, tampered := fault.Tampered(); tampered {
		fault = targets.AuthTampered
	}
	switch r, refused := authRules[fault]; {
	case refused:
		d.refuse = append(d.refuse, r) // whatever its fields are
	case field.Name != "":
		d.field(field)
	case call.Auth == targets.AuthRecent:
		d.shouldAccept("CB-AUTH-7", "signature", "the timestamp is 10 minutes old, which every page allows")
	case call.Auth == targets.AuthFuture:
		d.leaveOpen("CB-AUTH-8")
	}
}

// field decides a call whose signature is right for what is sent, but one of the fields that the
// pages require is not as they require it (wire.md §1 and §2).
func (d *decision) field(f targets.AuthField) {
	missing := f.How == targets.FieldAbsent || f.How == targets.FieldEmpty
	switch {
	case f.How == targets.FieldUnsigned && f.Name == "x-acs-content-sha256":
		d.leaveOpen("CB-AUTH-8") // the string to sign contains the hash of the body too
	case f.How == targets.FieldUnsigned:
		d.mustRefuse("CB-AUTH-4", "signature", "the header "+f.Name+" is not signed")
	case f.Name == "AccessKeyId" && missing:
		d.mustRefuse("CB-AUTH-2", "signature", "the call has no AccessKeyId")
	case f.Name == "AccessKeyId" && f.How == targets.FieldLetters:
		d.leaveOpen("CB-AUTH-8") // no page says how a key is compared, and its secret was used
	case f.Name == "AccessKeyId":
		d.mustRefuse("CB-AUTH-2", "signature", "nobody has that AccessKeyId")
	case f.Name == "Signature":
		d.mustRefuse("CB-AUTH-3", "signature", "some letters of the signature differ")
	case missing && (f.Name == "Timestamp" || f.Name == "x-acs-date"):
		d.mustRefuse("CB-AUTH-5", "signature", "the call has no timestamp and would never expire")
	case missing && (f.Name == "SignatureNonce" || f.Name == "x-acs-signature-nonce"):
		d.mustRefuse("CB-AUTH-6", "signature", "the call has no nonce and could be replayed")
	default:
		d.leaveOpen("CB-AUTH-8") // a field that the pages require, though it does no harm here
	}
}
