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

func TestEveryWayToAnswerHasAKind(t *testing.T) {
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
		kind  string // of a broken answer; empty for an accepted one
	}{
		{"an answer", func(c net.Conn) { io.WriteString(c, okAnswer) }, ""},
		{"an answer byte by byte", func(c net.Conn) {
			for _, b := range []byte(okAnswer) {
				c.Write([]byte{b})
			}
		}, ""},
		{"an answer that ends with the connection", func(c net.Conn) { io.WriteString(c, head+"\r\n{\"RequestId\":\"R\"}") }, ""},
		{"an answer of HTTP/1.0", func(c net.Conn) { io.WriteString(c, "HTTP/1.0 200 OK\r\n\r\n{\"RequestId\":\"R\"}") }, ""},
		{"an answer in chunks", func(c net.Conn) {
			io.WriteString(c, head+"Transfer-Encoding: chunked\r\n\r\n8\r\n{\"Reques\r\n9;x=y\r\ntId\":\"R\"}\r\n0\r\nX-T: 1\r\n\r\n")
		}, ""},
		{"an answer after announcements of one", func(c net.Conn) {
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
		{"an endless body", func(c net.Conn) { io.WriteString(c, head+"\r\n"); forever(c, "x") }, targets.BrokenTooLarge},
		{"a well-formed body that is too large", func(c net.Conn) {
			io.WriteString(c, head+"\r\n{\"RequestId\":\""+strings.Repeat("x", targets.MaxBody)+"\"}")
		}, targets.BrokenTooLarge},
		{"endless chunks", func(c net.Conn) {
			io.WriteString(c, head+"Transfer-Encoding: chunked\r\n\r\n")
			forever(c, "1\r\nx\r\n")
		}, targets.BrokenTooLarge},
		{"an endless head", func(c net.Conn) { io.WriteString(c, head); forever(c, "X-Y: z\r\n") }, targets.BrokenTransport},
		{"an endless header", func(c net.Conn) { io.WriteString(c, head+"X-Y: "); forever(c, "z") }, targets.BrokenTransport},
		{"an endless status line", func(c net.Conn) { io.WriteString(c, "HTTP/1.1 200 "); forever(c, "z") }, targets.BrokenTransport},
		{"endless announcements", func(c net.Conn) { forever(c, "HTTP/1.1 103 Early Hints\r\n\r\n") }, targets.BrokenTransport},
		{"something else than HTTP", func(c net.Conn) { io.WriteString(c, "SSH-2.0-OpenSSH_9.6\r\n\r\n") }, targets.BrokenTransport},
		{"a status that is not a number", func(c net.Conn) { io.WriteString(c, "HTTP/1.1 twenty\r\n\r\n") }, targets.BrokenTransport},
		{"two lengths", func(c net.Conn) {
			io.WriteString(c, head+"Content-Length: 5\r\nContent-Length: 17\r\n\r\n{\"RequestId\":\"R\"}")
		}, targets.BrokenTransport},
		{"a negative length", func(c net.Conn) { io.WriteString(c, head+"Content-Length: -1\r\n\r\n{\"RequestId\":\"R\"}") }, targets.BrokenTransport},
		{"a chunk with an invalid length", func(c net.Conn) { io.WriteString(c, head+"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n") }, targets.BrokenTransport},
		{"a switch of protocols", func(c net.Conn) {
			io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
			hang(c)
		}, targets.BrokenStatus},
		{"a body that is not gzip", func(c net.Conn) { io.WriteString(c, head+"Content-Encoding: gzip\r\n\r\n{\"RequestId\":\"R\"}") }, targets.BrokenTransport},
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
					target.gate.Timeout = 100 * time.Millisecond
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
				require.NotContains(t, a.Problem, s.Addr().String(), "the text must be the same for every server")
			}
			require.EqualValues(t, 2, s.connections.Load())
		})
	}
}

// bomb returns 64 MiB of spaces, compressed.
var bomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	for range 64 {
		_, _ = w.Write(bytes.Repeat([]byte(" "), 1<<20))
	}
	_ = w.Close()
	return b.Bytes()
})

func TestAnEndlessAnswerNeedsLittleMemory(t *testing.T) {
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

// Without a connection the target certainly made no backup.
func TestATargetWithoutAConnectionIsLost(t *testing.T) {
	silent := listen(t, func(_ int, c net.Conn, _ *bufio.Reader) { hang(c) })
	plain := listen(t, func(_ int, c net.Conn, _ *bufio.Reader) { io.WriteString(c, okAnswer) })
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	secure.Config.ErrorLog = nil
	gone := httptest.NewServer(nil)
	gone.Close()
	for name, c := range map[string]Config{
		"a closed port":                     {Endpoint: gone.URL},
		"a TLS handshake without an answer": {Endpoint: "https://" + silent.Addr().String(), Timeout: 100 * time.Millisecond},
		"TLS to a server without TLS":       {Endpoint: "https://" + plain.Addr().String()},
		"an untrusted certificate":          {Endpoint: secure.URL},
		"a proxy that is gone":              {Endpoint: "http://api.invalid/", Proxy: gone.URL},
	} {
		t.Run(name, func(t *testing.T) {
			a := send(t, connect(t, c), plainPost)
			require.Equal(t, targets.Lost, a.Outcome, a.Problem)
			require.Empty(t, a.Kind)
			require.Contains(t, a.Problem, "no connection to")
		})
	}
	t.Run("a raw request", func(t *testing.T) {
		for _, endpoint := range []string{gone.URL, "https://" + plain.Addr().String()} {
			target := connect(t, Config{Endpoint: endpoint})
			call := plainGet
			call.Wire = target.RawRequests()[0]
			require.Equal(t, targets.Lost, send(t, target, call).Outcome)
		}
	})
}

func TestSendReturnsTheCauseOfItsContext(t *testing.T) {
	s := listen(t, func(_ int, c net.Conn, _ *bufio.Reader) { hang(c) })
	target := connect(t, Config{Endpoint: s.url()})
	why := errors.New("enough")
	for _, raw := range []string{"", target.RawRequests()[0]} {
		ctx, cancel := context.WithCancelCause(t.Context())
		call := plainGet
		call.Wire = raw
		time.AfterFunc(20*time.Millisecond, func() { cancel(why) })
		_, err := target.Send(ctx, call)
		require.ErrorIs(t, err, why)
	}
}

func TestThrottledCallsAreSentAgain(t *testing.T) {
	for _, c := range []struct {
		name     string
		answers  string // a letter for each: t throttled, a accepted; the last one repeats
		most     int    // MaxThrottled
		outcome  targets.Outcome
		attempts int
	}{
		{"once", "ta", 0, targets.Accepted, 2},
		{"a few times", "tttta", 0, targets.Accepted, 5},
		{"always", "t", 0, targets.Throttled, 6},
		{"always, with fewer retries", "t", 2, targets.Throttled, 3},
		{"without retries", "ta", -1, targets.Throttled, 1},
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
			target := connect(t, Config{
				Endpoint: s.URL, MaxThrottled: c.most, ThrottleWait: time.Millisecond, AccessKeyID: testID, AccessKeySecret: testSecret,
			})
			a := send(t, target, plainPost)
			require.Equal(t, c.outcome, a.Outcome)
			require.Equal(t, c.attempts, a.Attempts)
			require.Len(t, nonces, c.attempts, "a used nonce would be refused")
			require.Equal(t, c.attempts, n)
		})
	}
}
