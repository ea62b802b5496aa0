// Package dial makes TCP connections that acknowledge what comes at once. Many small servers write the head of an answer and its body apart, and
// with Nagle's algorithm hold the body back until the head is acknowledged, which a client does 40 ms later unless told otherwise: a hundred times what the
// answer itself takes.
package dial

import (
	"context"
	"net"
	"syscall"
	"time"
)

// Context returns what an http.Transport connects with. To connect takes at most the timeout; 0 is no bound.
func Context(timeout time.Duration) func(ctx context.Context, network, address string) (net.Conn, error) {
	d := &net.Dialer{Timeout: timeout}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := d.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		s, ok := conn.(syscall.Conn)
		if !ok {
			return conn, nil
		}
		raw, err := s.SyscallConn()
		if err != nil {
			return conn, nil
		}
		return &prompt{conn, raw}, nil
	}
}

// prompt is a connection that acknowledges at once.
type prompt struct {
	net.Conn
	raw syscall.RawConn
}

// Write writes, and has the answer acknowledged as it comes. The system forgets that with every write.
func (p *prompt) Write(b []byte) (int, error) {
	n, err := p.Conn.Write(b)
	if err == nil {
		acknowledge(p.raw)
	}
	return n, err
}
