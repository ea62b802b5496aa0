package rpc

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// version is the API version of CreateBackup that every client sends (wire.md §0.2).
const version = "2014-08-15"

// timeFormat is ISO 8601 in UTC, as both signatures want it.
const timeFormat = "2006-01-02T15:04:05Z"

// unknownKey is an AccessKeyId that nobody has.
const unknownKey = "cbspecKeyThatNobodyHas"

// request is a Call made ready: what goes out and, with its secrets removed, what is shown of it.
type request struct {
	method string
	path   string
	query  string
	body   []byte
	header http.Header
	shown  targets.Sent
	// signature is never shown: with it the request could be sent again.
	signature string
}

// stamp is what makes one signature differ from the next, and what it is made with.
type stamp struct {
	time, nonce          string
	keyID, secret, token string
	shell                bool // they are variables of a shell command
	field                targets.AuthField
}

// with is the stamp with the fault in it, but for the fault of its time.
func (s stamp) with(fault targets.AuthFault) stamp {
	switch fault {
	case targets.AuthUnknownKey:
		s.keyID = unknownKey
	case targets.AuthWrongSecret:
		s.secret += "x"
	}
	if s.field.Name == "AccessKeyId" && s.shell && (s.field.How == targets.FieldLetters || s.field.How == targets.FieldMore) {
		s.keyID = shellOther
	} else if s.field.Name == "AccessKeyId" {
		s.keyID = changed(s.keyID, s.field.How)
	}
	return s
}

// parts splits a fault. A key's id that has no letters cannot be in others, so that something follows it instead.
func (t *Target) parts(fault targets.AuthFault) (targets.AuthFault, targets.AuthField) {
	base, f := fault.Parts()
	if f.Name == "AccessKeyId" && f.How == targets.FieldLetters && changed(t.keyID, f.How) == t.keyID {
		f.How = targets.FieldMore
	}
	return base, f
}

// changed is a value in other letters, or with something after it.
func changed(value string, how targets.FieldChange) string {
	switch how {
	case targets.FieldLetters:
		return strings.Map(func(r rune) rune {
			if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
				return r ^ ' '
			}
			return r
		}, value)
	case targets.FieldMore:
		return value + "x"
	}
	return value
}

// draft is a Call with everything added but the signature itself.
type draft struct {
	method    string
	algorithm string
	auth      targets.AuthFault
	pairs     []pair // as sent
	signed    []pair // as signed: pairs, unless the call is tampered with
	verb      string // as signed: method, unless it is signed for the other one
	place     targets.Place
	headers   []field           // of ACS3, to be signed
	unsigned  []field           // headers that are sent and not signed
	field     targets.AuthField // that is not as it should be
}

// prepare makes the call ready to be sent now.
func (t *Target) prepare(call targets.Call) (*request, error) {
	s := stamp{nonce: call.Nonce, keyID: t.keyID, secret: t.secret, token: t.token}
	call.Auth, s.field = t.parts(call.Auth)
	now := t.now()
	signed := cmp.Or(call.Algorithm, t.signature) != targets.Unsigned
	if signed {
		s.time = stampTime(now, call.Auth)
	}
	if signed && s.nonce == "" {
		var b [16]byte
		rand.Read(b[:])
		s.nonce = hex.EncodeToString(b[:])
	}
	s = s.with(call.Auth)
	d, err := t.draft(call, s)
	if err != nil {
		return nil, err
	}
	if d.algorithm == targets.HMACSHA1 && d.auth != targets.AuthMissing {
		d.addSHA1(s)
	}

	r := &request{method: d.method, path: t.endpoint.EscapedPath(), header: t.plain}
	r.shown = targets.Sent{Method: d.method, At: now}
	if n := len(d.pairs); n > 0 && d.pairs[n-1].name == "Signature" {
		r.signature = d.pairs[n-1].value
	}
	r.shown.URL, r.query = t.url(d.pairs, call.Encoding, false)
	hasBody := slices.ContainsFunc(d.pairs, func(p pair) bool { return p.in == targets.Body })
	if hasBody {
		r.body = appendPairs(make([]byte, 0, 256), d.pairs, targets.Body, call.Encoding, false)
	}
	r.shown.Body = r.body
	// The old SDK names a form even where all of it stands in the query; ACS3 clients name what is there (wire.md §1).
	if hasBody || d.method == http.MethodPost && d.algorithm != targets.ACS3HMACSHA256 {
		r.header = t.form
	}
	if hasBody && call.Form != targets.FormPlain {
		r.header = r.header.Clone()
		r.header.Set("Content-Type", contentType(call.Form))
	}
	r.shown.Header = r.header
	if slices.ContainsFunc(d.pairs, func(p pair) bool { return secretName(p.name) }) {
		r.shown.URL, _ = t.url(d.pairs, call.Encoding, true)
		if hasBody {
			r.shown.Body = appendPairs(make([]byte, 0, len(r.body)), d.pairs, targets.Body, call.Encoding, true)
		}
	}
	if d.algorithm == targets.ACS3HMACSHA256 {
		t.addACS3(r, d, call, s)
	} else if len(d.unsigned) > 0 {
		h := r.header.Clone()
		setAll(h, d.unsigned)
		r.header, r.shown.Header = h, h
	}
	return r, nil
}

// contentType is that of a form, as the call is to say it.
func contentType(f targets.Form) string {
	switch f {
	case targets.FormCharset:
		return formType + "; charset=UTF-8"
	case targets.FormLetters:
		return "Application/X-WWW-Form-URLEncoded"
	}
	return formType
}

func setAll(h http.Header, fields []field) {
	for _, f := range fields {
		h.Set(f.name, f.value)
	}
}

func stampTime(now time.Time, fault targets.AuthFault) string {
	switch fault {
	case targets.AuthBadTimestamp:
		return "yesterday"
	case targets.AuthExpired:
		now = now.Add(-38 * time.Minute) // a good one is good for 31 (wire.md §2), and clocks differ
	case targets.AuthFuture:
		now = now.Add(45 * time.Minute)
	case targets.AuthRecent:
		now = now.Add(-10 * time.Minute)
	}
	return now.UTC().Format(timeFormat)
}

// draft adds what the call leaves to the adapter, but not the signature.
func (t *Target) draft(call targets.Call, s stamp) (*draft, error) {
	d := &draft{method: call.Method, algorithm: call.Algorithm, auth: call.Auth, field: s.field}
	if d.method == "" {
		d.method = http.MethodGet
	}
	if d.algorithm == "" {
		d.algorithm = t.signature
	}
	switch d.algorithm {
	case targets.Unsigned:
	case targets.HMACSHA1, targets.ACS3HMACSHA256:
		if s.keyID == "" || s.secret == "" {
			return nil, fmt.Errorf("algorithm %s: %w", d.algorithm, ErrNoCredentials)
		}
	default:
		return nil, fmt.Errorf("unknown signature algorithm %q", d.algorithm)
	}

	added := 1
	if d.algorithm == targets.HMACSHA1 {
		added = 8
	}
	d.pairs = make([]pair, 0, len(call.Params)+added)
	d.place = targets.Query
	action := false
	for _, p := range call.Params {
		if p.In != targets.Body {
			p.In = targets.Query
		}
		made := pair{name: p.Name, value: p.Value, in: p.In}
		if s.shell && instanceRef.MatchString(p.Value) {
			made.shell = "'\"$" + instanceRef.FindStringSubmatch(p.Value)[1] + "\"'"
		}
		d.pairs = append(d.pairs, made)
		// What is added stands beside the Action, or where there is none beside the last parameter.
		if !action {
			d.place = p.In
			action = p.Name == "Action"
		}
	}
	if d.algorithm == targets.ACS3HMACSHA256 {
		d.moveToHeaders("Action", "x-acs-action", "")
		d.moveToHeaders("Version", "x-acs-version", version)
	} else {
		d.add("Version", version)
	}
	if d.algorithm == targets.HMACSHA1 && d.auth != targets.AuthMissing {
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
				d.pairs[i].shell = "'\"" + d.pairs[i].value + "\"'"
			}
		}
	}
	if d.algorithm != targets.Unsigned {
		d.changeParameter()
	}

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
		d.tamper(name, func(signed []pair, i int) []pair {
			signed[i].value += "x"
			if signed[i].shell != "" {
				signed[i].shell += "x"
			}
			return signed
		})
	case d.auth == targets.AuthTamperedAdded:
		d.tamper("", func(signed []pair, i int) []pair { return slices.Delete(signed, i, i+1) })
	}
	return d, nil
}

// changeParameter does what the fault does to a parameter, or says which header goes with it.
func (d *draft) changeParameter() {
	f := d.field
	acs3 := d.algorithm == targets.ACS3HMACSHA256
	switch {
	case f.Name == "Authorization" && !acs3:
		d.unsigned = append(d.unsigned, field{"authorization", f.Value})
	case f.Name == "Authorization", strings.HasPrefix(f.Name, "x-acs-"), acs3 && f.Name == "AccessKeyId":
		// It is a header of ACS3, or a part of one.
	case f.How == targets.FieldAbsent:
		d.pairs = slices.DeleteFunc(d.pairs, func(p pair) bool { return p.name == f.Name })
	case f.How == targets.FieldEmpty, f.How == targets.FieldIs && f.Name != "Algorithm":
		d.add(f.Name, f.Value)
		for i, p := range d.pairs {
			if p.name == f.Name {
				d.pairs[i].value, d.pairs[i].shell = f.Value, ""
			}
		}
	}
}

// changeHeader does what the fault does to a header of ACS3.
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

// add appends a public parameter unless the call names it.
func (d *draft) add(name, value string) {
	if !d.names(name) {
		d.pairs = append(d.pairs, pair{name: name, value: value, in: d.place})
	}
}

func (d *draft) names(name string) bool {
	return slices.ContainsFunc(d.pairs, func(p pair) bool { return p.name == name })
}

// moveToHeaders takes the first parameter of that name out of the parameters and into the headers, where ACS3 has it. A
// value that no header can carry as it is, and any further one of the name, stays a parameter.
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

// tamper makes the signature one of other parameters than those sent. The call goes out as it says, so that nothing but
// the signature is wrong with it; what differs is what was signed: the parameter of that name, or where there is none the last
// business parameter.
func (d *draft) tamper(name string, change func(signed []pair, i int) []pair) {
	d.signed = slices.Clone(d.pairs)
	if i := slices.IndexFunc(d.signed, func(p pair) bool { return p.name == name }); i >= 0 {
		d.signed = change(d.signed, i)
		return
	}
	for i := len(d.signed) - 1; i >= 0; i-- {
		if !publicName(d.signed[i].name) {
			d.signed = change(d.signed, i)
			return
		}
	}
	d.signed = append(d.signed, pair{name: "DBInstanceId", value: "x", in: d.place})
}

// addSHA1 appends the Signature parameter.
func (d *draft) addSHA1(s stamp) {
	if d.auth == targets.AuthNoSignature || d.names("Signature") {
		return
	}
	var signature string
	if d.auth != targets.AuthEmpty {
		signature = signSHA1(d.verb, d.signed, s.secret)
	}
	if d.auth == targets.AuthTruncated {
		signature = signature[:len(signature)-4]
	}
	if d.field.Name == "Signature" {
		signature = changed(signature, d.field.How)
	}
	d.pairs = append(d.pairs, pair{name: "Signature", value: signature, in: d.place})
}

// acceptOf is the Accept header that goes with the Format parameter under ACS3, or empty.
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

// addACS3 sets the headers of an ACS3 request, the Authorization included.
func (t *Target) addACS3(r *request, d *draft, call targets.Call, s stamp) {
	h := r.header.Clone()
	if accept := acceptOf(call); accept != "" {
		h.Set("Accept", accept)
	}
	r.header, r.shown.Header = h, h
	signedBody := r.body
	if _, tampered := d.auth.Tampered(); tampered || d.auth == targets.AuthTamperedAdded {
		signedBody = appendPairs(nil, d.signed, targets.Body, call.Encoding, false)
	}
	hash := ""
	if d.auth == targets.AuthMissing {
		d.changeHeader()
	} else {
		hash = hexSHA256(signedBody)
		d.stampACS3(s, t.endpoint.Host, hash, h.Get("Content-Type"))
	}
	for _, f := range d.headers {
		if f.name != "host" && f.name != "content-type" {
			h.Set(f.name, f.value)
		}
	}
	setAll(h, d.unsigned)
	signature := ""
	if d.auth != targets.AuthEmpty && d.auth != targets.AuthNoSignature && d.auth != targets.AuthMissing {
		signature = signACS3(canonicalRequest(d.verb, r.path, inQuery(d.signed), d.headers, hash), s.secret)
		if d.auth == targets.AuthTruncated {
			signature = signature[:len(signature)-8]
		}
		if d.field.Name == "Signature" {
			signature = changed(signature, d.field.How)
		}
		r.signature = signature
	}
	if auth := d.authorization(s.keyID, signature); auth != "" {
		h.Set("Authorization", auth)
		r.shown.Header = h.Clone()
		r.shown.Header.Set("Authorization", d.authorization(redacted, redacted))
	}
	for _, name := range []string{"x-acs-accesskey-id", "x-acs-security-token"} {
		if h.Get(name) != "" {
			r.shown.Header.Set(name, redacted)
		}
	}
}

// authorization is the Authorization header of ACS3; empty is none.
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

// stampACS3 completes the headers to be signed, and sorts them.
func (d *draft) stampACS3(s stamp, host, hash, contentType string) {
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

func inQuery(pairs []pair) []pair {
	return slices.DeleteFunc(slices.Clone(pairs), func(p pair) bool { return p.in != targets.Query })
}

// url returns the whole URL and its query.
func (t *Target) url(pairs []pair, e targets.Encoding, redact bool) (whole, query string) {
	buf := make([]byte, 0, 512)
	buf = append(buf, t.base...)
	buf = append(buf, '?')
	n := len(buf)
	buf = appendPairs(buf, pairs, targets.Query, e, redact)
	if len(buf) == n {
		return t.base, ""
	}
	whole = string(buf)
	return whole, whole[n:]
}

// publicName tells whether the parameter is one that every operation has (wire.md §1).
func publicName(name string) bool {
	switch name {
	case "Action", "Version", "Format", "AccessKeyId", "Signature", "SignatureMethod", "SignatureVersion",
		"SignatureNonce", "SignatureType", "Timestamp", "SecurityToken":
		return true
	}
	return false
}
