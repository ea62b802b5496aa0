package exchange

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// list reads the items of a list within a JSON document, one after the other.
type list struct {
	lines   *lines
	decoder *json.Decoder
	path    []string // of the list; nil once its start was read
	ended   bool
}

func newList(l *lines, path ...string) *list {
	return &list{lines: l, decoder: json.NewDecoder(l), path: path}
}

// fail returns an error at the present place.
func (l *list) fail(err error) error {
	offset := l.decoder.InputOffset()
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		offset = max(offset, l.lines.start)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the file ends within an exchange: it is not complete")
		offset = l.lines.read
	}
	return &Error{Line: l.lines.at(offset), Err: err}
}

// seek reads up to the first item.
func (l *list) seek() error {
	for _, name := range l.path {
		if err := l.enter(name); err != nil {
			return err
		}
	}
	token, err := l.decoder.Token()
	if err == nil && token != json.Delim('[') {
		err = fmt.Errorf("%s is not a list", strings.Join(l.path, "."))
	}
	return err
}

// enter reads an object up to the value of the member with that name.
func (l *list) enter(name string) error {
	token, err := l.decoder.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		return fmt.Errorf("no object with %q", name)
	}
	for l.decoder.More() {
		token, err := l.decoder.Token()
		if err != nil {
			return err
		}
		if token == name {
			return nil
		}
		l.lines.start = l.decoder.InputOffset()
		var skipped json.RawMessage
		if err := l.decoder.Decode(&skipped); err != nil {
			return err
		}
	}
	return fmt.Errorf("there is no %q", name)
}

// next decodes the next item, and returns its line.
func (l *list) next(into any) (line int, err error) {
	if l.path != nil {
		if err := l.seek(); err != nil {
			return 0, l.fail(err)
		}
		l.path = nil
	}
	if l.ended {
		return 0, io.EOF
	}
	l.lines.start = l.decoder.InputOffset()
	if !l.decoder.More() {
		l.ended = true
		if _, err := l.decoder.Token(); err != nil {
			return 0, l.fail(err)
		}
		return 0, io.EOF
	}
	line = l.lines.at(l.begin())
	if err := l.decoder.Decode(into); err != nil {
		return 0, l.fail(err)
	}
	return line, nil
}

// begin returns the offset of the next item, which a comma and white space may precede.
func (l *list) begin() int64 {
	offset := l.decoder.InputOffset()
	ahead := bufio.NewReader(l.decoder.Buffered())
	for c, err := ahead.ReadByte(); err == nil && strings.IndexByte(", \t\r\n", c) >= 0; c, err = ahead.ReadByte() {
		offset++
	}
	return offset
}

// har is a HAR file (version 1.2), as cbspec, browsers and proxies write it.
type har struct{ *list }

func newHAR(l *lines) har { return har{newList(l, "log", "entries")} }

type harEntry struct {
	Started time.Time `json:"startedDateTime"`
	Time    float64   `json:"time"` // milliseconds
	Request struct {
		Method   string    `json:"method"`
		URL      string    `json:"url"`
		Headers  []harPair `json:"headers"`
		BodySize int       `json:"bodySize"`
		PostData *struct {
			Text   *string   `json:"text"`
			Params []harPair `json:"params"`
		} `json:"postData"`
	} `json:"request"`
	Response struct {
		Status  int       `json:"status"`
		Headers []harPair `json:"headers"`
		Content struct {
			Size     int     `json:"size"`
			Text     *string `json:"text"`
			Encoding string  `json:"encoding"`
		} `json:"content"`
	} `json:"response"`
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func (h har) next() (Exchange, error) {
	var e harEntry
	line, err := h.list.next(&e)
	if err != nil {
		return Exchange{}, err
	}
	if e.Request.URL == "" {
		return Exchange{}, &Error{Line: line, Err: errors.New("the entry has no request.url")}
	}
	x := Exchange{
		Line: line, Start: e.Started, End: e.Started.Add(duration(e.Time)),
		Request:  Request{Method: e.Request.Method, URL: e.Request.URL, Header: headerOf(e.Request.Headers), Message: e.posted()},
		Response: Response{Status: e.Response.Status, Header: headerOf(e.Response.Headers), Message: e.content()},
	}
	return x, nil
}

// duration reads milliseconds. Files round them, so that one more may have passed.
func duration(ms float64) time.Duration {
	if !(ms > 0) || ms > math.MaxInt32 {
		ms = 0
	}
	return time.Duration(ms*float64(time.Millisecond)) + time.Millisecond
}

func headerOf(pairs []harPair) http.Header {
	h := make(http.Header, len(pairs))
	for _, p := range pairs {
		if !strings.HasPrefix(p.Name, ":") { // a pseudo-header of HTTP/2
			h.Add(p.Name, p.Value)
		}
	}
	return h
}

// posted returns the body of the request.
func (e *harEntry) posted() Message {
	post := e.Request.PostData
	switch {
	case post == nil:
		return Message{Partial: e.Request.BodySize > 0}
	case post.Text != nil && (*post.Text != "" || len(post.Params) == 0):
		return Message{Body: []byte(*post.Text), Partial: len(*post.Text) < e.Request.BodySize || damaged(*post.Text)}
	}
	var form []string
	for _, p := range post.Params {
		form = append(form, url.QueryEscape(p.Name)+"="+url.QueryEscape(p.Value))
	}
	return Message{Body: []byte(strings.Join(form, "&"))}
}

// content returns the body of the answer.
func (e *harEntry) content() Message {
	c := e.Response.Content
	if c.Text == nil {
		return Message{Partial: true}
	}
	if c.Encoding == "base64" {
		body, err := base64.StdEncoding.DecodeString(*c.Text)
		return Message{Body: body, Partial: err != nil}
	}
	return Message{Body: []byte(*c.Text), Partial: len(*c.Text) < c.Size || damaged(*c.Text)}
}

// damaged reports whether a text has lost bytes that are not UTF-8.
func damaged(text string) bool { return strings.ContainsRune(text, '\uFFFD') }
