package targets

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Place is where a parameter stands in a request.
type Place string

// Places of a parameter.
const (
	Query Place = "query"
	Body  Place = "body"
)

// Param is one parameter as it is sent. Value holds raw bytes, not yet percent-encoded.
type Param struct {
	Name  string
	Value string
	In    Place // empty is Query
}

type paramJSON struct {
	Name        string `json:"name,omitempty"`
	NameBase64  string `json:"nameBase64,omitempty"`
	Value       string `json:"value"`
	ValueBase64 string `json:"valueBase64,omitempty"`
	In          Place  `json:"in,omitempty"`
}

// MarshalJSON keeps bytes that are no UTF-8 as base64, so that a kept case is sent again exactly.
func (p Param) MarshalJSON() ([]byte, error) {
	j := paramJSON{Name: p.Name, Value: p.Value, In: p.In}
	if !utf8.ValidString(p.Name) {
		j.Name, j.NameBase64 = "", base64.StdEncoding.EncodeToString([]byte(p.Name))
	}
	if !utf8.ValidString(p.Value) {
		j.Value, j.ValueBase64 = "", base64.StdEncoding.EncodeToString([]byte(p.Value))
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (p *Param) UnmarshalJSON(data []byte) error {
	var j paramJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*p = Param{Name: j.Name, Value: j.Value, In: j.In}
	for _, f := range []struct {
		from string
		to   *string
	}{{j.NameBase64, &p.Name}, {j.ValueBase64, &p.Value}} {
		if f.from == "" {
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(f.from)
		if err != nil {
			return fmt.Errorf("parameter %q: %w", j.Name, err)
		}
		*f.to = string(raw)
	}
	return nil
}

// Signature algorithms (wire.md §2).
const (
	Unsigned       = "none"
	HMACSHA1       = "hmac-sha1"
	ACS3HMACSHA256 = "acs3-hmac-sha256"
)

// AuthFault is one thing wrong with the signature of a call; empty is a right one.
type AuthFault string

// Faults of a signature that an implementation must see. For ACS3 the date and the nonce are headers.
const (
	AuthMissing       AuthFault = "missing"        // no signature, key or nonce at all
	AuthNoSignature   AuthFault = "no-signature"   // everything but the signature itself
	AuthEmpty         AuthFault = "empty"          // the signature is there and empty
	AuthTruncated     AuthFault = "truncated"      // its last characters are cut off
	AuthWrongSecret   AuthFault = "wrong-secret"   // computed with another secret
	AuthUnknownKey    AuthFault = "unknown-key"    // an AccessKeyId that nobody has
	AuthTampered      AuthFault = "tampered"       // a business parameter changed after signing
	AuthTamperedAdded AuthFault = "tampered-added" // a business parameter added after signing
	AuthExpired       AuthFault = "expired"        // a timestamp 38 minutes old
	AuthFuture        AuthFault = "future"         // a timestamp 45 minutes ahead
	AuthRecent        AuthFault = "recent"         // a timestamp 10 minutes old: no fault by any reading
	AuthBadTimestamp  AuthFault = "bad-timestamp"  // a timestamp that is none
	AuthOtherMethod   AuthFault = "other-method"   // signed for GET and sent by POST, or the reverse
)

// TamperedIn is the fault that the parameter of that name was changed after signing.
func TamperedIn(name string) AuthFault { return AuthTampered + " " + AuthFault(name) }

// Tampered tells whether something was changed after signing, and the name of the parameter where that is a certain one.
func (f AuthFault) Tampered() (name string, is bool) {
	name, certain := strings.CutPrefix(string(f), string(AuthTampered)+" ")
	if !certain {
		name = ""
	}
	return name, certain || f == AuthTampered
}

// Encoding is the way in which parameters are percent-encoded; every one denotes the same bytes.
type Encoding string

// Encodings of the same bytes.
const (
	EncodingCanonical Encoding = ""      // only what must be, upper-case hexadecimal, space as %20
	EncodingPlus      Encoding = "plus"  // space as +
	EncodingLower     Encoding = "lower" // lower-case hexadecimal
	EncodingAll       Encoding = "all"   // every byte
	EncodingAllLower  Encoding = "all in small digits"
)

// Form is the way in which the content type says that a body is a form; every one says the same.
type Form string

// Ways to say that a body is a form.
const (
	FormPlain   Form = ""
	FormCharset Form = "with its character set" // as clients in Java and .NET say it
	FormLetters Form = "in other letters"       // a media type is the same in large and small letters (RFC 9110, 8.3.1)
)

// Call is one CreateBackup request, exactly as it is to be sent. Params holds business parameters and those public
// ones that the case is about (Action, Version, Format); the adapter adds the Version and the signature where Params
// does not name them. A Param without Action is sent without Action.
type Call struct {
	Method    string    `json:"method"` // GET or POST
	Params    []Param   `json:"params"`
	Encoding  Encoding  `json:"encoding,omitempty"`
	Form      Form      `json:"form,omitempty"`
	Algorithm string    `json:"algorithm,omitempty"` // other than the target's own
	Auth      AuthFault `json:"auth,omitempty"`
	Nonce     string    `json:"nonce,omitempty"` // a nonce to use instead of a fresh one
	// Wire names a form of the request that no client library would send; see the adapter's wire forms.
	Wire string `json:"wire,omitempty"`
}

// Values returns the values of every parameter of that exact name, in the order sent.
func (c Call) Values(name string) []string {
	var vs []string
	for _, p := range c.Params {
		if p.Name == name {
			vs = append(vs, p.Value)
		}
	}
	return vs
}

// Get returns the first value of the parameter of that exact name, and whether there is one.
func (c Call) Get(name string) (string, bool) {
	for _, p := range c.Params {
		if p.Name == name {
			return p.Value, true
		}
	}
	return "", false
}

// With returns the call with the parameter set to value, in its old place, or added at the end.
func (c Call) With(name, value string) Call {
	c.Params = slices.Clone(c.Params)
	for i, p := range c.Params {
		if p.Name == name {
			c.Params[i].Value = value
			return c
		}
	}
	c.Params = append(c.Params, Param{Name: name, Value: value, In: c.place()})
	return c
}

// Without returns the call with no parameter of that exact name.
func (c Call) Without(name string) Call {
	c.Params = slices.DeleteFunc(slices.Clone(c.Params), func(p Param) bool { return p.Name == name })
	return c
}

// place is where a further parameter goes: beside the last business parameter.
func (c Call) place() Place {
	if n := len(c.Params); n > 0 {
		return c.Params[n-1].In
	}
	return Query
}
