package targets

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Place is the part of a request that holds a parameter.
type Place string

// Places of a parameter.
const (
	Query Place = "query"
	Body  Place = "body"
)

// Param is one parameter of a call. Name and Value hold raw bytes that are not percent-encoded yet.
type Param struct {
	Name  string
	Value string
	In    Place // empty means Query
}

type paramJSON struct {
	Name        string `json:"name,omitempty"`
	NameBase64  string `json:"nameBase64,omitempty"`
	Value       string `json:"value"`
	ValueBase64 string `json:"valueBase64,omitempty"`
	In          Place  `json:"in,omitempty"`
}

// MarshalJSON writes bytes that are not UTF-8 as base64, so that a replay sends exactly the same
// bytes.
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

// AuthFault is one fault in the signature of a call. It is empty for a correct signature. Parts
// says which other faults there are.
type AuthFault string

// Faults that an implementation must detect. The date and the nonce of ACS3 are headers.
const (
	AuthMissing       AuthFault = "missing"        // no signature, key or nonce
	AuthNoSignature   AuthFault = "no-signature"   // everything but the signature itself
	AuthEmpty         AuthFault = "empty"          // the signature is present and empty
	AuthTruncated     AuthFault = "truncated"      // the last characters of the signature are cut off
	AuthWrongSecret   AuthFault = "wrong-secret"   // the signature is made with another secret
	AuthUnknownKey    AuthFault = "unknown-key"    // the AccessKeyId does not exist
	AuthTampered      AuthFault = "tampered"       // a business parameter is changed after signing
	AuthTamperedAdded AuthFault = "tampered-added" // a business parameter is added after signing
	AuthLastUnsigned  AuthFault = "last-unsigned"  // DBInstanceId is there twice, and only the first one is signed
	AuthFirstUnsigned AuthFault = "first-unsigned" // only the last one is signed
	AuthNoSecret      AuthFault = "no-secret"      // the AccessKeyId does not exist, and the secret is empty
	AuthExpired       AuthFault = "expired"        // the timestamp is 38 minutes old
	AuthFuture        AuthFault = "future"         // the timestamp is 45 minutes ahead
	AuthRecent        AuthFault = "recent"         // the timestamp is 10 minutes old, which is allowed
	AuthBadTimestamp  AuthFault = "bad-timestamp"  // the timestamp is not a time
	AuthOtherMethod   AuthFault = "other-method"   // the call is signed for GET and sent by POST, or the reverse
)

// TamperedIn returns the fault that the parameter with that name is changed after signing.
func TamperedIn(name string) AuthFault { return AuthTampered + " " + AuthFault(name) }

// Tampered reports whether a parameter is changed after signing, and its name if the fault names
// it.
func (f AuthFault) Tampered() (name string, is bool) {
	name, certain := strings.CutPrefix(string(f), string(AuthTampered)+" ")
	if !certain {
		name = ""
	}
	return name, certain || f == AuthTampered
}

// Encoding is a way to percent-encode parameters. All of them decode to the same bytes.
type Encoding string

// Encodings of the same bytes.
const (
	EncodingCanonical Encoding = ""                    // only bytes that must be, upper-case hexadecimal, space as %20
	EncodingPlus      Encoding = "plus"                // space as +
	EncodingLower     Encoding = "lower"               // lower-case hexadecimal
	EncodingAll       Encoding = "all"                 // every byte
	EncodingAllLower  Encoding = "all in small digits" // every byte, lower-case hexadecimal
)

// Form is a spelling of the content type of a form. All of them mean the same.
type Form string

// Spellings of the content type of a form.
const (
	FormPlain   Form = ""
	FormCharset Form = "with its character set" // as Java and .NET clients send it
	FormLetters Form = "in other letters"       // the case of letters does not matter (RFC 9110, 8.3.1)
)

// Call is one CreateBackup request, exactly as it is to be sent. Params holds the business
// parameters and those public parameters that the case is about: Action, Version, Format. The
// adapter adds the Version and the signature if Params does not name them. It never adds the
// Action.
type Call struct {
	Method    string    `json:"method"` // GET or POST
	Params    []Param   `json:"params"`
	Encoding  Encoding  `json:"encoding,omitempty"`
	Form      Form      `json:"form,omitempty"`
	Algorithm string    `json:"algorithm,omitempty"` // to sign with; empty means the target's own
	Auth      AuthFault `json:"auth,omitempty"`
	Nonce     string    `json:"nonce,omitempty"` // to use in place of a new nonce
	// Wire names a raw request to send in place of an ordinary one. See RawRequester.
	Wire string `json:"wire,omitempty"`
}

// Values returns the values of every parameter with that exact name, in the order sent.
func (c Call) Values(name string) []string {
	var vs []string
	for _, p := range c.Params {
		if p.Name == name {
			vs = append(vs, p.Value)
		}
	}
	return vs
}

// Get returns the first value of the parameter with that exact name, and whether there is one.
func (c Call) Get(name string) (string, bool) {
	for _, p := range c.Params {
		if p.Name == name {
			return p.Value, true
		}
	}
	return "", false
}

// With returns the call with the first parameter of that name set to value, or with a new parameter
// at the end.
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

// Without returns the call without the parameters of that exact name.
func (c Call) Without(name string) Call {
	c.Params = slices.DeleteFunc(slices.Clone(c.Params), func(p Param) bool { return p.Name == name })
	return c
}

// place returns where a further parameter goes: beside the last one.
func (c Call) place() Place {
	if n := len(c.Params); n > 0 {
		return c.Params[n-1].In
	}
	return Query
}
