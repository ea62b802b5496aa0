package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Reader reads the exchanges of a file.
type Reader struct {
	name  string
	file  io.Closer
	items items
	now   Exchange // the next one
	err   error    // why there is none
}

// items is a file of one format. An error of next is an *Error, or io.EOF at the end.
type items interface {
	next() (Exchange, error)
}

// Error says what is wrong with a file, and where.
type Error struct {
	File string
	Line int
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Err) }

func (e *Error) Unwrap() error { return e.Err }

// Open opens a file of any of the formats, or the standard input for "-".
func Open(path string) (*Reader, error) {
	if path == "-" {
		return NewReader("standard input", os.Stdin)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r, err := NewReader(path, f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	r.file = f
	return r, nil
}

// peeked is how much of a file is looked at to tell its format.
const peeked = 4 << 10

// NewReader reads a file of any of the formats. The name is for messages, and its extension may
// tell the format.
func NewReader(name string, from io.Reader) (*Reader, error) {
	buffered := bufio.NewReaderSize(from, 256<<10)
	start, err := buffered.Peek(peeked)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if bytes.HasPrefix(start, []byte("\xef\xbb\xbf")) {
		_, _ = buffered.Discard(3) // which were peeked at
		start = start[3:]
	}
	r := &Reader{name: name}
	l := &lines{from: buffered}
	switch start = bytes.TrimSpace(start); {
	case len(start) == 0:
		r.err = io.EOF
		return r, nil
	case strings.EqualFold(filepath.Ext(name), ".har") || firstMember(start) == "log":
		r.items = newHAR(l)
	case firstMember(start) == "interactions" || firstMember(start) == "version":
		r.items = newCassetteJSON(l)
	case start[0] == '{':
		r.items = newNDJSON(l)
	case start[0] == '<' || start[0] == '[':
		return nil, &Error{name, 1, errors.New("not recorded traffic: it is HAR, NDJSON or a cassette of VCR")}
	default:
		r.items = newCassetteYAML(l)
	}
	r.advance()
	return r, nil
}

// firstMember returns the name of the first member of a JSON object.
func firstMember(start []byte) string {
	rest, is := bytes.CutPrefix(start, []byte("{"))
	if rest = bytes.TrimSpace(rest); !is || !bytes.HasPrefix(rest, []byte(`"`)) {
		return ""
	}
	name, _, _ := bytes.Cut(rest[1:], []byte(`"`))
	return string(name)
}

func (r *Reader) advance() {
	r.now, r.err = r.items.next()
	r.now.Source = r.name
	if e := (*Error)(nil); errors.As(r.err, &e) {
		e.File = r.name
	}
}

// Next returns the next exchange. The error is io.EOF at the end, and names file and line where the
// file is not as it should be.
func (r *Reader) Next() (Exchange, error) {
	x, err := r.now, r.err
	if err == nil {
		r.advance()
	}
	return x, err
}

// Close closes the file.
func (r *Reader) Close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}

// Joined reads several files as one, in the order of time.
type Joined []*Reader

// Next returns the next exchange of the file whose next exchange is the oldest.
func (j Joined) Next() (Exchange, error) {
	var first *Reader
	for _, r := range j {
		switch {
		case errors.Is(r.err, io.EOF):
		case r.err != nil:
			return Exchange{}, r.err
		case first == nil || r.now.Start.Before(first.now.Start):
			first = r
		}
	}
	if first == nil {
		return Exchange{}, io.EOF
	}
	return first.Next()
}

// Endpoint returns the URL of the first exchange, or nothing where there is none.
func (j Joined) Endpoint() string {
	for _, r := range j {
		if r.err == nil {
			return r.now.Request.URL
		}
	}
	return ""
}
