package rpc

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/transport"
)

// A server of HTTP/2 says which requests it did not process. They are sent again, a few times at
// most and by the adapter itself, so that every request is counted.
func TestACallThatHTTP2DidNotProcessIsSentAgain(t *testing.T) {
	for _, test := range []struct {
		name     string
		answers  string // a letter for each stream, as answer says; the last one repeats
		kind     string // of a broken answer
		attempts int
	}{
		{"answered", "a", "", 1},
		{"refused once", "ra", "", 2},
		{"going away once", "ga", "", 2},
		{"refused and going away", "grga", "", 4},
		{"always refused", "r", targets.BrokenDropped, 4},
		{"reset", "ia", targets.BrokenDropped, 1},
		{"closed after it was processed", "ca", targets.BrokenDropped, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var streams atomic.Int64
			endpoint, ca := listenHTTP2(t, func(f *http2.Framer, stream uint32) (more bool) {
				n := int(streams.Add(1))
				if n == 1 {
					return answerHTTP2(f, stream, 'a') // from now on the adapter knows that it is HTTP/2
				}
				return answerHTTP2(f, stream, test.answers[min(n-1, len(test.answers))-1])
			})
			for _, call := range []targets.Call{plainGet, plainPost, {Method: "POST", Params: plainGet.Params}} {
				streams.Store(0)
				target := connect(t, Config{Endpoint: endpoint, CAFile: ca})
				require.Equal(t, targets.Accepted, send(t, target, call).Outcome)
				a := send(t, target, call)
				require.Equal(t, test.kind, a.Kind, a.Problem)
				require.Equal(t, test.attempts, a.Attempts)
				require.EqualValues(t, test.attempts+1, streams.Load())
				require.NotContains(t, a.Problem, "GetBody")
			}
		})
	}
}

// A request of the control protocol makes no backup, so net/http may send it again by itself.
func TestDoLetsNetHTTPSendARequestAgain(t *testing.T) {
	for _, first := range []byte{'r', 'g'} {
		var streams atomic.Int64
		endpoint, ca := listenHTTP2(t, func(f *http2.Framer, stream uint32) (more bool) {
			if streams.Add(1) == 1 {
				return answerHTTP2(f, stream, first)
			}
			return answerHTTP2(f, stream, 'a')
		})
		rt, err := transport.New(transport.Config{CAFile: ca})
		require.NoError(t, err)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, endpoint, strings.NewReader("{}"))
		require.NoError(t, err)
		res, _, err := transport.Do(rt, req, targets.MaxBody)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, res.StatusCode)
		require.EqualValues(t, 2, streams.Load())
	}
}

// listenHTTP2 answers the streams of HTTP/2 connections by a function, and returns the endpoint and
// the file of its certificate.
func listenHTTP2(t *testing.T, answer func(f *http2.Framer, stream uint32) (more bool)) (endpoint, ca string) {
	s := httptest.NewUnstartedServer(nil)
	s.TLS = &tls.Config{NextProtos: []string{"h2"}}
	s.TLS.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		c := s.TLS.Clone()
		if !slices.Contains(hello.SupportedProtos, "h2") {
			c.NextProtos = []string{"none"} // crypto/tls lets a client of HTTP/1.1 in otherwise
		}
		return c, nil
	}
	s.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){
		"h2": func(_ *http.Server, c *tls.Conn, _ http.Handler) { serveHTTP2(c, answer) },
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL, writePEM(t, "ca.pem", "CERTIFICATE", s.Certificate().Raw)
}

// serveHTTP2 serves one connection. An error of writing shows when the next frame is read.
func serveHTTP2(c *tls.Conn, answer func(f *http2.Framer, stream uint32) (more bool)) {
	defer c.Close()
	if _, err := io.CopyN(io.Discard, c, int64(len(http2.ClientPreface))); err != nil {
		return
	}
	framer := http2.NewFramer(c, c)
	_ = framer.WriteSettings()
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return
		}
		ended := false
		switch f := frame.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				_ = framer.WriteSettingsAck()
			}
		case *http2.HeadersFrame:
			ended = f.StreamEnded()
		case *http2.DataFrame:
			ended = f.StreamEnded()
		}
		if ended && !answer(framer, frame.Header().StreamID) {
			return
		}
	}
}

// answerHTTP2 answers a stream with success, or as the letter says otherwise, and reports whether
// the connection goes on.
func answerHTTP2(f *http2.Framer, stream uint32, letter byte) (more bool) {
	switch letter {
	case 'r': // not processed
		_ = f.WriteRSTStream(stream, http2.ErrCodeRefusedStream)
	case 'i':
		_ = f.WriteRSTStream(stream, http2.ErrCodeInternal)
	case 'g': // going away, and not processed
		_ = f.WriteGoAway(0, http2.ErrCodeNo, nil)
	case 'c': // going away and closed, and it may have been processed
		_ = f.WriteGoAway(stream, http2.ErrCodeNo, nil)
		return false
	default:
		status := []byte{0x88} // :status 200
		_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: status, EndHeaders: true})
		_ = f.WriteData(stream, true, []byte(`{"RequestId":"R"}`))
	}
	return true
}
