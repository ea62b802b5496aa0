package mapped

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/redact"
	"github.com/cbspec/cbspec/targets/targetfile"
)

// request is a call that is ready to be sent.
type request struct {
	method string
	url    url.URL
	header http.Header
	body   []byte
	// createBackup says that it is the mapped operation, and not some other Action.
	createBackup bool
	// secretHeader and secretQuery name what authenticates, if anything does.
	secretHeader, secretQuery string
}

// http makes the request for net/http. It has no GetBody, so net/http cannot send it twice by
// itself.
func (r *request) http(ctx context.Context) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, r.url.String(), nil)
	if err != nil {
		return nil, err
	}
	req.URL = &r.url
	req.Header = r.header.Clone()
	req.Host = req.Header.Get("Host") // of a mapping; net/http takes it from nowhere else
	if len(r.body) > 0 {
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(r.body)), int64(len(r.body))
	}
	return req, nil
}

// addQuery appends an encoded query to that of the URL.
func (r *request) addQuery(query string) {
	if r.url.RawQuery != "" {
		r.url.RawQuery += "&"
	}
	r.url.RawQuery += query
}

// sent returns the request as it may be shown.
func (t *Target) sent(r *request) targets.Sent {
	s := targets.Sent{Method: r.method, Header: r.header.Clone(), Body: []byte(t.secrets.Text(string(r.body)))}
	u := r.url
	if r.secretQuery != "" {
		q := u.Query()
		q.Set(r.secretQuery, redact.Redacted)
		u.RawQuery = q.Encode()
	}
	s.URL = t.secrets.Text(u.String())
	for name, values := range s.Header {
		for i := range values {
			values[i] = t.secrets.Text(values[i])
		}
		if name == http.CanonicalHeaderKey(r.secretHeader) {
			s.Header[name] = []string{redact.Redacted}
		}
	}
	return s
}

// build makes the request of a call.
func (t *Target) build(call targets.Call) (*request, error) {
	switch {
	case call.Wire != "":
		return nil, unmet("a mapped target takes no raw requests")
	case call.Auth != "" || call.Nonce != "":
		return nil, unmet("a mapped target has no signatures")
	}
	actions := call.Values("Action")
	switch {
	case len(actions) > 1:
		return nil, unmet("a mapped target has no Action to repeat")
	case len(actions) == 0:
		return t.otherAction("/"), nil
	case actions[0] != "CreateBackup":
		return t.otherAction("/" + segment(actions[0])), nil
	}
	c := t.mapping.CreateBackup
	b := &builder{target: t, template: c, values: call.Values, used: map[string]bool{"Action": true}}
	r, err := b.fill(c.Request)
	if err != nil {
		return nil, err
	}
	r.createBackup = true
	if err := b.place(call.Params, r); err != nil {
		return nil, err
	}
	t.authenticate(r)
	return r, nil
}

// otherAction makes a request of an operation that the server does not have.
func (t *Target) otherAction(path string) *request {
	r := t.newRequest(t.mapping.CreateBackup.Request, path)
	t.authenticate(r)
	return r
}

// newRequest makes a request with the method of a template and a path below the endpoint.
func (t *Target) newRequest(template targetfile.Request, path string) *request {
	r := &request{
		method: cmp.Or(template.Method, http.MethodGet), url: *t.base, header: http.Header{"User-Agent": {"cbspec"}},
	}
	r.url.RawPath = t.base.EscapedPath() + path
	r.url.Path, _ = url.PathUnescape(r.url.RawPath)
	return r
}

// segment encodes a value as exactly one segment of a path.
func segment(s string) string {
	if s == "." || s == ".." {
		return strings.ReplaceAll(s, ".", "%2E")
	}
	return url.PathEscape(s)
}

// authenticate adds what the server knows its callers by.
func (t *Target) authenticate(r *request) {
	switch a := t.mapping.Authentication; {
	case a.Bearer != "":
		r.header.Set("Authorization", "Bearer "+a.Bearer.Reveal())
		r.secretHeader = "Authorization"
	case a.Basic != nil:
		r.header.Set("Authorization", "Basic "+basic(a.Basic))
		r.secretHeader = "Authorization"
	case a.APIKey != nil && a.APIKey.Header != "":
		r.header.Set(a.APIKey.Header, a.APIKey.Value.Reveal())
		r.secretHeader = a.APIKey.Header
	case a.APIKey != nil:
		r.secretQuery = a.APIKey.Query
		r.addQuery(url.QueryEscape(a.APIKey.Query) + "=" + url.QueryEscape(a.APIKey.Value.Reveal()))
	}
}

func basic(b *targetfile.Basic) string {
	return base64.StdEncoding.EncodeToString([]byte(b.User + ":" + b.Password.Reveal()))
}
