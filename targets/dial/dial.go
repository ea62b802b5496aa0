// Package dial makes TCP connections that acknowledge data at once. Many small servers write the
// header and the body of an answer apart. With Nagle's algorithm they hold the body back until the
// header is acknowledged, and by default a client does that 40 ms later: a hundred times what the
// answer itself takes.
package dial

import (
	"context"
	"net"
	"syscall"
	"time"
)

// Context returns a function for http.Transport.DialContext. Connecting takes at most the timeout;
// 0 means no limit.
func Context(timeout time.Duration) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := Connect(ctx, timeout, network, address)
		if err != nil {
			return nil, err
		}
		return &prompt{conn}, nil
	}
}

// Conn is a connection that can acknowledge what has arrived.
type Conn struct {
	net.Conn
	raw syscall.RawConn
}

// Connect makes a connection. It takes at most the timeout; 0 means no limit.
func Connect(ctx context.Context, timeout time.Duration, network, address string) (*Conn, error) {
	conn, err := (&net.Dialer{Timeout: timeout}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c := &Conn{Conn: conn}
	if s, ok := conn.(syscall.Conn); ok {
		c.raw, _ = s.SyscallConn() // without it, Acknowledge does nothing
	}
	return c, nil
}

// Acknowledge acknowledges what has arrived, and what arrives until the next write.
func (c *Conn) Acknowledge() {
	if c.raw != nil {
		acknowledge(c.raw)
	}
}

// prompt is a connection that always acknowledges at once.
type prompt struct{ *Conn }

// Write writes b and lets the answer be acknowledged at once. The system forgets that with every
// write.
func (p *prompt) Write(b []byte) (int, error) {
	n, err := p.Conn.Write(b)
	if err == nil {
		p.Acknowledge()
	}
	return n, err
}
