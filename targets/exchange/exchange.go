// Package exchange reads recorded HTTP traffic: HAR files, cassettes of go-vcr and vcrpy, and
// NDJSON. It reads one exchange after the other, so that a file may be of any size.
package exchange

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"time"
)

// Exchange is one request with its answer.
type Exchange struct {
	// Source names the record, such as a file. Two sources may have different clocks.
	Source string
	// Line is where the exchange begins in its file. It is 0 where there is none.
	Line int
	// Start is when the request was sent and End when the answer was complete. They are zero where
	// the record has no time.
	Start, End time.Time
	Request    Request
	// Response has the status 0 where there was no answer.
	Response Response
	// Original is set where nobody can have edited the exchange: it was seen on its way.
	Original bool
}

// Request is a request as it was recorded.
type Request struct {
	Method string
	URL    string
	Header http.Header
	Message
}

// Response is an answer as it was recorded.
type Response struct {
	Status int
	Header http.Header
	Message
}

// Message is a body.
type Message struct {
	Body []byte
	// Partial is set where the record does not have the whole body.
	Partial bool
}

// MaxBody is how many bytes of a body are kept.
const MaxBody = 1 << 20

// Plain returns a body without its content encoding. It is partial where that cannot be removed.
func Plain(m Message, header http.Header) Message {
	encoding := strings.ToLower(header.Get("Content-Encoding"))
	if m.Partial || len(m.Body) == 0 || encoding == "" || encoding == "identity" {
		return m
	}
	if !bytes.HasPrefix(m.Body, []byte{0x1f, 0x8b}) {
		first := bytes.TrimSpace(m.Body)
		m.Partial = len(first) == 0 || first[0] != '{' && first[0] != '<' // else the recorder has removed it
		return m
	}
	r, err := gzip.NewReader(bytes.NewReader(m.Body))
	if err != nil {
		return Message{Partial: true}
	}
	plain, err := io.ReadAll(io.LimitReader(r, MaxBody+1))
	return Message{Body: plain, Partial: err != nil || len(plain) > MaxBody}
}
