package rpc

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

const okAnswer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{\"RequestId\":\"R\"}"

var (
	plainGet  = targets.Call{Method: "GET", Params: []targets.Param{{Name: "Action", Value: "CreateBackup"}}}
	plainPost = targets.Call{Method: "POST", Params: []targets.Param{{Name: "Action", Value: "CreateBackup", In: targets.Body}}}
)

// wire is a server on loopback that speaks bytes.
type wire struct {
	net.Listener
	connections atomic.Int64
}

// listen serves every connection, numbered from 1, by a function that is to return; then the connection is closed.
func listen(t testing.TB, serve func(n int, c net.Conn, r *bufio.Reader)) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &wire{Listener: l}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			n := int(w.connections.Add(1))
			stop := context.AfterFunc(t.Context(), func() { c.Close() })
			all.Go(func() {
				defer c.Close()
				defer stop()
				serve(n, c, bufio.NewReader(c))
			})
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
	return w
}

func (w *wire) url() string { return "http://" + w.Addr().String() + "/" }

// request reads one request, its body included.
func (w *wire) request(r *bufio.Reader) (*http.Request, bool) {
	req, err := http.ReadRequest(r)
	if err != nil {
		return nil, false
	}
	body, err := io.ReadAll(req.Body)
	req.Body = io.NopCloser(bytes.NewReader(body))
	return req, err == nil
}

func connect(t *testing.T, c Config) *Target {
	t.Helper()
	target, err := New(c)
	require.NoError(t, err)
	t.Cleanup(target.Close)
	return target
}

func send(t *testing.T, target *Target, call targets.Call) targets.Answer {
	t.Helper()
	a, err := target.Send(t.Context(), call)
	require.NoError(t, err)
	return a
}

// hang says nothing until the client gives up.
func hang(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// reset ends a connection as a crash does.
func reset(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) }

// What a network and a broken server can do, and what is said of it.
func TestAnswersThatDoNotArriveWhole(t *testing.T) {
	head := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	forever := func(c net.Conn, text string) {
		block := bytes.Repeat([]byte(text), 1+(1<<16)/len(text))
		for {
			if _, err := c.Write(block); err != nil {
				return
			}
		}
	}
	for _, c := range []struct {
		name  string
		serve func(c net.Conn)
		kind  string // of a broken one; empty is accepted
	}{
		{"an answer", func(c net.Conn) { io.WriteString(c, okAnswer) }, ""},
		{"an answer byte by byte", func(c net.Conn) {
			for _, b := range []byte(okAnswer) {
				c.Write([]byte{b})
			}
		}, ""},
		{"an answer whose end is the end of the connection", func(c net.Conn) { io.WriteString(c, head+"\r\n{\"RequestId\":\"R\"}") }, ""},
		{"an answer of HTTP/1.0", func(c net.Conn) { io.WriteString(c, "HTTP/1.0 200 OK\r\n\r\n{\"RequestId\":\"R\"}") }, ""},
		{"an answer in chunks", func(c net.Conn) {
			io.WriteString(c, head+"Transfer-Encoding: chunked\r\n\r\n8\r\n{\"Reques\r\n9;x=y\r\ntId\":\"R\"}\r\n0\r\nX-T: 1\r\n\r\n")
		}, ""},
		{"an answer after some that are not yet one", func(c net.Conn) {
			io.WriteString(c, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n"+okAnswer)
		}, ""},
		{"an answer longer than it says", func(c net.Conn) { io.WriteString(c, okAnswer+"and more") }, ""},
		{"a reset", func(c net.Conn) { reset(c) }, targets.BrokenDropped},
		{"nothing", func(net.Conn) {}, targets.BrokenDropped},
		{"half a head", func(c net.Conn) { io.WriteString(c, "HTTP/1.1 200 O") }, targets.BrokenDropped},
		{"a head alone", func(c net.Conn) { io.WriteString(c, head+"Content-Length: 17\r\n\r\n") }, targets.BrokenDropped},
		{"half a body", func(c net.Conn) { io.WriteString(c, head+"Content-Length: 17\r\n\r\n{\"Req") }, targets.BrokenDropped},
		{"half a body and a reset", func(c net.Conn) { io.WriteString(c, head+"Content-Length: 17\r\n\r\n{\"Req"); reset(c) }, targets.BrokenDropped},
		{"half of the chunks", func(c net.Conn) { io.WriteString(c, head+"Transfer-Encoding: chunked\r\n\r\n8\r\n{\"Reques\r\n") }, targets.BrokenDropped},
		{"a body longer than it says", func(c net.Conn) { io.WriteString(c, head+"Content-Length: 5\r\n\r\n{\"RequestId\":\"R\"}") }, targets.BrokenDocument},
		{"a hang before the answer", func(c net.Conn) { hang(c) }, targets.BrokenTimeout},
		{"a hang within the head", func(c net.Conn) { io.WriteString(c, head); hang(c) }, targets.BrokenTimeout},
		{"a hang within the body", func(c net.Conn) { io.WriteString(c, head+"Content-Length: 17\r\n\r\n{"); hang(c) }, targets.BrokenTimeout},
		{"a body without end", func(c net.Conn) { io.WriteString(c, head+"\r\n"); forever(c, "x") }, targets.BrokenTooLarge},
		{"a well-formed body that is too large", func(c net.Conn) {
			io.WriteString(c, head+"\r\n{\"RequestId\":\""+strings.Repeat("x", targets.MaxBody)+"\"}")
		}, targets.BrokenTooLarge},
		{"chunks without end", func(c net.Conn) {
			io.WriteString(c, head+"Transfer-Encoding: chunked\r\n\r\n")
			forever(c, "1\r\nx\r\n")
		}, targets.BrokenTooLarge},
		{"a head without end", func(c net.Conn) { io.WriteString(c, head); forever(c, "X-Y: z\r\n") }, targets.BrokenTransport},
		{"a header without end", func(c net.Conn) { io.WriteString(c, head+"X-Y: "); forever(c, "z") }, targets.BrokenTransport},
		{"a status line without end", func(c net.Conn) { io.WriteString(c, "HTTP/1.1 200 "); forever(c, "z") }, targets.BrokenTransport},
		{"1xx without end", func(c net.Conn) { forever(c, "HTTP/1.1 103 Early Hints\r\n\r\n") }, targets.BrokenTransport},
		{"no HTTP", func(c net.Conn) { io.WriteString(c, "SSH-2.0-OpenSSH_9.6\r\n\r\n") }, targets.BrokenTransport},
		{"a status that is none", func(c net.Conn) { io.WriteString(c, "HTTP/1.1 twenty\r\n\r\n") }, targets.BrokenTransport},
		{"two lengths", func(c net.Conn) {
			io.WriteString(c, head+"Content-Length: 5\r\nContent-Length: 17\r\n\r\n{\"RequestId\":\"R\"}")
		}, targets.BrokenTransport},
		{"a length that is negative", func(c net.Conn) { io.WriteString(c, head+"Content-Length: -1\r\n\r\n{\"RequestId\":\"R\"}") }, targets.BrokenTransport},
		{"a chunk whose length is none", func(c net.Conn) { io.WriteString(c, head+"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n") }, targets.BrokenTransport},
		{"a switch of protocols", func(c net.Conn) {
			io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
		}, targets.BrokenStatus},
		{"a gzip that is none", func(c net.Conn) { io.WriteString(c, head+"Content-Encoding: gzip\r\n\r\n{\"RequestId\":\"R\"}") }, targets.BrokenTransport},
		{"a gzip bomb", func(c net.Conn) { io.WriteString(c, head+"Content-Encoding: gzip\r\n\r\n"); c.Write(bomb()) }, targets.BrokenTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := listen(t, func(_ int, conn net.Conn, r *bufio.Reader) {
				if _, err := http.ReadRequest(r); err == nil {
					c.serve(conn)
				}
			})
			for _, call := range []targets.Call{plainGet, plainPost} {
				target := connect(t, Config{Endpoint: s.url(), Timeout: time.Minute})
				if c.kind == targets.BrokenTimeout {
					target.timeout = 100 * time.Millisecond
				}
				a := send(t, target, call)
				require.Equal(t, c.kind, a.Kind, a.Problem)
				require.Equal(t, 1, a.Attempts)
				require.LessOrEqual(t, len(a.Body), targets.MaxBody)
				require.LessOrEqual(t, len(a.Problem), 300)
				if c.kind == "" {
					require.Equal(t, targets.Accepted, a.Outcome)
					continue
				}
				require.Equal(t, targets.Broken, a.Outcome)
				require.NotContains(t, a.Problem, s.Addr().String()) // the same of every server
			}
			require.EqualValues(t, 2, s.connections.Load())
		})
	}
}

// bomb is 64 MiB of spaces, in gzip.
var bomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	for range 64 {
		_, _ = w.Write(bytes.Repeat([]byte(" "), 1<<20))
	}
	_ = w.Close()
	return b.Bytes()
})

func TestMemoryOfEndlessAnswersIsBounded(t *testing.T) {
	bomb()
	s := listen(t, func(_ int, c net.Conn, r *bufio.Reader) {
		if _, err := http.ReadRequest(r); err == nil {
			io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
			c.Write(bomb())
		}
	})
	target := connect(t, Config{Endpoint: s.url()})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	require.Equal(t, targets.BrokenTooLarge, send(t, target, plainGet).Kind)
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20))
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var requests atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		http.Redirect(w, r, r.URL.String(), http.StatusTemporaryRedirect)
	}))
	defer s.Close()
	a := send(t, connect(t, Config{Endpoint: s.URL}), plainPost)
	require.Equal(t, targets.BrokenStatus, a.Kind)
	require.EqualValues(t, 1, requests.Load())
}

// Where there was no connection the target is gone, and surely made no backup; where there was one it may have.
func TestNoConnection(t *testing.T) {
	silent := listen(t, func(_ int, c net.Conn, _ *bufio.Reader) { hang(c) })
	plain := listen(t, func(_ int, c net.Conn, _ *bufio.Reader) { io.WriteString(c, okAnswer) })
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	secure.Config.ErrorLog = nil
	gone := httptest.NewServer(nil)
	gone.Close()
	for name, c := range map[string]Config{
		"nobody listens":             {Endpoint: gone.URL},
		"TLS that is never answered": {Endpoint: "https://" + silent.Addr().String(), Timeout: 100 * time.Millisecond},
		"TLS to a server without":    {Endpoint: "https://" + plain.Addr().String()},
		"a certificate of nobody's":  {Endpoint: secure.URL},
		"a proxy that is gone":       {Endpoint: "http://api.invalid/", Proxy: gone.URL},
	} {
		t.Run(name, func(t *testing.T) {
			a := send(t, connect(t, c), plainPost)
			require.Equal(t, targets.Lost, a.Outcome, a.Problem)
			require.Empty(t, a.Kind)
			require.Contains(t, a.Problem, "no connection to")
		})
	}
	t.Run("in another form", func(t *testing.T) {
		for _, endpoint := range []string{gone.URL, "https://" + plain.Addr().String()} {
			target := connect(t, Config{Endpoint: endpoint})
			call := plainGet
			call.Wire = target.RawRequests()[0]
			require.Equal(t, targets.Lost, send(t, target, call).Outcome)
		}
	})
}

func TestContextThatEnds(t *testing.T) {
	s := listen(t, func(_ int, c net.Conn, _ *bufio.Reader) { hang(c) })
	target := connect(t, Config{Endpoint: s.url()})
	why := errors.New("enough")
	for _, form := range []string{"", target.RawRequests()[0]} {
		ctx, cancel := context.WithCancelCause(t.Context())
		call := plainGet
		call.Wire = form
		context.AfterFunc(ctx, func() {})
		time.AfterFunc(20*time.Millisecond, func() { cancel(why) })
		_, err := target.Send(ctx, call)
		require.ErrorIs(t, err, why)
	}
}

// A server that closes a kept connection without having said so is not to blame, and is noticed.
func TestKeptConnectionsThatTheServerCloses(t *testing.T) {
	for _, call := range []targets.Call{plainGet, plainPost} {
		t.Run(call.Method, func(t *testing.T) {
			var requests atomic.Int64
			var s *wire
			s = listen(t, func(_ int, c net.Conn, r *bufio.Reader) {
				if _, ok := s.request(r); ok {
					requests.Add(1)
					io.WriteString(c, okAnswer)
				}
			})
			target := connect(t, Config{Endpoint: s.url()})
			require.Equal(t, targets.Accepted, send(t, target, call).Outcome)
			require.Eventually(t, target.keepsNone.Load, 5*time.Second, time.Millisecond)
			for range 20 {
				a := send(t, target, call)
				require.Equal(t, targets.Accepted, a.Outcome, a.Problem)
			}
			require.EqualValues(t, 21, requests.Load())
			require.EqualValues(t, 21, s.connections.Load())
		})
	}
}

// A server that keeps connections is sent one call after another by one of them, unless each is to have its own.
func TestConnectionsAreKept(t *testing.T) {
	var s *wire
	s = listen(t, func(_ int, c net.Conn, r *bufio.Reader) {
		for {
			if _, ok := s.request(r); !ok {
				return
			}
			io.WriteString(c, okAnswer)
		}
	})
	target := connect(t, Config{Endpoint: s.url()})
	for range 20 {
		require.Equal(t, targets.Accepted, send(t, target, plainPost).Outcome)
	}
	require.EqualValues(t, 1, s.connections.Load())
	require.False(t, target.keepsNone.Load())
	target = connect(t, Config{Endpoint: s.url(), FreshConnections: true})
	for range 20 {
		require.Equal(t, targets.Accepted, send(t, target, plainPost).Outcome)
	}
	require.EqualValues(t, 21, s.connections.Load())
}

// A server that read a call may have made a backup: it is not sent again, however the connection ended.
func TestCallsThatWereReadAreNotSentAgain(t *testing.T) {
	for _, test := range []struct {
		name string
		call targets.Call
		end  func(net.Conn)
	}{
		{"GET closed", plainGet, func(net.Conn) {}}, {"GET reset", plainGet, reset},
		{"POST closed", plainPost, func(net.Conn) {}}, {"POST reset", plainPost, reset},
	} {
		t.Run(test.name, func(t *testing.T) {
			var requests atomic.Int64
			var s *wire
			s = listen(t, func(n int, c net.Conn, r *bufio.Reader) {
				for i := 1; ; i++ {
					if _, ok := s.request(r); !ok {
						return
					}
					requests.Add(1)
					if n == 1 && i == 2 {
						test.end(c)
						return
					}
					io.WriteString(c, okAnswer)
				}
			})
			target := connect(t, Config{Endpoint: s.url()})
			require.Equal(t, targets.Accepted, send(t, target, test.call).Outcome)
			a := send(t, target, test.call)
			require.Equal(t, targets.BrokenDropped, a.Kind, a.Problem)
			require.EqualValues(t, 2, requests.Load())
			// From now on a connection that ends is surely the server's doing.
			for i := range 3 {
				require.Equal(t, targets.Accepted, send(t, target, test.call).Outcome)
				require.EqualValues(t, i+2, s.connections.Load())
			}
		})
	}
}

func TestThrottledCallsAreSentAgain(t *testing.T) {
	for _, c := range []struct {
		name     string
		answers  string // one letter each: t throttled, a accepted, and the last one for ever
		most     int    // MaxThrottled
		outcome  targets.Outcome
		attempts int
	}{
		{"once", "ta", 0, targets.Accepted, 2},
		{"some times", "tttta", 0, targets.Accepted, 5},
		{"for ever", "t", 0, targets.Throttled, 6},
		{"for ever, and less patience", "t", 2, targets.Throttled, 3},
		{"no patience", "ta", -1, targets.Throttled, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var mu sync.Mutex
			nonces := map[string]bool{}
			n := 0
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				nonces[r.FormValue("SignatureNonce")] = true
				n++
				if c.answers[min(n, len(c.answers))-1] == 't' {
					w.WriteHeader(http.StatusBadRequest)
					fmt.Fprint(w, `{"Code":"Throttling.User","Message":"slow down"}`)
					return
				}
				fmt.Fprint(w, `{"RequestId":"R"}`)
			}))
			defer s.Close()
			target := connect(t, Config{Endpoint: s.URL, MaxThrottled: c.most, ThrottleWait: time.Millisecond, AccessKeyID: "testid", AccessKeySecret: "testsecret"})
			a := send(t, target, plainPost)
			require.Equal(t, c.outcome, a.Outcome)
			require.Equal(t, c.attempts, a.Attempts)
			require.Len(t, nonces, c.attempts) // a nonce that was used would be refused for that
			require.EqualValues(t, c.attempts, target.Stats().Requests)
		})
	}
}
