package mapped

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/targetfile"
)

// defaultVersion is what the document's clients always send; a mapping need have no words for it.
const defaultVersion = "2014-08-15"

// request is a call made ready for this server.
type request struct {
	method    string
	url       url.URL
	header    http.Header
	body      []byte
	operation bool // it is the mapped one, not some other Action
	// secret names the header and the query parameter that authenticate, if any.
	secretHeader, secretQuery string
}

// http makes the request for net/http. Its body has no GetBody, so that net/http does not send it twice on its own.
func (r *request) http(ctx context.Context) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, r.url.String(), nil)
	if err != nil {
		return nil, err
	}
	req.URL = &r.url
	req.Header = r.header.Clone()
	if len(r.body) > 0 {
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(r.body)), int64(len(r.body))
	}
	return req, nil
}

// sent is the request as it may be shown.
func (t *Target) sent(r *request) targets.Sent {
	s := targets.Sent{Method: r.method, Header: r.header.Clone(), Body: []byte(t.clean(string(r.body)))}
	u := r.url
	if r.secretQuery != "" {
		q := u.Query()
		q.Set(r.secretQuery, redacted)
		u.RawQuery = q.Encode()
	}
	s.URL = t.clean(u.String())
	for name, values := range s.Header {
		for i := range values {
			values[i] = t.clean(values[i])
		}
		if name == http.CanonicalHeaderKey(r.secretHeader) {
			s.Header[name] = []string{redacted}
		}
	}
	return s
}

// clean removes secrets from a text.
func (t *Target) clean(s string) string {
	for _, secret := range t.secrets {
		if len(secret) >= 6 {
			s = strings.ReplaceAll(strings.ReplaceAll(s, secret, redacted), url.QueryEscape(secret), redacted)
		}
	}
	return s
}

// build makes a call ready.
func (t *Target) build(call targets.Call) (*request, error) {
	switch {
	case call.Wire != "":
		return nil, unmet("a mapped target takes no requests written byte by byte")
	case call.Auth != "" || call.Nonce != "":
		return nil, unmet("a mapped target has no signatures")
	}
	actions := call.Values("Action")
	switch {
	case len(actions) > 1:
		return nil, unmet("a mapped target has no Action to repeat")
	case len(actions) == 0:
		return t.elsewhere("/"), nil
	case actions[0] != "CreateBackup":
		return t.elsewhere("/" + segment(actions[0])), nil
	}
	c := t.mapping.CreateBackup
	b := &builder{target: t, template: c, values: call.Values, used: map[string]bool{"Action": true}}
	r, err := b.fill(c.Request)
	if err != nil {
		return nil, err
	}
	r.operation = true
	if err := b.place(call.Params, r); err != nil {
		return nil, err
	}
	t.authenticate(r)
	return r, nil
}

// elsewhere is a request of an operation that the server has not.
func (t *Target) elsewhere(path string) *request {
	r := &request{method: method(t.mapping.CreateBackup.Request), url: *t.base, header: http.Header{"User-Agent": {"cbspec"}}}
	setPath(&r.url, t.base.EscapedPath()+path)
	t.authenticate(r)
	return r
}

func setPath(u *url.URL, escaped string) {
	u.RawPath = escaped
	u.Path, _ = url.PathUnescape(escaped)
}

// segment encodes a value as one segment of a path, and one that names no other.
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
		if r.url.RawQuery != "" {
			r.url.RawQuery += "&"
		}
		r.url.RawQuery += url.QueryEscape(a.APIKey.Query) + "=" + url.QueryEscape(a.APIKey.Value.Reveal())
	}
}

func basic(b *targetfile.Basic) string {
	return base64.StdEncoding.EncodeToString([]byte(b.User + ":" + b.Password.Reveal()))
}

// builder puts the parameters of one call into a request.
type builder struct {
	target   *Target
	template targetfile.CreateBackup
	values   func(name string) []string
	used     map[string]bool // parameters that a placeholder stands for
}

// fill makes a request of a template: what every call has, with its placeholders filled in.
func (b *builder) fill(template targetfile.Request) (*request, error) {
	var failed error
	fill := func(s string, encode func(string) string) string {
		return targetfile.Placeholder.ReplaceAllStringFunc(s, func(m string) string {
			name := m[1 : len(m)-1]
			b.used[name] = true
			value := ""
			switch vs := b.values(name); {
			case len(vs) > 1:
				failed = unmet("the mapping has one place for %s", name)
			case len(vs) == 1:
				var err error
				if value, err = spell(name, vs[0], b.template.Parameters[name]); err != nil {
					failed = err
				}
			}
			return encode(value)
		})
	}
	same := func(s string) string { return s }
	r := &request{method: method(template), url: *b.target.base, header: http.Header{"User-Agent": {"cbspec"}}}
	setPath(&r.url, b.target.base.EscapedPath()+fill(template.Path, segment))
	query := url.Values{}
	for name, value := range template.Query {
		query.Set(name, fill(value, same))
	}
	r.url.RawQuery = query.Encode()
	for name, value := range template.Headers {
		value = fill(value, same)
		if !httpguts.ValidHeaderFieldValue(value) {
			failed = unmet("a header cannot carry that value")
		}
		r.header.Set(name, value)
	}
	return r, failed
}

// spell puts a value into the server's words.
func spell(name, value string, p targetfile.Parameter) (string, error) {
	if own, ok := p.Values[value]; ok {
		return own, nil
	}
	for documented, own := range p.Values {
		if own == value {
			// Sent as it is, it would be the documented value after all.
			return "", unmet("%q is this server's spelling of %s %s", value, name, documented)
		}
	}
	return value, nil
}

// pair is a parameter on its way.
type pair struct{ name, value, kind string }

// place puts the parameters that no placeholder stands for where the mapping has them.
func (b *builder) place(params []targets.Param, r *request) error {
	var inQuery, inBody []pair
	for _, p := range params {
		if b.used[p.Name] {
			continue
		}
		m, named := b.template.Parameters[p.Name]
		switch {
		case named:
		case p.Name == "Version" && p.Value == defaultVersion:
			continue
		case p.Name == "Version" || p.Name == "Format":
			// What they ask for the server could not give, however they are sent.
			return unmet("the mapping has no parameter %s", p.Name)
		case b.template.Others == targetfile.Drop:
			b.target.drop(p.Name)
			continue
		case b.template.Others != targetfile.Send:
			return unmet("the mapping has no parameter %q", p.Name)
		}
		value, err := spell(p.Name, p.Value, m)
		if err != nil {
			return err
		}
		name := m.Name
		if name == "" {
			name = p.Name
		}
		in := m.In
		if in == "" {
			in = "body"
			if b.template.Body == "none" {
				in = "query"
			}
		}
		switch in {
		case "query":
			inQuery = append(inQuery, pair{name: name, value: value})
		case "header":
			if !httpguts.ValidHeaderFieldValue(value) || !httpguts.ValidHeaderFieldName(name) {
				return unmet("a header cannot carry that value of %s", p.Name)
			}
			r.header.Add(name, value)
		default:
			inBody = append(inBody, pair{name, value, m.Type})
		}
	}
	if len(inQuery) > 0 {
		if r.url.RawQuery != "" {
			r.url.RawQuery += "&"
		}
		r.url.RawQuery += encode(inQuery)
	}
	return b.body(inBody, r)
}

// encode writes pairs in their order, repeated ones too.
func encode(pairs []pair) string {
	var parts []string
	for _, p := range pairs {
		parts = append(parts, url.QueryEscape(p.name)+"="+url.QueryEscape(p.value))
	}
	return strings.Join(parts, "&")
}

func (b *builder) body(pairs []pair, r *request) error {
	var constants []pair
	for name, value := range b.template.Constants {
		constants = append(constants, pair{name: name, value: value})
	}
	slices.SortFunc(constants, func(a, b pair) int { return strings.Compare(a.name, b.name) })
	pairs = append(constants, pairs...)
	switch b.template.Body {
	case "form":
		r.body = []byte(encode(pairs))
		r.header.Set("Content-Type", "application/x-www-form-urlencoded")
	case "json":
		document, err := nest(pairs)
		if err != nil {
			return err
		}
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(document); err != nil {
			return err
		}
		r.body = bytes.TrimSuffix(text.Bytes(), []byte("\n"))
		r.header.Set("Content-Type", "application/json")
	}
	return nil
}

// nest makes an object of the pairs; a dot in a name goes one level down.
func nest(pairs []pair) (map[string]any, error) {
	document := map[string]any{}
	for _, p := range pairs {
		if !utf8.ValidString(p.value) || !utf8.ValidString(p.name) {
			return nil, unmet("JSON cannot carry bytes that are no UTF-8")
		}
		at, path := document, strings.Split(p.name, ".")
		for _, step := range path[:len(path)-1] {
			next, ok := at[step].(map[string]any)
			if !ok {
				if at[step] != nil {
					return nil, unmet("the JSON body has one place for %s", p.name)
				}
				next = map[string]any{}
				at[step] = next
			}
			at = next
		}
		last := path[len(path)-1]
		if _, twice := at[last]; twice {
			return nil, unmet("the JSON body has one place for %s", p.name)
		}
		at[last] = typed(p)
	}
	return document, nil
}

// typed is the value in the type that the mapping gives it, or where it is not of that type the text itself.
func typed(p pair) any {
	switch p.kind {
	case "number":
		var n json.Number
		if json.Unmarshal([]byte(p.value), &n) == nil && n.String() == p.value {
			return n
		}
	case "boolean":
		if p.value == "true" || p.value == "false" {
			return p.value == "true"
		}
	case "list":
		return strings.Split(p.value, ",")
	}
	return p.value
}
