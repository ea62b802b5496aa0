package rpc

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"

	"github.com/cbspec/cbspec/targets/dial"
)

// watched is a connection that knows whether it is kept for a further request, and tells when the server closes it then.
type watched struct {
	*dial.Conn
	idle   atomic.Bool
	closed func()
}

// Read notices the end of a connection that nothing is under way on. Where an answer is not all there the server may be waiting to hear that some is;
// of one that came whole the next request tells, so that most need no acknowledgement of their own.
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

// keepNone has every further request make a connection of its own. A server that closes kept ones without having said so
// cannot be told from one that drops calls: from then on it can.
func (t *Target) keepNone() {
	if !t.afresh.Swap(true) {
		go t.Close() // not now: a transport may be reading from the connection that has just been closed
	}
}

// closedBefore tells whether net/http found a kept connection closed by the server before the request was put on it. There
// is no error to compare with; the words are net/http's.
func closedBefore(err error) bool {
	return strings.Contains(err.Error(), "server closed idle connection") || strings.Contains(err.Error(), "readLoopPeekFailLocked")
}
