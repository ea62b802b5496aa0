package rpc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// maxHead is how much of an answer's head is read, in bytes.
const maxHead = 64 << 10

// longestWait bounds how long a throttled call waits at once, whatever the target asks for.
const longestWait = 30 * time.Second

// Send sends the call. A target that asks to slow down is asked again, with a fresh signature, after a wait that grows.
func (t *Target) Send(ctx context.Context, call targets.Call) (targets.Answer, error) {
	var a targets.Answer
	wait := t.throttleWait
	for attempts := 1; ; attempts++ {
		if t.limiter != nil {
			if err := t.limiter.Wait(ctx); err != nil {
				return a, fmt.Errorf("waiting for the rate limit: %w", err)
			}
		}
		var err error
		if call.Wire != "" {
			a, err = t.sendForm(ctx, call)
		} else {
			a, err = t.sendOnce(ctx, call)
		}
		if err != nil {
			return a, err
		}
		a.Attempts += attempts - 1
		if a.Outcome != targets.Throttled {
			return a, nil
		}
		t.throttled.Add(1)
		if attempts > t.maxThrottled {
			return a, nil
		}
		pause := max(wait/2+rand.N(wait), asked(a.Header))
		timer := time.NewTimer(min(pause, longestWait))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return a, context.Cause(ctx)
		}
		wait *= 2
	}
}

// asked is how long a throttled answer asks to wait.
func asked(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// sendOnce sends the call, and once more where a connection that was kept open turns out to be closed: a server may close an idle
// one at any time, and whatever it closed before it answered a byte it is taken not to have read.
func (t *Target) sendOnce(ctx context.Context, call targets.Call) (targets.Answer, error) {
	r, err := t.prepare(call)
	if err != nil {
		return targets.Answer{}, err
	}
	a, stale, err := t.roundTrip(ctx, r)
	if err == nil && stale {
		a, _, err = t.roundTrip(ctx, r)
		a.Attempts = 2
	}
	return a, err
}

// roundTrip sends a prepared request. stale tells that a kept connection ended before a byte of the answer.
func (t *Target) roundTrip(ctx context.Context, r *request) (a targets.Answer, stale bool, err error) {
	parent := ctx
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	reused, answered := false, false
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:              func(i httptrace.GotConnInfo) { reused = i.Reused },
		GotFirstResponseByte: func() { answered = true },
	})
	req := &http.Request{
		Method: r.method, URL: &url.URL{Scheme: t.endpoint.Scheme, Host: t.endpoint.Host, Path: t.endpoint.Path, RawPath: t.endpoint.RawPath, RawQuery: r.query},
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: r.header.Clone(), Host: t.endpoint.Host,
	}
	switch {
	case len(r.body) > 0:
		// No GetBody: net/http must not send a call twice on its own.
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(r.body)), int64(len(r.body))
	case r.method == http.MethodPost:
		req.Body = http.NoBody
	}
	t.requests.Add(1)
	begun := time.Now()
	a = targets.Answer{Attempts: 1, Sent: r.shown}
	res, err := t.transport.RoundTrip(req.WithContext(ctx))
	if err != nil {
		a.Latency = time.Since(begun)
		if parent.Err() != nil {
			return a, false, context.Cause(parent)
		}
		t.broke(&a, err)
		return a, reused && !answered && a.Kind == targets.BrokenDropped, nil
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, targets.MaxBody+1))
	a.Latency = time.Since(begun)
	a.Status, a.Header, a.Body = res.StatusCode, res.Header, body
	if err != nil {
		if parent.Err() != nil {
			return a, false, context.Cause(parent)
		}
		t.broke(&a, err)
		return a, false, nil
	}
	if len(body) > targets.MaxBody {
		a.Body = body[:targets.MaxBody]
		a.Outcome, a.Kind, a.Problem = targets.Broken, targets.BrokenTooLarge, "an answer of more than 1 MiB"
		return a, false, nil
	}
	decode(&a)
	t.hide(&a)
	return a, false, nil
}

// broke says in the answer what went wrong on the way.
func (t *Target) broke(a *targets.Answer, err error) {
	a.Outcome, a.Kind = targets.Broken, targets.BrokenTransport
	var op *net.OpError
	var dns *net.DNSError
	switch {
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errTimeout) || isTimeout(err):
		a.Kind, a.Problem = targets.BrokenTimeout, fmt.Sprintf("no complete answer within %s", t.timeout)
	case errors.As(err, &dns), errors.As(err, &op) && op.Op == "dial", errors.Is(err, syscall.ECONNREFUSED):
		a.Outcome, a.Kind, a.Problem = targets.Lost, "", "no connection to "+t.endpoint.Host+" could be made: "+last(err)
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

// last is the innermost part of an error's text, without addresses and ports that change.
func last(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}
