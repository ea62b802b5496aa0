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

// document is the body of an answer, read.
type document struct {
	header http.Header
	json   any            // where it is JSON
	xml    *xmlquery.Node // where it is XML
	format string         // JSON, XML, or empty where it is neither
}

// read fills in what the answer says, as the mapping has it, and what it is. An answer to an operation that the server has
// not need be no document of the mapping's.
func (t *Target) read(a *targets.Answer, operation bool) {
	c := t.mapping.CreateBackup
	doc := parse(a.Header, a.Body)
	if operation {
		a.Format = doc.format // elsewhere, it is whatever the server has for what it does not know
	}
	unread := false
	get := func(s *targetfile.Source) string {
		if s == nil {
			return ""
		}
		texts, readable := doc.find(*s)
		unread = unread || !readable
		if len(texts) == 0 {
			return ""
		}
		return texts[0]
	}
	broken := func(kind, problem string) { a.Outcome, a.Kind, a.Problem = targets.Broken, kind, problem }
	accepted, refused := doc.matches(a.Status, c.Accepted), doc.matches(a.Status, c.Refused)
	a.RequestID = get(c.RequestID)
	if accepted {
		a.BackupJobID = get(c.JobID)
	} else {
		a.HostID, a.Code, a.Message = get(c.HostID), get(c.Code), get(c.Message)
		if documented, ok := c.Codes[a.Code]; ok {
			a.Code = documented
		}
	}
	switch {
	case !accepted && a.SlowsDown():
		a.Outcome, a.Problem = targets.Throttled, "the target asked to slow down, again and again"
	case accepted && refused:
		broken(targets.BrokenDocument, fmt.Sprintf("an answer (%d) that the mapping reads as accepted and as refused", a.Status))
	case !accepted && !refused && a.Status >= 500:
		broken(targets.BrokenStatus, fmt.Sprintf("a server error (%d)", a.Status))
	case !accepted && !refused:
		broken(targets.BrokenStatus, fmt.Sprintf("an answer (%d) that the mapping reads neither as accepted nor as refused", a.Status))
	case unread && operation:
		broken(targets.BrokenDocument, fmt.Sprintf("an answer (%d) whose body is not the document that the mapping reads", a.Status))
	case accepted:
		a.Outcome = targets.Accepted
	default:
		a.Outcome = targets.Refused
	}
}

// parse reads a body as JSON or XML.
func parse(h http.Header, body []byte) document {
	d := document{header: h}
	text := targets.Text(body)
	switch {
	case len(text) == 0:
	case text[0] == '<':
		// No entity beyond XML's own is resolved, and so none is expanded.
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

func parseXML(text []byte) (*xmlquery.Node, error) {
	root, err := xmlquery.ParseWithOptions(bytes.NewReader(text), xmlquery.ParserOptions{Decoder: &xmlquery.DecoderOptions{Strict: true}})
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
		return nil, errors.New("not one root")
	}
	return root, nil
}

// maxDepth bounds how deep a document may be nested.
const maxDepth = 64

// shallow tells whether JSON is nested no deeper than that.
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

// find returns the texts at a source, and whether the answer is of the kind that the source reads.
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

// scalar is the text of a JSON value that is one.
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

// matches tells whether the answer is among those meant.
func (d document) matches(status int, m targetfile.Matcher) bool {
	if !slices.ContainsFunc(m.Status, func(r targetfile.StatusRange) bool { return r.Has(status) }) {
		return false
	}
	if m.Where == nil {
		return true
	}
	texts, _ := d.find(*m.Where)
	return slices.ContainsFunc(texts, func(s string) bool { return len(m.Equals) == 0 || slices.Contains(m.Equals, s) })
}
