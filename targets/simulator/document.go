package simulator

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strconv"
	"strings"
	"unicode/utf8"
)

// document is the content of an answer, before it is written as XML or JSON. A value is a string,
// an int, an int64, a bool, a document, or a list of documents, which XML repeats and JSON puts in
// an array.
type document []member

type member struct {
	name  string
	value any
}

// set changes the value of a member, or adds the member at the end.
func (d *document) set(name string, value any) {
	for i := range *d {
		if (*d)[i].name == name {
			(*d)[i].value = value
			return
		}
	}
	*d = append(*d, member{name, value})
}

// drop removes a member.
func (d *document) drop(name string) {
	for i := range *d {
		if (*d)[i].name == name {
			*d = append((*d)[:i:i], (*d)[i+1:]...)
			return
		}
	}
}

// text returns the value of a member that is a string, or the empty string.
func (d document) text(name string) string {
	for _, m := range d {
		if s, ok := m.value.(string); ok && m.name == name {
			return s
		}
	}
	return ""
}

func appendXML(b []byte, name string, value any) []byte {
	if list, ok := value.([]document); ok {
		for _, d := range list {
			b = appendXML(b, name, d)
		}
		return b
	}
	b = append(append(append(b, '<'), name...), '>')
	switch v := value.(type) {
	case string:
		b = appendXMLText(b, v)
	case document:
		for _, m := range v {
			b = appendXML(b, m.name, m.value)
		}
	default:
		b = appendScalar(b, v)
	}
	return append(append(append(b, '<', '/'), name...), '>')
}

func appendJSON(b []byte, value any) []byte {
	switch v := value.(type) {
	case string:
		b = appendJSONText(b, v)
	case document:
		b = append(b, '{')
		for i, m := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendJSONText(b, m.name), ':')
			b = appendJSON(b, m.value)
		}
		b = append(b, '}')
	case []document:
		b = append(b, '[')
		for i, d := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, d)
		}
		b = append(b, ']')
	default:
		b = appendScalar(b, v)
	}
	return b
}

// appendScalar appends what is written alike in both formats.
func appendScalar(b []byte, value any) []byte {
	switch v := value.(type) {
	case int:
		b = strconv.AppendInt(b, int64(v), 10)
	case int64:
		b = strconv.AppendInt(b, v, 10)
	case bool:
		b = strconv.AppendBool(b, v)
	}
	return b
}

// plain reports whether the text needs no escaping in either format.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= utf8.RuneSelf || strings.IndexByte("<>&\"'\\", c) >= 0 {
			return false
		}
	}
	return true
}

func appendXMLText(b []byte, s string) []byte {
	if plain(s) {
		return append(b, s...)
	}
	var buf bytes.Buffer
	_ = xml.EscapeText(&buf, []byte(s)) // writing to a bytes.Buffer never fails
	return append(b, buf.Bytes()...)
}

func appendJSONText(b []byte, s string) []byte {
	if plain(s) {
		return append(append(append(b, '"'), s...), '"')
	}
	text, _ := json.Marshal(s) // marshalling a string never fails
	return append(b, text...)
}
