package rpc

import (
	"crypto/rand"
	"encoding/hex"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// timeFormat is ISO 8601 in UTC, which both signatures use.
const timeFormat = "2006-01-02T15:04:05Z"

// unknownKey is an AccessKeyId that does not exist.
const unknownKey = "cbspecKeyThatNobodyHas"

// stamp is what a signature is made with, and what makes it differ from the next one.
type stamp struct {
	time, nonce          string
	keyID, secret, token string
	shell                bool // the texts are variables of a shell command
	field                targets.AuthField
}

// signer says how calls are signed, and with which key.
type signer struct {
	signature            string // the algorithm of calls that name none
	keyID, secret, token string
	now                  func() time.Time
}

// stampOf returns the stamp of a call that is sent now, and the fault of the signature itself.
func (k *signer) stampOf(call targets.Call, now time.Time) (stamp, targets.AuthFault) {
	s := stamp{nonce: call.Nonce, keyID: k.keyID, secret: k.secret, token: k.token}
	var fault targets.AuthFault
	fault, s.field = k.parts(call.Auth)
	if k.algorithm(call) != targets.Unsigned {
		s.time = stampTime(now, fault)
		if s.nonce == "" {
			s.nonce = randomNonce()
		}
	}
	return s.with(fault), fault
}

func randomNonce() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// stampTime returns the timestamp of a call that is sent now.
func stampTime(now time.Time, fault targets.AuthFault) string {
	switch fault {
	case targets.AuthBadTimestamp:
		return "yesterday"
	case targets.AuthExpired:
		now = now.Add(-38 * time.Minute) // a timestamp is valid for 31 minutes (wire.md §2), and clocks differ
	case targets.AuthFuture:
		now = now.Add(45 * time.Minute)
	case targets.AuthRecent:
		now = now.Add(-10 * time.Minute)
	}
	return now.UTC().Format(timeFormat)
}

// with returns the stamp with a fault of its key or secret.
func (s stamp) with(fault targets.AuthFault) stamp {
	switch fault {
	case targets.AuthUnknownKey:
		s.keyID = unknownKey
	case targets.AuthNoSecret:
		s.keyID, s.secret = unknownKey, ""
	case targets.AuthWrongSecret:
		s.secret += "x"
	}
	if s.field.Name != "AccessKeyId" {
		return s
	}
	if s.shell && (s.field.How == targets.FieldLetters || s.field.How == targets.FieldMore) {
		s.keyID = shellOther
	} else {
		s.keyID = changed(s.keyID, s.field.How)
	}
	return s
}

// parts splits a fault. The letters of a key id without letters cannot change, so something follows
// it instead.
func (k *signer) parts(fault targets.AuthFault) (targets.AuthFault, targets.AuthField) {
	base, f := fault.Parts()
	if f.Name == "AccessKeyId" && f.How == targets.FieldLetters && changed(k.keyID, f.How) == k.keyID {
		f.How = targets.FieldMore
	}
	return base, f
}

// changed returns a value with its letters or its end changed.
func changed(value string, how targets.FieldChange) string {
	switch how {
	case targets.FieldLetters:
		return targets.OtherLetters(value)
	case targets.FieldMore:
		return value + "x"
	}
	return value
}
