package targets

import (
	"bytes"
	"net/http"
	"regexp"
	"time"
)

// Outcome is how a target answered a call.
type Outcome string

// Outcomes (design: "Accepted / refused").
const (
	Accepted  Outcome = "accepted"  // a 2xx answer with a well-formed success document
	Refused   Outcome = "refused"   // a 4xx answer with a well-formed error document
	Throttled Outcome = "throttled" // the target asked to slow down on every retry; nothing is known of the call
	Broken    Outcome = "broken"    // neither accepted nor refused; Problem says why
	Lost      Outcome = "lost"      // no connection could be made; Problem says why
)

// Kinds of a broken answer.
const (
	BrokenStatus    = "status"    // 1xx, 3xx or 5xx
	BrokenDocument  = "document"  // the body is not well-formed, or it contradicts the status
	BrokenTooLarge  = "too large" // the body is larger than MaxBody
	BrokenTimeout   = "timeout"   // no complete answer arrived in time
	BrokenDropped   = "dropped"   // the connection ended before the answer did
	BrokenTransport = "transport" // any other failure of the transport
)

// Answer is what came back for a call. The target wrote it, so escape it wherever it is shown.
type Answer struct {
	Outcome Outcome
	Kind    string // the kind of a Broken answer
	Unread  bool   // the target had not read the request when the connection of a Broken answer ended
	Problem string // why the answer is Broken, Throttled or Lost: a stable sentence without ids and times
	Status  int    // HTTP status; 0 if none arrived
	Proto   string // version of HTTP that the answer has, such as "HTTP/1.1"
	Header  http.Header
	Body    []byte // at most MaxBody bytes
	Format  string // format of the body, "JSON" or "XML"; empty if it is neither

	RequestID   string
	HostID      string
	Code        string
	Message     string
	BackupJobID string // current edition

	Latency  time.Duration // from sending to the end of the body
	Attempts int           // requests sent, throttled ones included
	// Throttled counts how often the target asked to slow down before it gave this answer, and
	// ThrottledBy is the status by which it last did.
	Throttled, ThrottledBy int
	// Sent is the request as it was sent, without secrets. HAR files and -vv show it.
	Sent Sent
}

// SlowDown is the Problem of a Throttled answer.
const SlowDown = "the target asked to slow down on every retry: use --requests-per-second"

// throttlingCode matches the Codes that ask to slow down (wire.md §3.4, §6, and those of other
// gateways). quotaCode matches the Codes that refuse a backup because of earlier ones.
var (
	throttlingCode = regexp.MustCompile(`(?i)(^|\.)(throttl|rate_?limit|qps|flow_?control|too_?many_?requests|slow_?down|request_?limit)`)
	quotaCode      = regexp.MustCompile(`(?i)backup|times|daily|quota`)
)

// SlowsDown reports whether the answer asks to slow down and so says nothing of the call. The Code
// decides if it is known. The status decides otherwise, because a server may refuse a backup over
// the day's quota with status 429 too.
func (a Answer) SlowsDown() bool {
	unavailable := a.Code == "" || a.Code == "ServiceUnavailable" || a.Header.Get("Retry-After") != ""
	switch {
	case a.Status < 400:
		return false
	case throttlingCode.MatchString(a.Code), a.Status == http.StatusServiceUnavailable && unavailable:
		return true
	case a.Status != http.StatusTooManyRequests || quotaCode.MatchString(a.Code):
		return false
	default:
		return a.Code == "" || a.Header.Get("Retry-After") != ""
	}
}

// IsPage reports whether the body is an HTML page, which is not the API's own answer.
func (a Answer) IsPage() bool {
	start := bytes.ToLower(bytes.TrimSpace(a.Body[:min(len(a.Body), 100)]))
	return bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html"))
}

// MaxBody is how much of an answer's body is read, in bytes.
const MaxBody = 1 << 20

// Sent is a request as it was sent. "REDACTED" replaces the signature, the access key and the
// token.
type Sent struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte
	At     time.Time
	// Raw is the whole of a raw request. Method, URL, Header and Body are then those of the call that
	// it was made from.
	Raw []byte
}
