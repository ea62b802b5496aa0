package targets

import "strings"

// AuthField is what was done to one field of a signature before the signature was made: to a public parameter, to a header, or to a part of the
// Authorization header. The zero value is none.
type AuthField struct {
	// Name is that of the parameter or header. AccessKeyId stands for the Credential of ACS3, too; Algorithm and SignedHeaders are those of its Authorization.
	Name string
	How  FieldChange
	// Value is what it was set to, where it was.
	Value string
}

// FieldChange is a way in which a field is not as it should be.
type FieldChange string

// Ways to change a field.
const (
	FieldAbsent   FieldChange = "absent"
	FieldEmpty    FieldChange = "empty"
	FieldIs       FieldChange = "is"               // it has another value, or is there where it need not be
	FieldLetters  FieldChange = "in other letters" // large letters for small ones, and the reverse
	FieldMore     FieldChange = "and more"         // with something after it
	FieldUnsigned FieldChange = "unsigned"         // a header that is sent, and not among those that are signed
)

// Parts splits a fault into what is wrong with the signature itself and what was done to one of its fields: "wrong-secret, SignatureMethod absent", or where the
// signature is right for what is sent, "SignatureNonce absent".
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
