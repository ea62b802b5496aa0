package rpc

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/redact"
	"github.com/cbspec/cbspec/targets/transport"
)

// Send sends the call. It sends it again, with a new signature, while the target asks to slow down.
func (t *Target) Send(ctx context.Context, call targets.Call) (targets.Answer, error) {
	return t.gate.Send(ctx, call, func(ctx context.Context) (targets.Answer, error) {
		if call.Wire != "" {
			return rawSender{t}.sendRaw(ctx, call)
		}
		return t.sendOnce(ctx, call)
	})
}

// sendOnce sends the call in one request and reads the answer.
func (t *Target) sendOnce(ctx context.Context, call targets.Call) (targets.Answer, error) {
	r, err := t.prepare(call)
	if err != nil {
		return targets.Answer{}, err
	}
	var progress progress
	req := t.httpRequest(r).WithContext(progress.trace(ctx))
	begun := time.Now()
	a := targets.Answer{Attempts: 1, Sent: r.shown}
	res, body, err := transport.DoOnce(t.transport, req, targets.MaxBody)
	a.Latency = time.Since(begun)
	tooLarge := res != nil && fill(&a, res, body)
	if res != nil {
		t.multiplexed.Store(res.ProtoMajor > 1)
	}
	switch {
	case res == nil:
		t.failed(&a, err, &progress)
	case tooLarge:
		transport.TooLarge(&a)
	case err != nil:
		t.fail(&a, err)
	default:
		Decode(&a)
	}
	t.hide(&a, r.signature)
	return a, nil
}

// failed records how a request failed to which no answer began.
func (t *Target) failed(a *targets.Answer, err error, p *progress) {
	if p.noConnection() {
		err = transport.NoConnection{Err: err}
	}
	t.fail(a, err)
	if a.Unread {
		t.Close() // other kept connections are probably closed too
	}
	if a.Kind == targets.BrokenDropped && p.droppedKept() {
		t.keepNone()
	}
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
	switch {
	case len(r.body) > 0:
		// With GetBody net/http sends a POST again, but only if it had not begun to write it.
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(r.body)), nil }
		req.Body, _ = req.GetBody()
		req.ContentLength = int64(len(r.body))
	case r.method == http.MethodPost:
		req.Body = http.NoBody
	default:
		// net/http sends a GET again that the server may have read, unless it has a body. This body
		// is empty.
		req.Body = io.NopCloser(strings.NewReader(""))
	}
	return req
}

// fill copies what net/http has read of an answer, and reports whether the body is too large.
func fill(a *targets.Answer, res *http.Response, body []byte) (tooLarge bool) {
	a.Status, a.Proto, a.Header, a.Body = res.StatusCode, res.Proto, res.Header, body[:min(len(body), targets.MaxBody)]
	return len(body) > targets.MaxBody
}

func (t *Target) fail(a *targets.Answer, err error) {
	host := t.endpoint.Host
	if t.proxy != nil {
		if u, e := t.proxy(&http.Request{URL: t.endpoint}); e == nil && u != nil {
			host += " through the proxy " + u.Host
		}
	}
	transport.Fail(a, err, host, t.gate.Timeout)
}

// hide removes the credentials and the signature of a request from an answer that echoes them, as
// error messages with a string to sign do.
func (t *Target) hide(a *targets.Answer, signature string) {
	t.secrets.Answer(a)
	redact.Of(signature).Answer(a)
	transport.Shorten(a)
}
