package rpc

import (
	"context"
	"net/http/httptrace"
	"sync/atomic"
)

// progress records how far net/http got with a request. Its hooks may run after the request has
// ended.
type progress struct {
	wanted, got, reused, answered atomic.Bool
	conn                          atomic.Pointer[watched]
	hooks                         httptrace.ClientTrace
}

func (p *progress) trace(ctx context.Context) context.Context {
	p.hooks = httptrace.ClientTrace{
		GetConn: func(string) { p.wanted.Store(true) },
		GotConn: func(i httptrace.GotConnInfo) {
			p.got.Store(true)
			p.reused.Store(i.Reused)
			if c, ok := i.Conn.(*watched); ok {
				c.idle.Store(false)
				p.conn.Store(c)
			}
		},
		GotFirstResponseByte: func() { p.answered.Store(true) },
		PutIdleConn: func(err error) {
			if c := p.conn.Load(); c != nil && err == nil {
				c.idle.Store(true)
			}
		},
	}
	return httptrace.WithClientTrace(ctx, &p.hooks)
}

// noConnection reports whether the request needed a connection and got none, so that nothing was
// sent. It is false for a transport that does not call the hooks.
func (p *progress) noConnection() bool { return p.wanted.Load() && !p.got.Load() }

// droppedKept reports whether a kept connection ended before the first byte of the answer.
func (p *progress) droppedKept() bool { return p.reused.Load() && !p.answered.Load() }
