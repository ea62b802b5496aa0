package mapped

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/antchfx/xmlquery"
	"github.com/antchfx/xpath"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/targetfile"
)

// document is an answer that the sources of a mapping can be read from.
type document struct {
	header http.Header
	json   any            // of a JSON body
	xml    *xmlquery.Node // of an XML body
	format string         // JSON, XML, or empty for a body that is neither
}

// read reads an answer as the mapping says, and decides its outcome.
func (t *Target) read(a *targets.Answer, r *request) {
	c := t.mapping.CreateBackup
	doc := parse(a.Header, a.Body)
	if r.createBackup {
		a.Format = doc.format // the answer to another Action may have any format
	}
	accepted, refused := doc.matches(a.Status, c.Accepted), doc.matches(a.Status, c.Refused)
	readable := doc.readInto(a, c, accepted)
	broken := func(kind, problem string) { a.Outcome, a.Kind, a.Problem = targets.Broken, kind, problem }
	switch {
	case !accepted && a.SlowsDown():
		a.Outcome, a.Problem = targets.Throttled, "the target asked to slow down on every retry"
	case accepted && refused:
		broken(targets.BrokenDocument, fmt.Sprintf("no valid answer (%d): by the mapping it is both accepted and refused", a.Status))
	case !accepted && !refused && a.Status >= 500:
		broken(targets.BrokenStatus, fmt.Sprintf("a server error (%d)", a.Status))
	case !accepted && !refused:
		broken(targets.BrokenStatus, fmt.Sprintf("no valid answer (%d): by the mapping it is neither accepted nor refused", a.Status))
	case !readable && r.createBackup:
		broken(targets.BrokenDocument, fmt.Sprintf("no valid answer (%d): the body is not in the format that the mapping reads", a.Status))
	case accepted:
		a.Outcome = targets.Accepted
	default:
		a.Outcome = targets.Refused
	}
}

// readInto copies what the mapping names from the document to the answer, and reports whether all
// of it could be read.
func (d document) readInto(a *targets.Answer, c targetfile.CreateBackup, accepted bool) (readable bool) {
	readable = true
	get := func(s *targetfile.Source) string {
		if s == nil {
			return ""
		}
		texts, ok := d.find(*s)
		readable = readable && ok
		if len(texts) == 0 {
			return ""
		}
		return texts[0]
	}
	a.RequestID = get(c.RequestID)
	if accepted {
		a.BackupJobID = get(c.JobID)
		return readable
	}
	a.HostID, a.Code, a.Message = get(c.HostID), get(c.Code), get(c.Message)
	if documented, ok := c.Codes[a.Code]; ok {
		a.Code = documented
	}
	return readable
}

// parse reads a body as JSON or XML.
func parse(h http.Header, body []byte) document {
	d := document{header: h}
	text := targets.Text(body)
	switch {
	case len(text) == 0:
	case text[0] == '<':
		// The decoder resolves no entities but XML's own, so none can grow.
		if node, err := parseXML(text); err == nil {
			d.xml, d.format = node, "XML"
		}
	case utf8.Valid(text) && (text[0] == '{' || text[0] == '['):
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		var v any
		if shallow(text) && decoder.Decode(&v) == nil && !decoder.More() {
			d.json, d.format = v, "JSON"
		}
	}
	return d
}

// parseXML reads an XML document with one root element.
func parseXML(text []byte) (*xmlquery.Node, error) {
	strict := xmlquery.ParserOptions{Decoder: &xmlquery.DecoderOptions{Strict: true}}
	root, err := xmlquery.ParseWithOptions(bytes.NewReader(text), strict)
	if err != nil {
		return nil, err
	}
	elements := 0
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		if n.Type == xmlquery.ElementNode {
			elements++
		}
	}
	if elements != 1 {
		return nil, errors.New("it has no single root element")
	}
	return root, nil
}

// maxDepth is how deep a JSON document may be nested.
const maxDepth = 64

// shallow reports whether a JSON text is nested no deeper than maxDepth.
func shallow(text []byte) bool {
	depth, quoted, escaped := 0, false, false
	for _, c := range text {
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return false
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return true
}

// find returns the texts at a source, and reports whether the answer has the format of the source.
func (d document) find(s targetfile.Source) (texts []string, readable bool) {
	switch {
	case s.Header != "":
		return d.header.Values(s.Header), true
	case s.JSON.String() != "":
		if d.format != "JSON" {
			return nil, false
		}
		for _, v := range s.JSON.Find(d.json) {
			if text, ok := scalar(v); ok {
				texts = append(texts, text)
			}
		}
		return texts, true
	default:
		if d.format != "XML" {
			return nil, false
		}
		return evaluate(d.xml, s.XML.Expr()), true
	}
}

// scalar returns a JSON string, number or boolean as text, and reports whether the value is one.
func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// evaluate returns the texts that an XPath finds below a node.
func evaluate(node *xmlquery.Node, expr *xpath.Expr) (texts []string) {
	switch v := expr.Evaluate(xmlquery.CreateXPathNavigator(node)).(type) {
	case string:
		if v != "" {
			texts = append(texts, v)
		}
	case float64:
		texts = append(texts, strconv.FormatFloat(v, 'f', -1, 64))
	case bool:
		texts = append(texts, strconv.FormatBool(v))
	case *xpath.NodeIterator:
		for v.MoveNext() {
			texts = append(texts, strings.TrimSpace(v.Current().Value()))
		}
	}
	return texts
}

// matches reports whether the answer is one of those that the matcher describes.
func (d document) matches(status int, m targetfile.Matcher) bool {
	if !slices.ContainsFunc(m.Status, func(r targetfile.StatusRange) bool { return r.Has(status) }) {
		return false
	}
	if m.Where == nil {
		return true
	}
	texts, _ := d.find(*m.Where)
	return slices.ContainsFunc(texts, func(s string) bool {
		return len(m.Equals) == 0 || slices.Contains(m.Equals, s)
	})
}
