package rpc

import (
	"context"
	"net/http/httptrace"
	"sync/atomic"
)

// way is how far a request came. Its hooks may be called after the request has ended.
type way struct {
	asked, got, reused, answered atomic.Bool
	conn                         atomic.Pointer[watched]
	hooks                        httptrace.ClientTrace
}

func (w *way) trace(ctx context.Context) context.Context {
	w.hooks = httptrace.ClientTrace{
		GetConn: func(string) { w.asked.Store(true) },
		GotConn: func(i httptrace.GotConnInfo) {
			w.got.Store(true)
			w.reused.Store(i.Reused)
			if c, ok := i.Conn.(*watched); ok {
				c.idle.Store(false)
				w.conn.Store(c)
			}
		},
		GotFirstResponseByte: func() { w.answered.Store(true) },
		PutIdleConn: func(err error) {
			if c := w.conn.Load(); c != nil && err == nil {
				c.idle.Store(true)
			}
		},
	}
	return httptrace.WithClientTrace(ctx, &w.hooks)
}

// lost tells that a connection was needed and there was none: nothing of the request was sent. A transport that knows no
// traces is taken to have had one.
func (w *way) lost() bool { return w.asked.Load() && !w.got.Load() }

// kept tells that a connection from an earlier request ended before a byte of the answer.
func (w *way) kept() bool { return w.reused.Load() && !w.answered.Load() }

// noConnection is the error of a request that found no connection.
type noConnection struct{ error }

func (e noConnection) Unwrap() error { return e.error }
