package mapped

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/targetfile"
)

// defaultVersion is the Version that every client sends. A mapping need not name it.
const defaultVersion = "2014-08-15"

// builder writes the parameters of one call into a request.
type builder struct {
	target   *Target
	template targetfile.CreateBackup
	values   func(name string) []string
	used     map[string]bool // parameters that a placeholder stands for
}

// fill makes a request of a template, with values in place of its placeholders.
func (b *builder) fill(template targetfile.Request) (*request, error) {
	path, err := b.replace(template.Path, segment)
	if err != nil {
		return nil, err
	}
	r := b.target.newRequest(template, path)
	asIs := func(s string) string { return s }
	query := url.Values{}
	for name, text := range template.Query {
		value, err := b.replace(text, asIs)
		if err != nil {
			return nil, err
		}
		query.Set(name, value)
	}
	r.url.RawQuery = query.Encode()
	for name, text := range template.Headers {
		value, err := b.replace(text, asIs)
		if err != nil {
			return nil, err
		}
		if !httpguts.ValidHeaderFieldValue(value) {
			return nil, unmet("a header cannot hold that value")
		}
		r.header.Set(name, value)
	}
	return r, nil
}

// replace returns the text with encoded values in place of its placeholders.
func (b *builder) replace(text string, encode func(string) string) (string, error) {
	var failed error
	text = targetfile.Placeholder.ReplaceAllStringFunc(text, func(m string) string {
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
	return text, failed
}

// spell returns a value as the server spells it.
func spell(name, value string, p targetfile.Parameter) (string, error) {
	if own, ok := p.Values[value]; ok {
		return own, nil
	}
	for documented, own := range p.Values {
		if own == value {
			// The server would take it for the documented value.
			return "", unmet("%q is how this server spells %s %s", value, name, documented)
		}
	}
	return value, nil
}

// pair is a parameter with the server's name, value and type.
type pair struct{ name, value, kind string }

// place writes the parameters that no placeholder stands for where the mapping puts them.
func (b *builder) place(params []targets.Param, r *request) error {
	var inQuery, inBody []pair
	for _, param := range params {
		m, sent, err := b.mapped(param)
		if err != nil {
			return err
		}
		if !sent {
			continue
		}
		value, err := spell(param.Name, param.Value, m)
		if err != nil {
			return err
		}
		p := pair{name: cmp.Or(m.Name, param.Name), value: value, kind: m.Type}
		switch b.placeOf(m) {
		case "query":
			inQuery = append(inQuery, p)
		case "header":
			if !httpguts.ValidHeaderFieldValue(value) || !httpguts.ValidHeaderFieldName(p.name) {
				return unmet("a header cannot hold that value of %s", param.Name)
			}
			r.header.Add(p.name, value)
		default:
			inBody = append(inBody, p)
		}
	}
	if len(inQuery) > 0 {
		r.addQuery(encode(inQuery))
	}
	return b.writeBody(inBody, r)
}

// mapped returns how the mapping sends a parameter, and reports whether it sends it at all.
func (b *builder) mapped(param targets.Param) (m targetfile.Parameter, sent bool, err error) {
	if b.used[param.Name] {
		return m, false, nil
	}
	m, named := b.template.Parameters[param.Name]
	switch {
	case named:
		return m, true, nil
	case param.Name == "Version" && param.Value == defaultVersion:
		return m, false, nil
	case param.Name == "Version" || param.Name == "Format":
		// Dropping it or sending it as it is would not give what it asks for.
		return m, false, unmet("the mapping has no parameter %s", param.Name)
	case b.template.Others == targetfile.Drop:
		return m, false, nil
	case b.template.Others != targetfile.Send:
		return m, false, unmet("the mapping has no parameter %q", param.Name)
	}
	return m, true, nil
}

// placeOf returns the place of a parameter: query, header or body.
func (b *builder) placeOf(m targetfile.Parameter) string {
	if m.In == "" && b.template.Body == "none" {
		return "query"
	}
	return cmp.Or(m.In, "body")
}

// encode writes pairs as a query, in their order and also if they repeat.
func encode(pairs []pair) string {
	var parts []string
	for _, p := range pairs {
		parts = append(parts, url.QueryEscape(p.name)+"="+url.QueryEscape(p.value))
	}
	return strings.Join(parts, "&")
}

// writeBody writes the constants of the mapping and the pairs into the body.
func (b *builder) writeBody(pairs []pair, r *request) error {
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

// nest makes a JSON object of the pairs. A dot in a name leads one level down.
func nest(pairs []pair) (map[string]any, error) {
	document := map[string]any{}
	for _, p := range pairs {
		if !utf8.ValidString(p.value) || !utf8.ValidString(p.name) {
			return nil, unmet("JSON cannot hold bytes that are not UTF-8")
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

// typed returns the value in the type that the mapping gives it, or as text if it is not of that
// type.
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
