package rpc

import (
	"crypto/hmac"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/redact"
)

// Recorded is a request of the protocol that somebody else sent.
type Recorded struct {
	Action  string
	Version string
	// Call has the parameters that a call of this package names itself. Those of the signature are
	// the fields below.
	Call targets.Call
	// Signed is the algorithm, or Unsigned where the request has no signature and no other proof of
	// who sends it. It is empty for a proof of another kind.
	Signed    string
	KeyID     string
	Nonce     string
	Timestamp string

	// Complete is set where the request has everything that the pages require of a signature.
	Complete bool

	signature string
	token     string
	other     string                     // an Authorization header of another scheme
	secret    func(secret string) string // the signature with that secret
}

// ReadRequest reads a recorded request. It reports whether it is a request of the protocol: one
// with an Action.
func ReadRequest(method, address string, header http.Header, body []byte) (Recorded, bool) {
	u, err := url.Parse(address)
	if err != nil {
		return Recorded{}, false
	}
	pairs := readPairs(u.RawQuery, targets.Query)
	media, _, _ := strings.Cut(header.Get("Content-Type"), ";")
	if strings.EqualFold(strings.TrimSpace(media), formType) {
		pairs = append(pairs, readPairs(string(body), targets.Body)...)
	}
	r := Recorded{Call: targets.Call{Method: method}, Signed: targets.Unsigned}
	if strings.HasPrefix(header.Get("Authorization"), "ACS3-HMAC-SHA256 ") {
		r.readACS3(u, header, pairs, body)
	} else {
		r.other = header.Get("Authorization")
		r.readSHA1(pairs)
	}
	for _, name := range []struct{ param, header string }{{"Action", "x-acs-action"}, {"Version", "x-acs-version"}} {
		value := header.Get(name.header)
		if _, given := r.Call.Get(name.param); value != "" && !given {
			r.Call.Params = append(r.Call.Params, targets.Param{Name: name.param, Value: value})
		}
	}
	r.Action, _ = r.Call.Get("Action")
	r.Version, _ = r.Call.Get("Version")
	return r, r.Action != ""
}

// readPairs reads name=value&name=value. What cannot be decoded stays as it is.
func readPairs(text string, in targets.Place) []pair {
	var pairs []pair
	for part := range strings.SplitSeq(text, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		pairs = append(pairs, pair{name: unescape(name), value: unescape(value), in: in})
	}
	return pairs
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// readSHA1 reads the parameters of a request that is signed with HMAC-SHA1, or not at all.
func (r *Recorded) readSHA1(pairs []pair) {
	var method, version string
	stamp := map[string]*string{
		"AccessKeyId": &r.KeyID, "Signature": &r.signature, "SignatureNonce": &r.Nonce, "Timestamp": &r.Timestamp,
		"SignatureMethod": &method, "SignatureVersion": &version, "SecurityToken": &r.token,
	}
	times := map[string]int{}
	for _, p := range pairs {
		times[p.name]++
	}
	for _, p := range pairs {
		if field := stamp[p.name]; field != nil && times[p.name] == 1 {
			*field = p.value
			continue
		}
		if secretName(p.name) || p.name == "BearerToken" {
			p.value = redact.Redacted
		}
		r.Call.Params = append(r.Call.Params, targets.Param{Name: p.name, Value: p.value, In: p.in})
	}
	r.Complete = method == "HMAC-SHA1" && version == "1.0" && r.Nonce != "" && r.Timestamp != ""
	_, bearer := r.Call.Get("BearerToken")
	switch {
	case bearer || r.other != "" || method != "" && method != "HMAC-SHA1":
		r.Signed = ""
	case r.signature != "":
		r.Signed = targets.HMACSHA1
		r.secret = func(secret string) string { return signSHA1(r.Call.Method, pairs, secret) }
	}
}

// readACS3 reads the parameters and the headers of a request that is signed with ACS3.
func (r *Recorded) readACS3(u *url.URL, header http.Header, pairs []pair, body []byte) {
	for _, p := range pairs {
		r.Call.Params = append(r.Call.Params, targets.Param{Name: p.name, Value: p.value, In: p.in})
	}
	if _, given := r.Call.Get("Format"); !given {
		for _, format := range []string{"JSON", "XML"} {
			if header.Get("Accept") == "application/"+strings.ToLower(format) {
				r.Call.Params = append(r.Call.Params, targets.Param{Name: "Format", Value: format})
			}
		}
	}
	parts := map[string]string{}
	_, list, _ := strings.Cut(header.Get("Authorization"), " ")
	for part := range strings.SplitSeq(list, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		parts[name] = value
	}
	r.Signed, r.KeyID, r.signature = targets.ACS3HMACSHA256, parts["Credential"], parts["Signature"]
	r.Nonce, r.Timestamp = header.Get("x-acs-signature-nonce"), header.Get("x-acs-date")
	r.token = header.Get("x-acs-security-token")
	var fields []field
	names := strings.Split(parts["SignedHeaders"], ";")
	for _, name := range names {
		value := header.Get(name)
		if name == "host" && value == "" {
			value = u.Host
		}
		fields = append(fields, field{name, value})
	}
	hash := hexSHA256(body)
	r.Complete = r.Nonce != "" && r.Timestamp != "" && header.Get("x-acs-content-sha256") == hash && slices.Contains(names, "host")
	for name := range header {
		name = strings.ToLower(name)
		signed := strings.HasPrefix(name, "x-acs-") || name == "content-type"
		r.Complete = r.Complete && (!signed || slices.Contains(names, name))
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	r.secret = func(secret string) string {
		return signACS3(canonicalRequest(r.Call.Method, path, inQuery(pairs), fields, hash), secret)
	}
}

// signatureLength is the length of a signature as text, by its algorithm.
var signatureLength = map[string]int{targets.HMACSHA1: 28, targets.ACS3HMACSHA256: 64}

// Redacted reports whether a recorder may have replaced the signature or the key.
func (r Recorded) Redacted() bool {
	return len(r.signature) != signatureLength[r.Signed] || r.KeyID == "" || r.KeyID == redact.Redacted ||
		slices.ContainsFunc(r.Call.Params, func(p targets.Param) bool { return p.Value == redact.Redacted })
}

// Credentials lists what no output may show of the request.
func (r Recorded) Credentials() []string { return []string{r.signature, r.KeyID, r.token, r.other} }

// SignedWith reports whether the signature is the one that the secret gives.
func (r Recorded) SignedWith(secret string) bool {
	return r.secret != nil && hmac.Equal([]byte(r.secret(secret)), []byte(r.signature))
}

// Time returns the timestamp of the signature, or false where it is not a time.
func (r Recorded) Time() (time.Time, bool) {
	t, err := time.Parse("2006-01-02T15:04:05Z", r.Timestamp)
	return t, err == nil
}
