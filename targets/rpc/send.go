package rpc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// maxHead is how much of an answer's head is read, in bytes.
const maxHead = 64 << 10

// Send sends the call. A target that asks to slow down is asked again, with a fresh signature, after a wait that grows.
func (t *Target) Send(ctx context.Context, call targets.Call) (targets.Answer, error) {
	return t.patience.Send(ctx, func(ctx context.Context) (targets.Answer, error) {
		if t.limiter != nil {
			if err := t.limiter.Wait(ctx); err != nil {
				return targets.Answer{}, fmt.Errorf("waiting for the rate limit: %w", err)
			}
		}
		send := t.sendOnce
		if call.Wire != "" {
			send = t.sendForm
		}
		a, err := send(ctx, call)
		if err == nil && a.Outcome == targets.Throttled {
			t.throttled.Add(1)
		}
		return a, err
	})
}

// sendOnce sends the call, and once more where the server had closed a kept connection before the call was put on it. Where it may
// have read the call nothing is sent again, for a backup would be made twice; it is the server that owes an answer.
func (t *Target) sendOnce(ctx context.Context, call targets.Call) (targets.Answer, error) {
	r, err := t.prepare(call)
	if err != nil {
		return targets.Answer{}, err
	}
	a, unread, err := t.roundTrip(ctx, r)
	if err == nil && unread {
		t.Close() // what is kept beside it is likely as stale
		a, _, err = t.roundTrip(ctx, r)
		a.Attempts = 2
	}
	t.hide(&a, r.signature)
	return a, err
}

// roundTrip sends a prepared request. unread tells that the server closed a kept connection without having seen it.
func (t *Target) roundTrip(ctx context.Context, r *request) (a targets.Answer, unread bool, err error) {
	parent := ctx
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	var way way
	req := (&http.Request{
		Method: r.method, URL: &url.URL{Scheme: t.endpoint.Scheme, Host: t.endpoint.Host, Path: t.endpoint.Path, RawPath: t.endpoint.RawPath, RawQuery: r.query},
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: r.header, Host: t.endpoint.Host, Close: t.afresh.Load(),
	}).WithContext(way.trace(ctx))
	switch {
	case len(r.body) > 0:
		// By GetBody net/http sends again what it had not begun to write, and a POST only then.
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(r.body)), nil }
		req.Body, _ = req.GetBody()
		req.ContentLength = int64(len(r.body))
	case r.method == http.MethodPost:
		req.Body = http.NoBody
	default:
		// net/http sends a GET again that a server may have read; not so one with a body, though there is nothing in it.
		req.Body = io.NopCloser(strings.NewReader(""))
	}
	t.requests.Add(1)
	begun := time.Now()
	a = targets.Answer{Attempts: 1, Sent: r.shown}
	res, err := t.transport.RoundTrip(req)
	if err != nil {
		a.Latency = time.Since(begun)
		if parent.Err() != nil {
			return a, false, context.Cause(parent)
		}
		if way.lost() {
			err = noConnection{err}
		}
		t.broke(&a, err)
		if a.Kind == targets.BrokenDropped && way.kept() {
			t.keepNone()
		}
		return a, closedBefore(err), nil
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, targets.MaxBody+1))
	a.Latency = time.Since(begun)
	a.Status, a.Header, a.Body = res.StatusCode, res.Header, body[:min(len(body), targets.MaxBody)]
	switch {
	case len(body) > targets.MaxBody:
		tooLarge(&a)
	case err != nil && parent.Err() != nil:
		return a, false, context.Cause(parent)
	case err != nil:
		t.broke(&a, err)
	default:
		decode(&a)
	}
	return a, false, nil
}

// keptOfTooLarge is how much is kept of a body that is too large: many such answers must not fill the memory.
const keptOfTooLarge = 4 << 10

func tooLarge(a *targets.Answer) {
	a.Body = bytes.Clone(a.Body[:min(len(a.Body), keptOfTooLarge)])
	a.Outcome, a.Kind, a.Problem = targets.Broken, targets.BrokenTooLarge, "an answer of more than 1 MiB"
}

// broke says in the answer what went wrong on the way.
func (t *Target) broke(a *targets.Answer, err error) {
	a.Outcome, a.Kind = targets.Broken, targets.BrokenTransport
	var none noConnection
	switch {
	case errors.As(err, &none):
		a.Outcome, a.Kind, a.Problem = targets.Lost, "", "no connection to "+t.endpoint.Host+" could be made: "+last(err)
	case strings.Contains(err.Error(), "timeout awaiting response headers"):
		a.Kind, a.Problem = targets.BrokenTimeout, "no head of an answer in time"
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errTimeout) || isTimeout(err):
		a.Kind, a.Problem = targets.BrokenTimeout, fmt.Sprintf("no complete answer within %s", t.timeout)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		strings.Contains(err.Error(), "server closed"), strings.Contains(err.Error(), "connection reset"), strings.Contains(err.Error(), "broken pipe"):
		a.Kind, a.Problem = targets.BrokenDropped, "the connection was dropped before the answer was complete"
	default:
		a.Problem = "no answer that is HTTP: " + last(err)
	}
}

var errTimeout = errors.New("timeout")

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// last is the innermost part of an error's text, without addresses and ports that change. It may hold what the target wrote.
func last(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			break
		}
		err = inner
	}
	text := err.Error()
	const most = 200
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
