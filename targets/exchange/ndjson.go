package exchange

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// ndjson is a file with one JSON object on each line.
type ndjson struct {
	from *bufio.Reader
	line int
	rest []byte // of a line that is longer than the buffer
}

func newNDJSON(l *lines) *ndjson { return &ndjson{from: bufio.NewReaderSize(l.from, 64<<10)} }

type record struct {
	Time    time.Time `json:"time"`
	Ms      float64   `json:"ms"`
	Request *struct {
		Method  string `json:"method"`
		URL     string `json:"url"`
		Headers header `json:"headers"`
		body
	} `json:"request"`
	Response *struct {
		Status  int    `json:"status"`
		Headers header `json:"headers"`
		body
	} `json:"response"`
}

// body is a body as text, or in base64 where it is not text.
type body struct {
	Body       string  `json:"body"`
	BodyBase64 *string `json:"bodyBase64"`
}

func (b body) message() (Message, error) {
	if b.BodyBase64 == nil {
		return Message{Body: []byte(b.Body)}, nil
	}
	raw, err := base64.StdEncoding.DecodeString(*b.BodyBase64)
	return Message{Body: raw}, err
}

// header is a header whose members are a value or a list of values.
type header http.Header

// UnmarshalJSON reads a header.
func (h *header) UnmarshalJSON(text []byte) error {
	var members map[string]values
	if err := json.Unmarshal(text, &members); err != nil {
		return err
	}
	*h = header{}
	for name, list := range members {
		for _, v := range list {
			http.Header(*h).Add(name, v)
		}
	}
	return nil
}

type values []string

// UnmarshalJSON reads a value or a list of values.
func (v *values) UnmarshalJSON(text []byte) error {
	var one string
	if err := json.Unmarshal(text, &one); err == nil {
		*v = values{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(v))
}

func (n *ndjson) next() (Exchange, error) {
	for {
		text, err := n.readLine()
		if len(bytes.TrimSpace(text)) > 0 {
			x, bad := parseRecord(text)
			if bad != nil {
				return Exchange{}, &Error{Line: n.line, Err: bad}
			}
			x.Line = n.line
			return x, nil
		}
		if errors.Is(err, io.EOF) {
			return Exchange{}, io.EOF
		}
		if err != nil {
			return Exchange{}, &Error{Line: n.line, Err: err}
		}
	}
}

// readLine returns the next line.
func (n *ndjson) readLine() ([]byte, error) {
	n.rest = n.rest[:0]
	n.line++
	for {
		part, err := n.from.ReadSlice('\n')
		if len(n.rest) == 0 && err == nil {
			return part, nil
		}
		n.rest = append(n.rest, part...)
		switch {
		case len(n.rest) > maxItem:
			return nil, errTooLarge
		case !errors.Is(err, bufio.ErrBufferFull):
			return n.rest, err
		}
	}
}

func parseRecord(text []byte) (Exchange, error) {
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return Exchange{}, fmt.Errorf("not a JSON object of an exchange: %w", err)
	}
	if r.Request == nil || r.Request.URL == "" || r.Response == nil {
		return Exchange{}, errors.New("an exchange needs request.url and response.status")
	}
	asked, err1 := r.Request.message()
	answered, err2 := r.Response.message()
	if err := errors.Join(err1, err2); err != nil {
		return Exchange{}, fmt.Errorf("bodyBase64: %w", err)
	}
	x := Exchange{
		Request:  Request{Method: r.Request.Method, URL: r.Request.URL, Header: http.Header(r.Request.Headers), Message: asked},
		Response: Response{Status: r.Response.Status, Header: http.Header(r.Response.Headers), Message: answered},
	}
	if !r.Time.IsZero() {
		x.Start, x.End = r.Time, r.Time.Add(duration(r.Ms))
	}
	return x, nil
}
