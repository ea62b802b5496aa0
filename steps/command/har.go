package command

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
)

// maxHARBody is how many bytes of a body a HAR file keeps.
const maxHARBody = 16 << 10

// traffic writes calls and their answers to a HAR file (version 1.2) as they happen.
type traffic struct {
	mu      sync.Mutex
	file    *os.File
	part    string // path of the file while it is written
	path    string
	hidden  *hidden
	entries int
	err     error
}

type harEntry struct {
	Started  time.Time   `json:"startedDateTime"`
	Time     float64     `json:"time"` // milliseconds
	Request  harRequest  `json:"request"`
	Response harResponse `json:"response"`
	Cache    struct{}    `json:"cache"`
	Timings  harTimings  `json:"timings"`
	Comment  string      `json:"comment,omitempty"`
}

type harTimings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

type harRequest struct {
	Method      string     `json:"method"`
	URL         string     `json:"url"`
	HTTPVersion string     `json:"httpVersion"`
	Cookies     []struct{} `json:"cookies"`
	Headers     []harPair  `json:"headers"`
	QueryString []harPair  `json:"queryString"`
	PostData    *harBody   `json:"postData,omitempty"`
	HeadersSize int        `json:"headersSize"`
	BodySize    int        `json:"bodySize"`
}

type harResponse struct {
	Status      int        `json:"status"`
	StatusText  string     `json:"statusText"`
	HTTPVersion string     `json:"httpVersion"`
	Cookies     []struct{} `json:"cookies"`
	Headers     []harPair  `json:"headers"`
	Content     harContent `json:"content"`
	RedirectURL string     `json:"redirectURL"`
	HeadersSize int        `json:"headersSize"`
	BodySize    int        `json:"bodySize"`
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type harBody struct {
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
}

type harContent struct {
	Size int `json:"size"`
	harBody
}

// traffic opens the HAR file where one is asked for. The file gets its name when the run has ended.
func (c *runCommand) traffic(o *steps.Options, h *hidden) (*traffic, error) {
	if c.HAR == "" {
		return &traffic{}, nil
	}
	path := reports.Behind(c.HAR)
	part := path + ".part"
	if reports.IsDevice(path) {
		part = path // such as /dev/null, which must not be replaced
	}
	if err := removeOwn(path); err != nil {
		return nil, fmt.Errorf("--har: %w", err)
	}
	f, err := create(part, 0o600) // it has all that was said, and is for who ran it
	if err != nil {
		return nil, fmt.Errorf("--har: %w", err)
	}
	t := &traffic{file: f, part: part, path: path, hidden: h}
	_, t.err = f.WriteString(`{"log":{"version":"1.2","creator":{"name":"cbspec","version":"` + version() + `"},"entries":[`)
	show := o.OnCall
	o.OnCall = func(call targets.Call, a targets.Answer) {
		if show != nil {
			show(call, a)
		}
		t.add(a)
	}
	return t, nil
}

// create opens a file for writing only. A pipe that is also open for reading waits for no reader,
// and what is written to it is lost.
func create(path string, mode os.FileMode) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
}

// add writes one call and its answer.
func (t *traffic) add(a targets.Answer) {
	proto := cmp.Or(a.Proto, "HTTP/1.1")
	ms := float64(a.Latency.Microseconds()) / 1000
	e := harEntry{
		Started: a.Sent.At, Time: ms, Timings: harTimings{Wait: ms}, Comment: a.Problem,
		Request: harRequest{
			Method: a.Sent.Method, URL: a.Sent.URL, HTTPVersion: proto, Cookies: []struct{}{},
			Headers: pairs(a.Sent.Header), QueryString: []harPair{}, HeadersSize: -1, BodySize: len(a.Sent.Body),
		},
		Response: harResponse{
			Status: a.Status, StatusText: http.StatusText(a.Status), HTTPVersion: proto, Cookies: []struct{}{},
			Headers: pairs(a.Header), HeadersSize: -1, BodySize: len(a.Body), RedirectURL: a.Header.Get("Location"),
			Content: harContent{len(a.Body), harBody{a.Header.Get("Content-Type"), t.text(a.Body)}},
		},
	}
	if len(a.Sent.Body) > 0 {
		e.Request.PostData = &harBody{a.Sent.Header.Get("Content-Type"), t.text(a.Sent.Body)}
	}
	text, err := json.Marshal(e)
	text = t.hidden.json(text)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.entries > 0 && err == nil {
		text = append([]byte(",\n"), text...)
	}
	t.entries++
	if err == nil {
		_, err = t.file.Write(text)
	}
	t.err = errors.Join(t.err, err)
}

func pairs(h http.Header) []harPair {
	list := []harPair{}
	for name, values := range h {
		for _, v := range values {
			list = append(list, harPair{name, v})
		}
	}
	slices.SortFunc(list, func(a, b harPair) int { return strings.Compare(a.Name+a.Value, b.Name+b.Value) })
	return list
}

func (t *traffic) text(body []byte) string {
	text := strings.ToValidUTF8(t.hidden.text(string(body)), "\uFFFD")
	return strings.ToValidUTF8(text[:min(len(text), maxHARBody)], "") // without half a character at the end
}

// close completes the file and gives it its name.
func (t *traffic) close() error {
	if t.file == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	_, err := t.file.WriteString("]}}\n")
	if err = errors.Join(t.err, err, t.file.Close()); err != nil {
		return fmt.Errorf("--har: calls are missing: %w", err)
	}
	if t.part == t.path {
		return nil
	}
	return os.Rename(t.part, t.path)
}
