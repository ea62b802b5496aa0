package rpc

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/redact"
	"github.com/cbspec/cbspec/targets/transport"
)

// Send sends the call. It sends it again, with a new signature, while the target asks to slow down.
func (t *Target) Send(ctx context.Context, call targets.Call) (targets.Answer, error) {
	return t.backoff.Send(ctx, func(ctx context.Context) (targets.Answer, error) {
		if t.limiter != nil {
			if err := t.limiter.Wait(ctx); err != nil {
				return targets.Answer{}, fmt.Errorf("wait for the rate limit: %w", err)
			}
		}
		send := t.sendOnce
		if call.Wire != "" {
			send = rawSender{t}.sendRaw
		}
		return send(ctx, call)
	})
}

// mostUnread is how often a call is sent again that the server did not read.
const mostUnread = 3

// sendOnce sends the call. It sends it again if the server certainly did not read it. Otherwise
// nothing is sent again, because that could make a second backup.
func (t *Target) sendOnce(ctx context.Context, call targets.Call) (targets.Answer, error) {
	r, err := t.prepare(call)
	if err != nil {
		return targets.Answer{}, err
	}
	for attempts := 1; ; attempts++ {
		a, unread, err := t.roundTrip(ctx, r)
		a.Attempts = attempts
		if err != nil || !unread || attempts > mostUnread {
			t.hide(&a, r.signature)
			return a, err
		}
		t.Close() // other kept connections are probably closed too
	}
}

// roundTrip sends a request and reads its answer. It also reports whether the request is certainly
// unread: the server had closed a kept connection before the request was written to it, or said
// over HTTP/2 that it did not process the request.
func (t *Target) roundTrip(ctx context.Context, r *request) (a targets.Answer, unread bool, err error) {
	parent := ctx
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	var progress progress
	req := t.httpRequest(r).WithContext(progress.trace(ctx))
	begun := time.Now()
	a = targets.Answer{Attempts: 1, Sent: r.shown}
	res, err := t.transport.RoundTrip(req)
	if err != nil {
		a.Latency = time.Since(begun)
		if parent.Err() != nil {
			return a, false, context.Cause(parent)
		}
		if progress.noConnection() {
			err = transport.NoConnection{Err: err}
		}
		t.fail(&a, err)
		if a.Kind == targets.BrokenDropped && progress.droppedKept() {
			t.keepNone()
		}
		return a, closedBefore(err) || transport.NotProcessed(err), nil
	}
	defer res.Body.Close()
	t.multiplexed.Store(res.ProtoMajor > 1)
	body, err := io.ReadAll(io.LimitReader(res.Body, targets.MaxBody+1))
	a.Latency = time.Since(begun)
	switch tooLarge := fill(&a, res, body); {
	case tooLarge:
		transport.TooLarge(&a)
	case err != nil && parent.Err() != nil:
		return a, false, context.Cause(parent)
	case err != nil:
		t.fail(&a, err)
	default:
		decode(&a)
	}
	return a, false, nil
}

// httpRequest makes the request for net/http.
func (t *Target) httpRequest(r *request) *http.Request {
	req := &http.Request{
		Method: r.method,
		URL: &url.URL{
			Scheme: t.endpoint.Scheme, Host: t.endpoint.Host,
			Path: t.endpoint.Path, RawPath: t.endpoint.RawPath, RawQuery: r.query,
		},
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: r.header, Host: t.endpoint.Host, Close: t.keepsNone.Load(),
	}
	multiplexed := t.multiplexed.Load()
	if r.method == http.MethodPost && len(r.body) == 0 && !multiplexed {
		req.Body = http.NoBody
		return req
	}
	// net/http sends a GET again that the server may have read, unless it has a body. This one may be
	// empty.
	getBody := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(r.body)), nil }
	req.Body, _ = getBody()
	req.ContentLength = int64(len(r.body))
	if len(r.body) > 0 && !multiplexed {
		// With GetBody net/http sends a POST again, but only if it had not begun to write it. Over
		// HTTP/2 it would also do so where the server says that it did not process the request, and
		// nobody would count that.
		req.GetBody = getBody
	}
	return req
}

// fill copies what net/http has read of an answer, and reports whether the body is too large.
func fill(a *targets.Answer, res *http.Response, body []byte) (tooLarge bool) {
	a.Status, a.Proto, a.Header, a.Body = res.StatusCode, res.Proto, res.Header, body[:min(len(body), targets.MaxBody)]
	return len(body) > targets.MaxBody
}

func (t *Target) fail(a *targets.Answer, err error) {
	transport.Fail(a, err, t.endpoint.Host, t.timeout)
}

// hide removes the credentials and the signature of a request from an answer that echoes them, as
// error messages with a string to sign do.
func (t *Target) hide(a *targets.Answer, signature string) {
	t.secrets.Answer(a)
	redact.Of(signature).Answer(a)
	transport.Shorten(a)
}
