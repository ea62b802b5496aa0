package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/transport"
)

func TestFailTellsHowAnExchangeFailed(t *testing.T) {
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	read := &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	const drop = "the connection was dropped before the answer was complete"
	tests := []struct {
		name    string
		err     error
		outcome targets.Outcome
		kind    string
		problem string
	}{
		{"a refused connection", dial, targets.Lost, "", "no connection to h:1 could be made: connection refused"},
		{"an unknown host", &net.DNSError{Err: "no such host", Name: "h"}, targets.Lost, "", "no connection to h:1 could be made: lookup h: no such host"},
		{"a connection that was never made", transport.NoConnection{Err: errors.New("bad certificate")}, targets.Lost, "",
			"no connection to h:1 could be made: bad certificate"},
		{"no header in time", errors.New("net/http: timeout awaiting response headers"), targets.Broken, targets.BrokenTimeout, "no header of an answer in time"},
		{"a context that ended", fmt.Errorf("read: %w", context.DeadlineExceeded), targets.Broken, targets.BrokenTimeout, "no complete answer within 1s"},
		{"a deadline", os.ErrDeadlineExceeded, targets.Broken, targets.BrokenTimeout, "no complete answer within 1s"},
		{"the end of a connection", io.EOF, targets.Broken, targets.BrokenDropped, drop},
		{"half an answer", io.ErrUnexpectedEOF, targets.Broken, targets.BrokenDropped, drop},
		{"a reset", read, targets.Broken, targets.BrokenDropped, drop},
		{"a reset that net/http tells in words", errors.New("http2: server closed the connection"), targets.Broken, targets.BrokenDropped, drop},
		{"a stream that HTTP/2 reset", errors.New("stream error: stream ID 3; INTERNAL_ERROR; received from peer"), targets.Broken, targets.BrokenDropped,
			"the target reset the HTTP/2 stream (INTERNAL_ERROR)"},
		{"something else than HTTP", errors.New("malformed HTTP response"), targets.Broken, targets.BrokenTransport, "the answer is not HTTP: malformed HTTP response"},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			var a targets.Answer
			transport.Fail(&a, c.err, "h:1", time.Second)
			require.Equal(t, targets.Answer{Outcome: c.outcome, Kind: c.kind, Problem: c.problem}, a)
		})
	}
}

func TestShortenKeepsLittle(t *testing.T) {
	a := targets.Answer{Body: make([]byte, targets.MaxBody)}
	transport.Fail(&a, errors.New(strings.Repeat("x", 300)), "h:1", time.Second)
	transport.Shorten(&a)
	require.Equal(t, "the answer is not HTTP: "+strings.Repeat("x", 226)+"…", a.Problem)
	require.Len(t, a.Body, 4<<10)
	transport.TooLarge(&a)
	require.Equal(t, targets.BrokenTooLarge, a.Kind)

	accepted := targets.Answer{Outcome: targets.Accepted, Body: make([]byte, targets.MaxBody)}
	transport.Shorten(&accepted)
	require.Len(t, accepted.Body, targets.MaxBody)
}

// nginx ends the connection of a request whose URL is too large for HTTP/2, where it answers 414
// over HTTP/1.1.
func TestFailTakesALimitOfHTTP2ForAStatus(t *testing.T) {
	for _, text := range []string{
		`http2: server sent GOAWAY and closed the connection; LastStreamID=1, ErrCode=ENHANCE_YOUR_CALM, debug=""`,
		"stream error: stream ID 1; ENHANCE_YOUR_CALM; received from peer",
	} {
		var a targets.Answer
		transport.Fail(&a, errors.New(text), "h:1", time.Second)
		require.Equal(t, targets.BrokenDropped, a.Kind)
		require.Equal(t, http.StatusRequestHeaderFieldsTooLarge, a.Status)
		require.False(t, a.Unread)
	}
}

func TestFailKnowsARequestThatWasNotRead(t *testing.T) {
	for _, text := range []string{
		"http: server closed idle connection",
		"net/http: cannot rewind body after connection loss",
		"http2: Transport: cannot retry err [stream error: stream ID 1; REFUSED_STREAM; received from peer] after Request.Body was written",
	} {
		var a targets.Answer
		transport.Fail(&a, errors.New(text), "h:1", time.Second)
		require.Equal(t, targets.BrokenDropped, a.Kind)
		require.True(t, a.Unread, text)
	}
}
