package rpc

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

const okAnswer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{\"RequestId\":\"R\"}"

var (
	plainGet  = targets.Call{Method: "GET", Params: []targets.Param{{Name: "Action", Value: "CreateBackup"}}}
	plainPost = targets.Call{Method: "POST", Params: []targets.Param{{Name: "Action", Value: "CreateBackup", In: targets.Body}}}
)

// wire is a server on loopback that reads and writes bytes.
type wire struct {
	net.Listener
	connections atomic.Int64
}

// listen serves every connection by a function, and closes the connection when that returns. n
// counts connections from 1.
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

// request reads one request and its body.
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

// hang is silent until the client closes the connection.
func hang(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// reset makes the end of a connection a reset, as a crash does.
func reset(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) }
