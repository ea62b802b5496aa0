package simulator

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
)

// Bounds of a request, in bytes.
const (
	maxURI  = 128 << 10
	maxBody = 1 << 20
	// maxDrained is how much of a body over the bound is still read, so that its sender gets to read the answer.
	maxDrained = 64 << 20
)

// pair is one parameter, decoded.
type pair struct{ name, value string }

// params are the parameters of a request in the order sent, the form body's after the query's.
type params []pair

// get returns the value of the parameter, and whether there is one. Of several the last counts, so that the form body
// wins over the query (wire.md §1).
func (p params) get(name string) (string, bool) {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i].name == name {
			return p[i].value, true
		}
	}
	return "", false
}

func (p params) value(name string) string {
	v, _ := p.get(name)
	return v
}

func (p params) count(name string) int {
	n := 0
	for _, q := range p {
		if q.name == name {
			n++
		}
	}
	return n
}

// set leaves exactly one parameter of that name.
func (p *params) set(name, value string) {
	p.del(name)
	*p = append(*p, pair{name, value})
}

// replace changes the value of the parameter, in its place.
func (p *params) replace(name, value string) {
	for i := range *p {
		if (*p)[i].name == name {
			(*p)[i].value = value
		}
	}
}

func (p *params) del(name string) {
	kept := make(params, 0, len(*p)+1)
	for _, q := range *p {
		if q.name != name {
			kept = append(kept, q)
		}
	}
	*p = kept
}

// parse appends the parameters of a query or a form body. A semicolon separates nothing.
func (p *params) parse(raw string, decode func(string) (string, bool)) bool {
	for raw != "" {
		var part string
		part, raw, _ = strings.Cut(raw, "&")
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		n, ok := decode(name)
		if !ok {
			return false
		}
		v, ok := decode(value)
		if !ok {
			return false
		}
		*p = append(*p, pair{n, v})
	}
	return true
}

// decodeForm undoes percent-encoding by the rules of forms: a plus sign is a space.
func decodeForm(s string) (string, bool) {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s, true
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '+':
			out = append(out, ' ')
		case '%':
			if i+2 >= len(s) {
				return "", false
			}
			hi, ok1 := unhex(s[i+1])
			lo, ok2 := unhex(s[i+2])
			if !ok1 || !ok2 {
				return "", false
			}
			out = append(out, hi<<4|lo)
			i += 2
		default:
			out = append(out, c)
		}
	}
	return string(out), true
}

func unhex(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// readBody reads the body within the bound.
func readBody(r *http.Request) ([]byte, *refusal) {
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, tooLargeBody
	case err != nil:
		return nil, unreadableBody
	case len(body) > maxBody:
		_, _ = io.CopyN(io.Discard, r.Body, maxDrained) // whatever comes of it, the request is refused
		return nil, tooLargeBody
	}
	return body, nil
}

// isForm says that a body of that content type holds parameters; one of no type is taken for a form.
func isForm(contentType string) bool {
	if contentType == "" {
		return true
	}
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && media == "application/x-www-form-urlencoded"
}

// formatOf reads which format is asked for: the Format parameter in any letter case, else the Accept header, else
// byDefault. A Format that there is not is refused.
func formatOf(p params, accept, byDefault string) (string, *refusal) {
	format := p.value("Format")
	switch {
	case strings.EqualFold(format, "JSON"):
		return "JSON", nil
	case strings.EqualFold(format, "XML"):
		return "XML", nil
	case format != "":
		return byDefault, invalid("Format")
	case strings.Contains(accept, "/json"):
		return "JSON", nil
	case strings.Contains(accept, "/xml"):
		return "XML", nil
	}
	return byDefault, nil
}
