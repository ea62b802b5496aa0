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
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := Connect(ctx, timeout, network, address)
		if err != nil {
			return nil, err
		}
		return &prompt{conn}, nil
	}
}

// Conn is a connection that acknowledges when it is told to.
type Conn struct {
	net.Conn
	raw syscall.RawConn
}

// Connect makes a connection. To connect takes at most the timeout; 0 is no bound.
func Connect(ctx context.Context, timeout time.Duration, network, address string) (*Conn, error) {
	conn, err := (&net.Dialer{Timeout: timeout}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c := &Conn{Conn: conn}
	if s, ok := conn.(syscall.Conn); ok {
		c.raw, _ = s.SyscallConn() // without which it acknowledges when it pleases
	}
	return c, nil
}

// Acknowledge acknowledges what has come, and what comes until the next write.
func (c *Conn) Acknowledge() {
	if c.raw != nil {
		acknowledge(c.raw)
	}
}

// prompt is a connection that acknowledges at once.
type prompt struct{ *Conn }

// Write writes, and has the answer acknowledged as it comes. The system forgets that with every write.
func (p *prompt) Write(b []byte) (int, error) {
	n, err := p.Conn.Write(b)
	if err == nil {
		p.Acknowledge()
	}
	return n, err
}
