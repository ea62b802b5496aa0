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
	"github.com/cbspec/cbspec/targets/bounds"
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
	readable := doc.fill(destination{c.RequestID, &a.RequestID})
	if accepted {
		readable = doc.fill(destination{c.JobID, &a.BackupJobID}) && readable
	} else {
		readable = doc.fill(destination{c.HostID, &a.HostID}, destination{c.Code, &a.Code}, destination{c.Message, &a.Message}) && readable
		if documented, ok := c.Codes[a.Code]; ok {
			a.Code = documented
		}
	}
	broken := func(kind, problem string) {
		a.Outcome, a.Kind, a.Problem = targets.Broken, kind, fmt.Sprintf("no valid answer (%d): %s", a.Status, problem)
	}
	switch {
	case !accepted && a.SlowsDown():
		a.Outcome, a.Problem = targets.Throttled, targets.SlowDown
	case accepted && refused:
		broken(targets.BrokenDocument, "both accepted and refused, as the mapping reads it")
	case !accepted && !refused && a.Status >= 500:
		a.Outcome, a.Kind, a.Problem = targets.Broken, targets.BrokenStatus, fmt.Sprintf("a server error (%d)", a.Status)
	case !accepted && !refused:
		broken(targets.BrokenStatus, "neither accepted nor refused, as the mapping reads it")
	case !readable && r.createBackup:
		broken(targets.BrokenDocument, "the body is not in the format that the mapping reads")
	case accepted:
		a.Outcome = targets.Accepted
	default:
		a.Outcome = targets.Refused
	}
}

// destination is where the first text at a source goes. A nil source is not read.
type destination struct {
	source *targetfile.Source
	to     *string
}

// fill copies texts from the document, and reports whether it has the format of every source.
func (d document) fill(all ...destination) (readable bool) {
	readable = true
	for _, x := range all {
		if x.source == nil {
			continue
		}
		texts, ok := d.find(*x.source)
		readable = readable && ok
		*x.to = ""
		if len(texts) > 0 {
			*x.to = texts[0]
		}
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
		if bounds.JSON(text) == nil && decoder.Decode(&v) == nil && !decoder.More() {
			d.json, d.format = v, "JSON"
		}
	}
	return d
}

// parseXML reads an XML document with one root element.
func parseXML(text []byte) (*xmlquery.Node, error) {
	if err := bounds.XML(text); err != nil {
		return nil, err
	}
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
	switch {
	case elements != 1:
		return nil, errors.New("it has no single root element")
	case deeper(root, bounds.MaxDepth):
		return nil, errors.New("it is nested too deeply")
	}
	return root, nil
}

// deeper reports whether elements below a node are nested deeper than that. The text of an element
// is that of all elements in it, so an XPath that finds elements within each other takes the longer
// the deeper they are.
func deeper(n *xmlquery.Node, depth int) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == xmlquery.ElementNode && (depth == 0 || deeper(c, depth-1)) {
			return true
		}
	}
	return false
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
