package rpc

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cbspec/cbspec/targets"
)

// maxDepth bounds how deep a document may be nested.
const maxDepth = 64

// document is what of an answer's body counts.
type document struct {
	format  string
	root    string // of XML
	members map[string]text
	further bool // there are members beyond those of a success
}

// decode fills in what an answer says, and what it is: accepted, refused, throttled, or neither (design: "Accepted / refused").
func decode(a *targets.Answer) {
	doc, err := parse(a.Body)
	a.Format = doc.format
	a.RequestID, a.HostID = string(doc.members["RequestId"]), string(doc.members["HostId"])
	a.Code, a.Message = string(doc.members["Code"]), string(doc.members["Message"])
	a.BackupJobID = string(doc.members["BackupJobId"])
	isError := doc.isError()
	broken := func(kind, problem string) { a.Outcome, a.Kind, a.Problem = targets.Broken, kind, problem }
	switch {
	case a.Status == http.StatusTooManyRequests, a.Status >= 400 && throttles(a.Code):
		a.Outcome, a.Problem = targets.Throttled, "the target asked to slow down, again and again"
	case a.Status >= 500:
		broken(targets.BrokenStatus, fmt.Sprintf("a server error (%d)", a.Status))
	case a.Status < 200 || a.Status >= 300 && a.Status < 400:
		broken(targets.BrokenStatus, fmt.Sprintf("an answer that is neither success nor error (%d)", a.Status))
	case err != nil:
		broken(targets.BrokenDocument, fmt.Sprintf("an answer (%d) whose body is no well-formed document: %s", a.Status, err))
	case a.Status < 300 && isError:
		broken(targets.BrokenDocument, fmt.Sprintf("a success (%d) whose body is an error document (%s)", a.Status, a.Code))
	case strings.EqualFold(doc.root, "html"):
		broken(targets.BrokenDocument, fmt.Sprintf("an answer (%d) whose body is a page of HTML", a.Status))
	case a.Status < 300:
		a.Outcome = targets.Accepted
	case doc.isSuccess():
		broken(targets.BrokenDocument, fmt.Sprintf("an error (%d) whose body is a success document", a.Status))
	default:
		a.Outcome = targets.Refused
	}
}

// throttles tells whether a Code asks to slow down (wire.md §3.4, §6).
func throttles(code string) bool {
	return strings.HasPrefix(code, "Throttling") || code == "Rejected.Throttling"
}

// isError tells whether the document says that something went wrong.
func (d document) isError() bool {
	if d.format == "XML" {
		return d.root == "Error" || d.root == "ErrorResponse"
	}
	code := string(d.members["Code"])
	return code != "" && !slices.ContainsFunc([]string{"OK", "200", "0", "Success", "Succeeded"}, func(s string) bool { return strings.EqualFold(s, code) })
}

// isSuccess tells whether the document can be nothing but what is answered when a backup is made. Of an object in JSON
// with other words for an error only its status tells.
func (d document) isSuccess() bool {
	if d.format == "XML" {
		return d.root == "CreateBackupResponse"
	}
	return d.members["RequestId"] != "" && !d.further
}

var (
	errEmpty   = errors.New("it is empty")
	errNoUTF8  = errors.New("it is not UTF-8")
	errNeither = errors.New("it is neither XML nor a JSON object")
	errDepth   = errors.New("it is nested too deeply")
)

func parse(body []byte) (document, error) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	switch {
	case len(body) == 0:
		return document{}, errEmpty
	case body[0] == '<':
		return parseXML(body)
	case !utf8.Valid(body):
		return document{}, errNoUTF8
	case body[0] == '{':
		return parseJSON(body)
	default:
		return document{}, errNeither
	}
}

// text is a string in a document. What else may stand in its place is empty.
type text string

// UnmarshalJSON reads a value that encoding/json has found well-formed.
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

// parseJSON reads the members. encoding/json bounds the depth.
func parseJSON(body []byte) (document, error) {
	d := document{format: "JSON"}
	if err := json.Unmarshal(body, &d.members); err != nil {
		return document{}, errors.New("it is no JSON object")
	}
	for name := range d.members {
		d.further = d.further || name != "RequestId" && name != "BackupJobId"
	}
	return d, nil
}

// parseXML reads the root and the text of its children. Entities beyond XML's own are not resolved, and so an error.
func parseXML(body []byte) (document, error) {
	d := document{members: map[string]text{}}
	decoder := xml.NewDecoder(bytes.NewReader(body))
	decoder.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		switch strings.ToLower(charset) {
		case "us-ascii":
			return in, nil
		case "iso-8859-1":
			return fromLatin1(in)
		}
		return nil, errNoUTF8
	}
	var path []string
	var value strings.Builder
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return d, errors.New("it is no XML")
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(path) == 0 && d.root != "" || repeats(t.Attr) {
				return d, errors.New("it is no XML")
			}
			if len(path) == 0 {
				d.root = t.Name.Local
			}
			path = append(path, t.Name.Local)
			value.Reset()
			if len(path) > maxDepth {
				return d, errDepth
			}
		case xml.CharData:
			if len(path) == 0 && len(bytes.TrimSpace(t)) > 0 {
				return d, errors.New("it is no XML")
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
		return d, errors.New("it is no XML")
	}
	d.format = "XML"
	return d, nil
}

// repeats tells whether an attribute is there twice, which encoding/xml lets pass.
func repeats(attributes []xml.Attr) bool {
	for i, a := range attributes {
		if slices.ContainsFunc(attributes[:i], func(b xml.Attr) bool { return a.Name == b.Name }) {
			return true
		}
	}
	return false
}

// fromLatin1 turns ISO 8859-1 into UTF-8.
func fromLatin1(in io.Reader) (io.Reader, error) {
	raw, err := io.ReadAll(in) // of a body that is bounded
	if err != nil {
		return nil, err
	}
	runes := make([]rune, len(raw))
	for i, c := range raw {
		runes[i] = rune(c)
	}
	return strings.NewReader(string(runes)), nil
}
