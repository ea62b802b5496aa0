package rpc

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/bounds"
)

// document is the body of an answer, as far as it counts.
type document struct {
	format  string
	root    string // name of the root element of XML
	members map[string]text
	further bool // it has members that a success document does not have
}

// Decode reads the body of an answer and decides its outcome (design: "Accepted / refused").
func Decode(a *targets.Answer) {
	doc, err := parse(a.Body)
	a.Format = doc.format
	a.RequestID, a.HostID = string(doc.members["RequestId"]), string(doc.members["HostId"])
	a.Code, a.Message = string(doc.members["Code"]), string(doc.members["Message"])
	a.BackupJobID = string(doc.members["BackupJobId"])
	isError := doc.isError()
	broken := func(kind, problem string) { a.Outcome, a.Kind, a.Problem = targets.Broken, kind, problem }
	switch {
	case a.SlowsDown():
		a.Outcome, a.Problem = targets.Throttled, targets.SlowDown
	case a.Status >= 500 && a.IsPage():
		broken(targets.BrokenStatus, fmt.Sprintf("a server error (%d) in %s", a.Status, page))
	case a.Status >= 500:
		broken(targets.BrokenStatus, fmt.Sprintf("a server error (%d)", a.Status))
	case a.Status < 200 || a.Status >= 300 && a.Status < 400:
		broken(targets.BrokenStatus, fmt.Sprintf("no valid answer: status %d is neither success nor error", a.Status))
	case a.IsPage():
		broken(targets.BrokenDocument, fmt.Sprintf("no valid answer (%d): %s", a.Status, page))
	case err != nil:
		broken(targets.BrokenDocument, fmt.Sprintf("no valid answer (%d): the body is %s", a.Status, err))
	case a.Status < 300 && isError:
		broken(targets.BrokenDocument, fmt.Sprintf("no valid answer: a success (%d) with an error document (%s)", a.Status, a.Code))
	case a.Status < 300:
		a.Outcome = targets.Accepted
	case doc.isSuccess():
		broken(targets.BrokenDocument, fmt.Sprintf("no valid answer: an error (%d) with a success document", a.Status))
	default:
		a.Outcome = targets.Refused
	}
}

// page is what an API does not send, but a front of it does, or the web server that it runs in.
const page = "an HTML page, as a proxy or a web server sends it"

// isError reports whether the document says that the call failed.
func (d document) isError() bool {
	if d.format == "XML" {
		return d.root == "Error" || d.root == "ErrorResponse"
	}
	switch strings.ToLower(string(d.members["Code"])) {
	case "", "ok", "200", "0", "success", "succeeded":
		return false
	}
	return true
}

// isSuccess reports whether the document can only be the answer to an accepted call. A JSON object
// that has other words for an error is not one: only its status tells.
func (d document) isSuccess() bool {
	if d.format == "XML" {
		return d.root == "CreateBackupResponse"
	}
	return d.members["RequestId"] != "" && !d.further
}

// What is wrong with a body, after "the body is".
var (
	errEmpty   = errors.New("empty")
	errNotUTF8 = errors.New("not UTF-8")
	errNeither = errors.New("neither XML nor a JSON object")
	errNotJSON = errors.New("not well-formed JSON")
	errNotXML  = errors.New("not well-formed XML")
)

func parse(body []byte) (document, error) {
	body = targets.Text(body)
	switch {
	case len(body) == 0:
		return document{}, errEmpty
	case !utf8.Valid(body):
		return document{}, errNotUTF8
	case body[0] == '<':
		return parseXML(body)
	case body[0] == '{':
		return parseJSON(body)
	default:
		return document{}, errNeither
	}
}

// text is a string in a document. It is empty for a value of another type.
type text string

// UnmarshalJSON reads a value, which encoding/json has found well-formed.
func (t *text) UnmarshalJSON(raw []byte) error {
	var s string
	switch {
	case raw[0] != '"':
	case bytes.IndexByte(raw, '\\') < 0:
		s = string(raw[1 : len(raw)-1])
	default:
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
	}
	*t = text(s)
	return nil
}

// parseJSON reads the members of an object.
func parseJSON(body []byte) (document, error) {
	d := document{format: "JSON"}
	if err := bounds.JSON(body); err != nil {
		return document{}, err
	}
	if err := json.Unmarshal(body, &d.members); err != nil {
		return document{}, errNotJSON
	}
	for name := range d.members {
		d.further = d.further || name != "RequestId" && name != "BackupJobId"
	}
	return d, nil
}

// parseXML reads the root element and the texts of its children. It resolves no entities but XML's
// own; others are an error.
func parseXML(body []byte) (document, error) {
	d := document{members: map[string]text{}}
	if err := bounds.XML(body); err != nil {
		return d, err
	}
	decoder := xml.NewDecoder(bytes.NewReader(body))
	var path []string
	var value strings.Builder
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return d, errNotXML
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(path) == 0 && d.root != "" || repeats(t.Attr) {
				return d, errNotXML
			}
			if len(path) == 0 {
				d.root = t.Name.Local
			}
			path = append(path, t.Name.Local)
			value.Reset()
			if len(path) > bounds.MaxDepth {
				return d, bounds.ErrDepth
			}
		case xml.CharData:
			if len(path) == 0 && len(bytes.TrimSpace(t)) > 0 {
				return d, errNotXML
			}
			if len(path) == 2 {
				value.Write(t)
			}
		case xml.EndElement:
			if len(path) == 2 {
				if _, twice := d.members[path[1]]; !twice {
					d.members[path[1]] = text(strings.TrimSpace(value.String()))
				}
			}
			path = path[:len(path)-1]
		}
	}
	if d.root == "" {
		return d, errNotXML
	}
	d.format = "XML"
	return d, nil
}

// repeats reports whether an element has an attribute twice, which encoding/xml accepts.
func repeats(attributes []xml.Attr) bool {
	seen := make(map[xml.Name]bool, len(attributes))
	for _, a := range attributes {
		if seen[a.Name] {
			return true
		}
		seen[a.Name] = true
	}
	return false
}
