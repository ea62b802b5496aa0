// Package proxy is a network that is not to be relied on, between a client and a server: what passes it comes late, comes twice, or does not
// come at all. It passes bytes on as they are, so that requests which are no HTTP pass it too.
package proxy

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"sync/atomic"
	"time"
)

// Trouble is what a network does to what passes it.
type Trouble string

// The troubles.
const (
	Delay Trouble = "delay" // every answer is late, by up to 10 ms
	Twice Trouble = "twice" // every request is delivered twice, and one of its answers passed on
	Drop  Trouble = "drop"  // one of many answers, and one of many connections, is dropped
	Cut   Trouble = "cut"   // one of many answers ends in the middle
	Reset Trouble = "reset" // after the first hundred answers every connection is reset
)

const (
	latest    = 10 * time.Millisecond
	seldom    = 97 // one of so many answers meets with trouble
	goodUntil = 100
)

// Proxy is such a network, between those who call its Endpoint and a server.
type Proxy struct {
	Endpoint string // URL
	trouble  Trouble
	upstream string // address
	listener net.Listener
	ctx      context.Context // ends with Close
	cancel   context.CancelFunc
	accepted atomic.Int64 // connections
	answered atomic.Int64 // pieces of answers, of which most answers have one
}

// Start listens on a free local port for what is meant for the server at the URL.
func Start(ctx context.Context, server string, t Trouble) (*Proxy, error) {
	u, err := url.Parse(server)
	if err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	p := &Proxy{Endpoint: "http://" + l.Addr().String() + "/", trouble: t, upstream: u.Host, listener: l}
	p.ctx, p.cancel = context.WithCancel(ctx)
	go p.accept()
	return p, nil
}

// Close ends every connection.
func (p *Proxy) Close() error {
	p.cancel()
	return p.listener.Close()
}

func (p *Proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return // closed
		}
		go p.pass(c)
	}
}

// pass passes on what comes over one connection. Its errors are ends of connections, which are passed on by closing both sides.
func (p *Proxy) pass(client net.Conn) {
	defer client.Close()
	if p.trouble == Drop && p.accepted.Add(1)%seldom == 0 {
		return
	}
	server, err := p.dial()
	if err != nil {
		return
	}
	defer server.Close()
	defer context.AfterFunc(p.ctx, func() { _ = client.Close() })()
	var requests io.Writer = server
	if p.trouble == Twice {
		shadow, err := p.dial()
		if err != nil {
			return
		}
		defer shadow.Close()
		go func() { _, _ = io.Copy(io.Discard, shadow) }()
		requests = io.MultiWriter(shadow, server)
	}
	go func() {
		_, _ = io.Copy(requests, client)
		if c, ok := server.(*net.TCPConn); ok {
			_ = c.CloseWrite()
		}
	}()
	p.answer(client, server)
}

func (p *Proxy) dial() (net.Conn, error) {
	return new(net.Dialer).DialContext(p.ctx, "tcp", p.upstream)
}

// answer passes the answers on until a connection ends.
func (p *Proxy) answer(client, server net.Conn) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := server.Read(buffer)
		if err != nil {
			return
		}
		piece, count := buffer[:n], p.answered.Add(1)
		switch {
		case p.trouble == Delay:
			p.wait(rand.N(latest))
		case p.trouble == Drop && count%seldom == 0, p.trouble == Reset && count > goodUntil:
			reset(client)
			return
		case p.trouble == Cut && count%seldom == 0:
			_, _ = client.Write(piece[:n/2])
			return
		}
		if _, err := client.Write(piece); err != nil {
			return
		}
	}
}

func (p *Proxy) wait(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-p.ctx.Done():
	}
}

// reset has the connection end with a reset rather than in order.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // best effort: else it ends in order
	}
}
