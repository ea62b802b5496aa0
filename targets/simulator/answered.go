package simulator

import (
	"strings"
	"sync"
	"time"
)

// Answered is a request to the API and how it was answered.
type Answered struct {
	At            time.Time
	Method        string
	URI, Body     string // as they came, up to 4 KiB each
	Action        string
	Status        int
	Code, Message string // of an error document
}

// maxKept is how many bytes of a URI and of a body are kept.
const maxKept = 4 << 10

// newAnswered describes an exchange that was answered.
func newAnswered(e *exchange) Answered {
	a := Answered{
		At: e.now, Method: e.r.Method, URI: beginning(e.r.RequestURI), Body: beginning(string(e.body[:min(len(e.body), maxKept)])),
		Action: e.action, Status: e.status, Code: e.code,
	}
	if a.Code != "" {
		a.Message = beginning(e.doc.text("Message"))
	}
	return a
}

// beginning returns what is kept of a text. It does not hold on to the rest.
func beginning(text string) string {
	if len(text) <= maxKept {
		return text
	}
	return strings.Clone(text[:maxKept])
}

// parameters returns the parameters of the request without those of the signature and those that
// every request has. It is empty if they cannot be read.
func (a Answered) parameters() params {
	var all, shown params
	_, query, _ := strings.Cut(a.URI, "?")
	if !all.parse(query, decodeForm) || !all.parse(a.Body, decodeForm) {
		return nil
	}
	for _, p := range all {
		switch p.name {
		case "Action", "Version", "AccessKeyId", "SecurityToken", "SignatureMethod", "SignatureVersion",
			"SignatureType", "SignatureNonce", "Signature", "Timestamp":
		default:
			shown = append(shown, p)
		}
	}
	return shown
}

// callLog keeps the last requests.
type callLog struct {
	mu    sync.Mutex
	kept  [50]Answered
	count int
}

func (l *callLog) add(a Answered) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept[l.count%len(l.kept)] = a
	l.count++
}

// latest returns the requests that are kept, the last one first.
func (l *callLog) latest() []Answered {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []Answered
	for i := l.count - 1; i >= 0 && i >= l.count-len(l.kept); i-- {
		list = append(list, l.kept[i%len(l.kept)])
	}
	return list
}
