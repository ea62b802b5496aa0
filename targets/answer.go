package targets

import (
	"fmt"
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
	Throttled Outcome = "throttled" // asked to slow down, again and again; tells nothing of the call
	Broken    Outcome = "broken"    // neither: Problem says why
	Lost      Outcome = "lost"      // no connection could be made: the target is gone; Problem says why
)

// Kinds of a broken answer.
const (
	BrokenStatus    = "status"    // 1xx, 3xx, 5xx
	BrokenDocument  = "document"  // a body that is no well-formed document, or one that contradicts the status
	BrokenTooLarge  = "too large" // a body over the limit
	BrokenTimeout   = "timeout"   // no complete answer in time
	BrokenDropped   = "dropped"   // the connection ended before the answer did
	BrokenTransport = "transport" // any other fault of the transport
)

// Answer is what came back for a call. Nothing in it is trusted: escape it wherever it is shown.
type Answer struct {
	Outcome Outcome
	Kind    string // of a Broken one
	Problem string // why Broken, Throttled or Lost: a stable sentence, without ids and times
	Status  int    // HTTP status; 0 where none came
	Header  http.Header
	Body    []byte // at most MaxBody bytes
	Format  string // "JSON" or "XML": what the body is; empty where it is neither

	RequestID   string
	HostID      string
	Code        string
	Message     string
	BackupJobID string // current edition

	Latency  time.Duration // from sending to the end of the body
	Attempts int           // requests it took, throttled ones included
	// Throttled is how often the target asked to slow down before it gave this answer.
	Throttled int
	// Sent is the request as it went out, secrets removed: what HAR files and -vv show.
	Sent Sent
}

// haste are the Codes that ask to slow down (wire.md §3.4, §6, and what other gateways say); quota those that refuse a backup for what was made before.
var (
	haste = regexp.MustCompile(`(?i)(^|\.)(throttl|rate_?limit|qps|flow_?control|too_?many_?requests|slow_?down|request_?limit)`)
	quota = regexp.MustCompile(`(?i)backup|times|daily|quota`)
)

// SlowsDown tells whether an answer asks to slow down, and so says nothing of the call: by its Code or, where that says neither this nor why the call is
// refused, by its status. A server may well refuse what is beyond a day's quota as 429.
func (a Answer) SlowsDown() bool {
	switch {
	case a.Status < 400:
		return false
	case haste.MatchString(a.Code), a.Status == http.StatusServiceUnavailable && (a.Code == "ServiceUnavailable" || a.Header.Get("Retry-After") != ""):
		return true
	case a.Status != http.StatusTooManyRequests || quota.MatchString(a.Code):
		return false
	default:
		return a.Code == "" || a.Header.Get("Retry-After") != ""
	}
}

// insist makes of an answer that asked to slow down again and again what it comes to: nothing is known of the call, unless the status says that the server
// failed.
func (a *Answer) insist() {
	if a.Outcome == Throttled && a.Status >= 500 {
		a.Outcome, a.Kind, a.Problem = Broken, BrokenStatus, fmt.Sprintf("a server error (%d), again and again", a.Status)
	}
}

// MaxBody is how much of an answer's body is read, in bytes.
const MaxBody = 1 << 20

// Sent is a request as it went out. The signature, the access key and any token are replaced by "REDACTED".
type Sent struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte
	At     time.Time
}
