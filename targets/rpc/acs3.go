package rpc

import (
	"net/http"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/redact"
)

// moveToHeaders moves the first parameter with that name to the headers, where ACS3 has it. If the
// call does not name it, the header gets the value absent, unless that is empty. A parameter stays
// where it is if a header cannot hold its value; so do further parameters with the name.
func (d *draft) moveToHeaders(name, header, absent string) {
	i := slices.IndexFunc(d.pairs, func(p pair) bool { return p.name == name })
	switch {
	case i < 0 && absent != "":
		d.headers = append(d.headers, field{header, absent})
	case i >= 0 && headerSafe(d.pairs[i].value):
		d.headers = append(d.headers, field{header, d.pairs[i].value})
		d.pairs = slices.Delete(d.pairs, i, i+1)
	}
}

func headerSafe(s string) bool {
	return strings.TrimSpace(s) == s && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// acceptOf returns the Accept header that goes with the Format parameter, or nothing.
func acceptOf(call targets.Call) string {
	format, _ := call.Get("Format")
	switch strings.ToUpper(format) {
	case "JSON":
		return "application/json"
	case "XML":
		return "application/xml"
	}
	return ""
}

// addACS3 sets the headers of an ACS3 request, Authorization included.
func (t *Target) addACS3(r *request, d *draft, call targets.Call, s stamp) {
	h := r.header.Clone()
	if accept := acceptOf(call); accept != "" {
		h.Set("Accept", accept)
	}
	r.header, r.shown.Header = h, h
	hash := ""
	if d.auth == targets.AuthMissing {
		d.changeHeader()
	} else {
		hash = hexSHA256(d.signedBody(r, call.Encoding))
		d.stampHeaders(s, t.endpoint.Host, hash, h.Get("Content-Type"))
	}
	for _, f := range d.headers {
		if f.name != "host" && f.name != "content-type" {
			h.Set(f.name, f.value)
		}
	}
	setAll(h, d.unsigned)
	signature := d.signatureACS3(r.path, hash, s.secret)
	if signature != "" {
		r.signature = signature
	}
	if auth := d.authorization(s.keyID, signature); auth != "" {
		h.Set("Authorization", auth)
		r.shown.Header = h.Clone()
		r.shown.Header.Set("Authorization", d.authorization(redact.Redacted, redact.Redacted))
	}
	for _, name := range []string{"x-acs-accesskey-id", "x-acs-security-token"} {
		if h.Get(name) != "" {
			r.shown.Header.Set(name, redact.Redacted)
		}
	}
}

// signedBody returns the body that is signed: the one that is sent, unless the call is tampered
// with.
func (d *draft) signedBody(r *request, e targets.Encoding) []byte {
	_, tampered := d.auth.Tampered()
	switch d.auth {
	case targets.AuthTamperedAdded, targets.AuthLastUnsigned, targets.AuthFirstUnsigned:
		tampered = true
	}
	if tampered {
		return appendPairs(nil, d.signed, targets.Body, e)
	}
	return r.body
}

// signatureACS3 returns the signature of a draft whose headers are complete, or nothing if it has
// none.
func (d *draft) signatureACS3(path, hash, secret string) string {
	switch d.auth {
	case targets.AuthEmpty, targets.AuthNoSignature, targets.AuthMissing:
		return ""
	}
	signature := signACS3(canonicalRequest(d.verb, path, inQuery(d.signed), d.headers, hash), secret)
	if d.auth == targets.AuthTruncated {
		signature = signature[:len(signature)-8]
	}
	if d.field.Name == "Signature" {
		signature = changed(signature, d.field.How)
	}
	return signature
}

// stampHeaders completes the headers that are signed, and sorts them.
func (d *draft) stampHeaders(s stamp, host, hash, contentType string) {
	d.headers = append(d.headers, field{"host", host}, field{"x-acs-content-sha256", hash},
		field{"x-acs-date", s.time}, field{"x-acs-signature-nonce", s.nonce})
	if contentType != "" {
		d.headers = append(d.headers, field{"content-type", contentType})
	}
	if s.token != "" {
		d.headers = append(d.headers, field{"x-acs-accesskey-id", s.keyID}, field{"x-acs-security-token", s.token})
	}
	d.changeHeader()
	slices.SortFunc(d.headers, func(a, b field) int { return strings.Compare(a.name, b.name) })
}

// changeHeader changes the field of the call if it is a header of ACS3.
func (d *draft) changeHeader() {
	f := d.field
	if !strings.HasPrefix(f.Name, "x-acs-") {
		return
	}
	i := slices.IndexFunc(d.headers, func(h field) bool { return h.name == f.Name })
	switch {
	case f.How == targets.FieldIs && i < 0:
		d.headers = append(d.headers, field{f.Name, f.Value})
	case i < 0:
	case f.How == targets.FieldAbsent:
		d.headers = slices.Delete(d.headers, i, i+1)
	case f.How == targets.FieldUnsigned:
		d.unsigned = append(d.unsigned, d.headers[i])
		d.headers = slices.Delete(d.headers, i, i+1)
	default:
		d.headers[i].value = f.Value
	}
}

// authorization returns the Authorization header of ACS3, or nothing for none.
func (d *draft) authorization(key, signature string) string {
	f := d.field
	if f.Name == "Authorization" {
		return f.Value
	}
	if d.auth == targets.AuthMissing {
		return ""
	}
	algorithm, names := "ACS3-HMAC-SHA256", signedNames(d.headers)
	if f.Name == "Algorithm" {
		algorithm = f.Value
	}
	if f.Name == "AccessKeyId" && f.How == targets.FieldEmpty {
		key = ""
	}
	if f.Name == "SignedHeaders" && f.How == targets.FieldEmpty {
		names = ""
	}
	var parts []string
	if f.Name != "AccessKeyId" || f.How != targets.FieldAbsent {
		parts = append(parts, "Credential="+key)
	}
	if f.Name != "SignedHeaders" || f.How != targets.FieldAbsent {
		parts = append(parts, "SignedHeaders="+names)
	}
	if d.auth == targets.AuthEmpty {
		signature = ""
	}
	if d.auth != targets.AuthNoSignature {
		parts = append(parts, "Signature="+signature)
	}
	return algorithm + " " + strings.Join(parts, ",")
}

func setAll(h http.Header, fields []field) {
	for _, f := range fields {
		h.Set(f.name, f.value)
	}
}
