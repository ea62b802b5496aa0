package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// NoConnection marks the error of a request that was not sent, because no connection could be made.
type NoConnection struct{ Err error }

func (e NoConnection) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e NoConnection) Unwrap() error { return e.Err }

// connectionDropped is the problem of an answer whose connection was dropped.
const connectionDropped = "the connection was dropped before the answer was complete"

// Fail records in the answer how an exchange with a host failed that may take as long as timeout.
func Fail(a *targets.Answer, err error, host string, timeout time.Duration) {
	a.Outcome = targets.Broken
	switch {
	case neverConnected(err):
		a.Outcome, a.Problem = targets.Lost, "no connection to "+host+" could be made: "+cause(err)
	case strings.Contains(err.Error(), "timeout awaiting response headers"): // net/http has no value for it
		a.Kind, a.Problem = targets.BrokenTimeout, "no header of an answer in time"
	case timedOut(err):
		a.Kind, a.Problem = targets.BrokenTimeout, fmt.Sprintf("no complete answer within %s", timeout)
	case unread(err):
		a.Kind, a.Problem, a.Unread = targets.BrokenDropped, connectionDropped, true
	case strings.Contains(err.Error(), "ENHANCE_YOUR_CALM"):
		a.Kind = targets.BrokenDropped
		a.Problem = "the target ended the HTTP/2 connection of a request that it finds too large (ENHANCE_YOUR_CALM)"
		a.Status = http.StatusRequestHeaderFieldsTooLarge // the same said in HTTP/1.1
	case resetStream.MatchString(err.Error()):
		a.Kind, a.Problem = targets.BrokenDropped, "the target reset the HTTP/2 stream ("+resetStream.FindStringSubmatch(err.Error())[1]+")"
	case dropped(err):
		a.Kind, a.Problem = targets.BrokenDropped, connectionDropped
	default:
		a.Kind, a.Problem = targets.BrokenTransport, "the answer is not HTTP: "+cause(err)
	}
}

// net/http has no values for the errors of HTTP/2.
var (
	// notProcessed matches what net/http says of a request that it could not send again, and that
	// the server says it has not processed (RFC 9113, 6.8 and 8.7).
	notProcessed = regexp.MustCompile(`^http2: .*cannot retry err \[.*(graceful shutdown GOAWAY|; REFUSED_STREAM; received from peer)`)
	resetStream  = regexp.MustCompile(`stream error: stream ID \d+; ([A-Z_]+); received from peer`)
)

// errAgain ends a request that net/http is about to send again over HTTP/2.
var errAgain = errors.New("the server closed the stream of a request that it had not read")

// unread reports whether the server certainly did not read a request, or says so: it had closed a
// kept connection before the request was written to it, or it did not process a stream of HTTP/2.
// Of a request that it did not write, net/http may also say that it cannot rewind its body.
func unread(err error) bool {
	return errors.Is(err, errAgain) || notProcessed.MatchString(err.Error()) ||
		strings.Contains(err.Error(), "cannot rewind body after connection loss") ||
		strings.Contains(err.Error(), "server closed idle connection") || strings.Contains(err.Error(), "readLoopPeekFailLocked")
}

func neverConnected(err error) bool {
	var none NoConnection
	var dns *net.DNSError
	var op *net.OpError
	return errors.As(err, &none) || errors.As(err, &dns) || errors.As(err, &op) && op.Op == "dial"
}

func timedOut(err error) bool {
	var n net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}

func dropped(err error) bool {
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, end) {
			return true
		}
	}
	// net/http wraps some of these errors in text only.
	for _, words := range []string{"server closed", "connection reset", "broken pipe", "GOAWAY", "client connection lost"} {
		if strings.Contains(err.Error(), words) {
			return true
		}
	}
	return false
}

// cause returns the text of the innermost error. The outer ones hold addresses and ports, which
// differ from run to run. The target may have written it, as long as it liked: see [Shorten].
func cause(err error) string {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err.Error()
}

// TooLarge records that the body of an answer is larger than targets.MaxBody.
func TooLarge(a *targets.Answer) {
	a.Outcome, a.Kind, a.Problem = targets.Broken, targets.BrokenTooLarge, "the answer is larger than 1 MiB"
}

// How much is kept of an answer without a decision, in bytes. Many of them must not fill the
// memory.
const (
	keptProblem = 250
	keptBody    = 4 << 10
)

// Shorten cuts what a target made long in an answer without a decision. It must come after secrets
// are removed: half of a secret is not recognised.
func Shorten(a *targets.Answer) {
	if len(a.Problem) > keptProblem {
		a.Problem = strings.ToValidUTF8(a.Problem[:keptProblem], "") + "…"
	}
	if a.Outcome == targets.Broken && len(a.Body) > keptBody {
		a.Body = bytes.Clone(a.Body[:keptBody])
	}
}
