package runner

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// How much of an answer a history keeps.
const (
	keptBody    = 4 << 10 // bytes
	keptText    = 1 << 10 // bytes of a text of the document
	keptHeaders = 40
	keptHeader  = 512 // bytes of one value
)

// kept returns an answer as a history keeps it: with what it is judged by, and with little else. A
// run has thousands of answers, and each may have a megabyte.
func kept(a targets.Answer) targets.Answer {
	for _, text := range []*string{&a.RequestID, &a.HostID, &a.Code, &a.Message, &a.BackupJobID} {
		*text = cut(*text, keptText)
	}
	if len(a.Body) > keptBody {
		a.Body = brief(a)
	}
	a.Header = briefHeader(a.Header)
	return a
}

// cut returns the beginning of a text, and does not keep the rest in memory.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.Clone(strings.ToValidUTF8(text[:limit], "") + "…")
}

// brief returns a body that is judged as that of the answer is. Of an accepted call, the shape of
// the document counts.
func brief(a targets.Answer) []byte {
	var short []byte
	switch {
	case a.Outcome != targets.Accepted:
	case a.Format == "JSON":
		short = briefJSON(targets.Text(a.Body))
	case a.Format == "XML":
		short = briefXML(targets.Text(a.Body))
	}
	if short == nil || len(short) > keptBody {
		short = bytes.Clone(a.Body[:keptBody])
	}
	return short
}

// briefJSON returns an object with the documented members of a JSON text, or nil.
func briefJSON(text []byte) []byte {
	var doc map[string]json.RawMessage
	if json.Unmarshal(text, &doc) != nil {
		return nil
	}
	maps.DeleteFunc(doc, func(name string, _ json.RawMessage) bool { return name != "RequestId" && name != "BackupJobId" })
	for name, value := range doc {
		if len(value) <= keptText {
			continue
		}
		var s string
		doc[name] = json.RawMessage("[]") // no text, whatever it is
		if json.Unmarshal(value, &s) == nil {
			doc[name], _ = json.Marshal(cut(s, keptText)) // a text always has a JSON form
		}
	}
	short, err := json.Marshal(doc)
	if err != nil {
		return nil
	}
	return short
}

// briefXML returns an element with the documented children of an XML document, or nil.
func briefXML(text []byte) []byte {
	var doc struct {
		XMLName     xml.Name
		RequestID   *string `xml:"RequestId"`
		BackupJobID *string `xml:"BackupJobId"`
	}
	if xml.Unmarshal(text, &doc) != nil {
		return nil
	}
	for _, s := range []*string{doc.RequestID, doc.BackupJobID} {
		if s != nil {
			*s = cut(*s, keptText)
		}
	}
	short, err := xml.Marshal(doc)
	if err != nil {
		return nil
	}
	return short
}

// briefHeader returns a header without what is too long in it, and the header itself where nothing
// is.
func briefHeader(h http.Header) http.Header {
	long := func(values []string) bool {
		return len(values) > keptHeaders || slices.ContainsFunc(values, func(v string) bool { return len(v) > keptHeader })
	}
	short := http.Header{}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if len(short) < keptHeaders && !long(h[name]) {
			short[name] = h[name]
		}
	}
	if len(short) == len(h) {
		return h
	}
	return short
}
