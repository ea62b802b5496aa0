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

// Do sends a request once and reads its answer, of the body at most so many bytes and one more.
// What follows a switch of protocols is no body of HTTP, and may never end.
func Do(rt http.RoundTripper, req *http.Request, most int64) (*http.Response, []byte, error) {
	ctx, cancel := onlyOnce(req.Context())
	defer cancel(nil)
	res, err := rt.RoundTrip(req.WithContext(ctx)) // an http.Client would follow redirects
	if err != nil {
		if errors.Is(context.Cause(ctx), errAgain) {
			err = errAgain
		}
		return nil, nil, err
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusSwitchingProtocols {
		return res, nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, most+1))
	return res, body, err
}

// onlyOnce returns a context that ends when net/http sends its request a second time over HTTP/2.
// It does so several times if the server says that it did not process the request, and nobody would
// count that. A request that is not written yet is not written once its context has ended.
func onlyOnce(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	var written atomic.Bool
	trace := &httptrace.ClientTrace{
		WroteHeaders: func() { written.Store(true) },
		GotConn: func(i httptrace.GotConnInfo) {
			if written.Load() && isHTTP2(i.Conn) {
				cancel(errAgain)
			}
		},
	}
	return httptrace.WithClientTrace(ctx, trace), cancel
}

func isHTTP2(c net.Conn) bool {
	secure, is := c.(*tls.Conn)
	return is && secure.ConnectionState().NegotiatedProtocol == "h2"
}
