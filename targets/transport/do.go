package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// Do sends a request and reads its answer, of the body at most so many bytes and one more. What
// follows a switch of protocols is no body of HTTP, and may never end.
func Do(rt http.RoundTripper, req *http.Request, most int64) (*http.Response, []byte, error) {
	res, err := rt.RoundTrip(req) // an http.Client would follow redirects
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusSwitchingProtocols {
		return res, nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, most+1))
	return res, body, err
}

// DoOnce is Do for a request that may make a backup. Over HTTP/2, net/http sends a request several
// times if the server says that it did not process it, and nobody would count that. So a request
// that net/http is about to send a second time fails, and [Fail] calls it unread.
func DoOnce(rt http.RoundTripper, req *http.Request, most int64) (*http.Response, []byte, error) {
	ctx, cancel := onlyOnce(req.Context())
	defer cancel(nil)
	res, body, err := Do(rt, req.WithContext(ctx), most)
	if res == nil && errors.Is(context.Cause(ctx), errAgain) {
		err = errAgain // whatever became of the second connection
	}
	return res, body, err
}

// onlyOnce returns a context that ends when net/http wants a connection for a request that it has
// written to one of HTTP/2. A request that is not written yet is not written once its context has
// ended.
func onlyOnce(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	var written, multiplexed atomic.Bool
	again := func() {
		if written.Load() && multiplexed.Load() {
			cancel(errAgain)
		}
	}
	trace := &httptrace.ClientTrace{
		WroteHeaders: func() { written.Store(true) },
		GetConn:      func(string) { again() }, // which may fail
		GotConn: func(i httptrace.GotConnInfo) {
			again() // net/http does not always call GetConn
			multiplexed.Store(isHTTP2(i.Conn))
		},
	}
	return httptrace.WithClientTrace(ctx, trace), cancel
}

func isHTTP2(c net.Conn) bool {
	secure, is := c.(*tls.Conn)
	return is && secure.ConnectionState().NegotiatedProtocol == "h2"
}
