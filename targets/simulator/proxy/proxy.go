// Package proxy is an unreliable network between a client and a server: what passes it is late, is
// delivered twice, or is lost. It forwards bytes unchanged, so that it also forwards what is not
// HTTP.
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

// Trouble is what the network does to what passes it.
type Trouble string

// The troubles.
const (
	Delay Trouble = "delay" // every answer is late by up to 10 ms
	Twice Trouble = "twice" // every request is delivered twice, and the second answer is forwarded
	Drop  Trouble = "drop"  // one in 97 answers, and one in 97 connections, is dropped
	Cut   Trouble = "cut"   // one in 97 answers ends in the middle
	Reset Trouble = "reset" // every connection is reset after the first 100 answers
)

const (
	maxDelay     = 10 * time.Millisecond
	troubleEvery = 97
	goodAnswers  = 100
)

// Proxy is an unreliable network in front of a server.
type Proxy struct {
	Endpoint string // the URL that clients use in place of the server's
	trouble  Trouble
	upstream string // address
	listener net.Listener
	ctx      context.Context // ends with Close
	cancel   context.CancelFunc
	accepted atomic.Int64 // connections
	answered atomic.Int64 // pieces of answers; most answers are one piece
}

// Start listens on a free local port and forwards to the server at the URL, until the context ends
// or the proxy is closed.
func Start(ctx context.Context, server string, t Trouble) (*Proxy, error) {
	u, err := url.Parse(server)
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
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

// Close closes the listener and all connections.
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
		go p.forward(c)
	}
}

// forward forwards one connection. An error means that one side is gone, so it closes both.
func (p *Proxy) forward(client net.Conn) {
	defer client.Close()
	if p.trouble == Drop && p.accepted.Add(1)%troubleEvery == 0 {
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
	p.forwardAnswers(client, server)
}

func (p *Proxy) dial() (net.Conn, error) {
	return new(net.Dialer).DialContext(p.ctx, "tcp", p.upstream)
}

// forwardAnswers forwards the answers until a connection ends.
func (p *Proxy) forwardAnswers(client, server net.Conn) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := server.Read(buffer)
		if err != nil {
			return
		}
		piece, count := buffer[:n], p.answered.Add(1)
		switch {
		case p.trouble == Delay:
			p.wait(rand.N(maxDelay))
		case p.trouble == Drop && count%troubleEvery == 0, p.trouble == Reset && count > goodAnswers:
			reset(client)
			return
		case p.trouble == Cut && count%troubleEvery == 0:
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

// reset makes the connection end with a reset.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // best effort
	}
}
