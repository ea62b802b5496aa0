package targets

import "strings"

// AuthField is a change to one field before the call is signed: to a public parameter, a header, or
// a part of the Authorization header. The zero value changes nothing.
type AuthField struct {
	// Name is the name of the parameter or header. AccessKeyId also means the Credential of ACS3.
	// Algorithm and SignedHeaders are parts of its Authorization header.
	Name string
	How  FieldChange
	// Value is the new value of a field changed by FieldIs.
	Value string
}

// FieldChange is a way to change a field.
type FieldChange string

// Ways to change a field.
const (
	FieldAbsent   FieldChange = "absent"
	FieldEmpty    FieldChange = "empty"
	FieldIs       FieldChange = "is"               // the field has another value, or is added
	FieldLetters  FieldChange = "in other letters" // upper-case letters become lower-case, and the reverse
	FieldMore     FieldChange = "and more"         // something follows the value
	FieldUnsigned FieldChange = "unsigned"         // the header is sent and not signed
)

// Parts splits a fault into the fault of the signature itself and the change to one of its fields.
// An example of both is "wrong-secret, SignatureMethod absent". If only a field is changed, as in
// "SignatureNonce absent", the signature is correct for what is sent.
func (f AuthFault) Parts() (AuthFault, AuthField) {
	base, rest, both := strings.Cut(string(f), ", ")
	if !both {
		base, rest = "", base
	}
	name, how, _ := strings.Cut(rest, " ")
	switch c := FieldChange(how); c {
	case FieldAbsent, FieldEmpty, FieldLetters, FieldMore, FieldUnsigned:
		return AuthFault(base), AuthField{Name: name, How: c}
	}
	if value, is := strings.CutPrefix(how, string(FieldIs)+" "); is {
		return AuthFault(base), AuthField{name, FieldIs, value}
	}
	return f, AuthField{}
}
