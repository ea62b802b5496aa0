package rpc

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// version is the API version of CreateBackup that every client sends (wire.md §0.2).
const version = "2014-08-15"

// draft is a call with everything that the adapter adds but the signature itself.
type draft struct {
	method    string
	algorithm string
	auth      targets.AuthFault
	pairs     []pair // as sent
	signed    []pair // as signed: pairs, unless the call is tampered with
	verb      string // as signed: method, unless the call is signed for the other one
	place     targets.Place
	headers   []field           // headers of ACS3 that are signed
	unsigned  []field           // headers that are sent and not signed
	field     targets.AuthField // the field that the call changes
}

// algorithm returns the algorithm that signs a call.
func (k *signer) algorithm(call targets.Call) string { return cmp.Or(call.Algorithm, k.signature) }

// draft returns the draft of a call. call.Auth is the fault of the signature itself, and s.field
// the changed field.
func (k *signer) draft(call targets.Call, s stamp) (*draft, error) {
	d := &draft{
		method: cmp.Or(call.Method, http.MethodGet), algorithm: k.algorithm(call),
		auth: call.Auth, field: s.field,
	}
	switch d.algorithm {
	case targets.Unsigned:
	case targets.HMACSHA1, targets.ACS3HMACSHA256:
		if s.keyID == "" || s.secret == "" && call.Auth != targets.AuthNoSecret {
			return nil, fmt.Errorf("algorithm %s: %w", d.algorithm, ErrNoCredentials)
		}
	default:
		return nil, fmt.Errorf("unknown signature algorithm %q", d.algorithm)
	}
	d.addCall(call, s)
	d.addPublic(s)
	if d.algorithm != targets.Unsigned {
		d.changeParameter()
	}
	d.chooseSigned()
	return d, nil
}

// addCall adds the parameters of the call.
func (d *draft) addCall(call targets.Call, s stamp) {
	added := 1
	if d.algorithm == targets.HMACSHA1 {
		added = 8
	}
	d.pairs = make([]pair, 0, len(call.Params)+added)
	d.place = targets.Query
	action := false
	for _, param := range call.Params {
		p := pair{name: param.Name, value: param.Value, in: targets.Query, shell: s.shell}
		if param.In == targets.Body {
			p.in = targets.Body
		}
		d.pairs = append(d.pairs, p)
		// What is added goes beside the Action, or beside the last parameter without an Action.
		if !action {
			d.place = p.in
			action = p.name == "Action"
		}
	}
}

// addPublic adds the public parameters that the call does not name.
func (d *draft) addPublic(s stamp) {
	if d.algorithm == targets.ACS3HMACSHA256 {
		d.moveToHeaders("Action", "x-acs-action", "")
		d.moveToHeaders("Version", "x-acs-version", version)
		return
	}
	d.add("Version", version)
	if d.algorithm != targets.HMACSHA1 || d.auth == targets.AuthMissing {
		return
	}
	first := len(d.pairs)
	d.add("AccessKeyId", s.keyID)
	d.add("SignatureMethod", "HMAC-SHA1")
	d.add("SignatureVersion", "1.0")
	d.add("SignatureNonce", s.nonce)
	d.add("Timestamp", s.time)
	if s.token != "" {
		d.add("SecurityToken", s.token)
	}
	for i := first; i < len(d.pairs) && s.shell; i++ {
		if shellVariable(d.pairs[i].value) {
			d.pairs[i].raw = `'"` + d.pairs[i].value + `"'`
		}
	}
}

// chooseSigned decides what is signed: what is sent, but for the fault of the call.
func (d *draft) chooseSigned() {
	d.verb = d.method
	if d.auth == targets.AuthOtherMethod {
		d.verb = http.MethodGet
		if d.method == http.MethodGet {
			d.verb = http.MethodPost
		}
	}
	d.signed = d.pairs
	switch name, tampered := d.auth.Tampered(); {
	case tampered:
		d.tamper(name, changeValue)
	case d.auth == targets.AuthLastUnsigned, d.auth == targets.AuthFirstUnsigned:
		d.repeat()
	case d.auth == targets.AuthTamperedAdded:
		d.tamper("", func(signed []pair, i int) []pair { return slices.Delete(signed, i, i+1) })
	}
}

// repeat sends DBInstanceId twice and signs it once: with a value that no instance has.
func (d *draft) repeat() {
	i := slices.IndexFunc(d.pairs, func(p pair) bool { return p.name == "DBInstanceId" })
	if i < 0 {
		return // a search for the cause leaves the parameter out
	}
	d.tamper("DBInstanceId", changeValue)
	if d.auth == targets.AuthFirstUnsigned {
		i++
	}
	d.pairs = slices.Insert(slices.Clone(d.pairs), i, d.signed[slices.IndexFunc(d.signed, func(p pair) bool {
		return p.name == "DBInstanceId"
	})])
}

// changeValue changes the value of a pair.
func changeValue(signed []pair, i int) []pair {
	signed[i].value += "x"
	if signed[i].raw != "" {
		signed[i].raw += "x"
	}
	return signed
}

// tamper signs other parameters than those sent. The call is sent as it is, so that nothing but its
// signature is wrong. change gets the signed pairs and the index of the parameter with that name,
// or of the last business parameter if there is none.
func (d *draft) tamper(name string, change func(signed []pair, i int) []pair) {
	d.signed = slices.Clone(d.pairs)
	if i := slices.IndexFunc(d.signed, func(p pair) bool { return p.name == name }); i >= 0 {
		d.signed = change(d.signed, i)
		return
	}
	for i, v := range slices.Backward(d.signed) {
		if !publicName(v.name) {
			d.signed = change(d.signed, i)
			return
		}
	}
	d.signed = append(d.signed, pair{name: "DBInstanceId", value: "x", in: d.place})
}

// changeParameter changes the field of the call if it is a parameter, or adds the header that it
// names.
func (d *draft) changeParameter() {
	f := d.field
	acs3 := d.algorithm == targets.ACS3HMACSHA256
	switch {
	case f.Name == "Authorization" && !acs3:
		d.unsigned = append(d.unsigned, field{"authorization", f.Value})
	case f.Name == "Authorization", strings.HasPrefix(f.Name, "x-acs-"), acs3 && f.Name == "AccessKeyId":
		// A header of ACS3, or a part of one. changeHeader and authorization change these.
	case f.How == targets.FieldAbsent:
		d.pairs = slices.DeleteFunc(d.pairs, func(p pair) bool { return p.name == f.Name })
	case f.How == targets.FieldEmpty, f.How == targets.FieldIs && f.Name != "Algorithm":
		d.add(f.Name, f.Value)
		for i, p := range d.pairs {
			if p.name == f.Name {
				d.pairs[i].value, d.pairs[i].raw = f.Value, ""
			}
		}
	}
}

// add appends a public parameter unless the call names it.
func (d *draft) add(name, value string) {
	if !d.names(name) {
		d.pairs = append(d.pairs, pair{name: name, value: value, in: d.place})
	}
}

func (d *draft) names(name string) bool {
	return slices.ContainsFunc(d.pairs, func(p pair) bool { return p.name == name })
}

// hasBody reports whether a parameter goes into the body.
func (d *draft) hasBody() bool { return slices.ContainsFunc(d.pairs, inBody) }
