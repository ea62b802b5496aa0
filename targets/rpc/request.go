package rpc

import (
	"net/http"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// request is a call that is ready to be sent, and what is shown of it, without secrets.
type request struct {
	method string
	path   string
	query  string
	body   []byte
	header http.Header
	shown  targets.Sent
	// signature is never shown: anybody who has it could send the request again.
	signature string
	// shell is set where the query is for a shell command, so that only the shell knows its length.
	shell bool
}

// prepare makes the request of a call that is sent now.
func (t *Target) prepare(call targets.Call) (*request, error) {
	now := t.now()
	s, fault := t.stampOf(call, now)
	call.Auth = fault
	d, err := t.draft(call, s)
	if err != nil {
		return nil, err
	}
	if d.algorithm == targets.HMACSHA1 && d.auth != targets.AuthMissing {
		d.addSHA1(s)
	}
	r := t.write(d, call, now)
	if d.algorithm == targets.ACS3HMACSHA256 {
		t.addACS3(r, d, call, s)
	} else if len(d.unsigned) > 0 {
		h := r.header.Clone()
		setAll(h, d.unsigned)
		r.header, r.shown.Header = h, h
	}
	return r, nil
}

// write makes the request of a draft, without the headers of its signature.
func (t *Target) write(d *draft, call targets.Call, now time.Time) *request {
	r := &request{method: d.method, path: t.endpoint.EscapedPath(), header: t.plain}
	r.shown = targets.Sent{Method: d.method, At: now}
	if n := len(d.pairs); n > 0 && d.pairs[n-1].name == "Signature" {
		r.signature = d.pairs[n-1].value
	}
	r.shown.URL, r.query = t.url(d.pairs, call.Encoding)
	hasBody := d.hasBody()
	if hasBody {
		r.body = appendPairs(make([]byte, 0, 256), d.pairs, targets.Body, call.Encoding)
	}
	r.shown.Body = r.body
	// The old SDK sends the content type of a form even if all parameters are in the query. ACS3
	// clients send it only with a body (wire.md §1).
	if hasBody || d.method == http.MethodPost && d.algorithm != targets.ACS3HMACSHA256 {
		r.header = t.form
	}
	if hasBody && call.Form != targets.FormPlain {
		r.header = r.header.Clone()
		r.header.Set("Content-Type", contentType(call.Form))
	}
	r.shown.Header = r.header
	if shown, secret := shownPairs(d.pairs); secret {
		r.shown.URL, _ = t.url(shown, call.Encoding)
		if hasBody {
			r.shown.Body = appendPairs(make([]byte, 0, len(r.body)), shown, targets.Body, call.Encoding)
		}
	}
	return r
}

// contentType returns the content type of a form in the spelling of the call.
func contentType(f targets.Form) string {
	switch f {
	case targets.FormCharset:
		return formType + "; charset=UTF-8"
	case targets.FormLetters:
		return "Application/X-WWW-Form-URLEncoded"
	}
	return formType
}
