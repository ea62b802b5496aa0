package simulator

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// Bounds of a request, in bytes.
const (
	maxURI  = 128 << 10
	maxBody = 1 << 20
	// maxDrained is how much of a body that is too large is read, so that its sender reads the answer.
	maxDrained = 64 << 20
)

// pair is one parameter, decoded.
type pair struct{ name, value string }

// params are the parameters of a request in the order in which they were sent, those of the form
// after those of the query.
type params []pair

// get returns the value of a parameter and whether it is present. The last of several counts, so
// the form wins over the query (wire.md §1).
func (p params) get(name string) (string, bool) {
	for _, q := range slices.Backward(p) {
		if q.name == name {
			return q.value, true
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

func (p *params) del(name string) {
	kept := make(params, 0, len(*p)+1)
	for _, q := range *p {
		if q.name != name {
			kept = append(kept, q)
		}
	}
	*p = kept
}

// parse appends the parameters of a query or a form. It returns false if they are badly encoded. A
// semicolon does not separate parameters.
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

// decodeForm decodes the percent-encoding of a form, where a plus sign is a space. It returns false
// if the encoding is wrong.
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

// readBody reads the body of a request, up to maxBody.
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
		_, _ = io.CopyN(io.Discard, r.Body, maxDrained) // the request is refused in any case
		return nil, tooLargeBody
	}
	return body, nil
}

// isForm reports whether a body of this content type holds parameters. Without a type it does.
func isForm(contentType string) bool {
	if contentType == "" {
		return true
	}
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && media == "application/x-www-form-urlencoded"
}

// formatOf returns the format that is asked for: by the Format parameter in any letter case, else
// by the Accept header, else byDefault. An unknown Format is refused.
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
