package rpc

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"

	"github.com/cbspec/cbspec/targets/dial"
)

// watched is a connection that knows whether it is idle, and calls closed if the server closes it
// then.
type watched struct {
	*dial.Conn
	idle   atomic.Bool
	closed func()
}

// Read acknowledges what has arrived, since a server may wait for that before it sends the rest of
// an answer. On an idle connection it does not: the next request acknowledges a complete answer.
func (w *watched) Read(b []byte) (int, error) {
	if !w.idle.Load() {
		w.Acknowledge()
	}
	n, err := w.Conn.Read(b)
	if errors.Is(err, io.EOF) && w.idle.Load() {
		w.closed()
	}
	return n, err
}

// dial makes the connections of the adapter's own transport.
func (t *Target) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := dial.Connect(ctx, t.connectTimeout, network, address)
	if err != nil {
		return nil, err
	}
	return &watched{Conn: conn, closed: t.keepNone}, nil
}

// keepNone makes every later request use its own connection. A server that closes kept connections
// without notice looks like one that drops calls, and with one request a connection it does not.
func (t *Target) keepNone() {
	if !t.keepsNone.Swap(true) {
		go t.Close() // not here: the transport may be reading from the connection that was closed
	}
}
