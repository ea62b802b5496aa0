package rpc

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/transport"
)

// RawRequests lists the names of the raw requests that Call.Wire takes. There are none if something
// between the adapter and the target would correct them: a proxy, or a transport of the caller.
func (t *Target) RawRequests() []string {
	if !(rawSender{t}).direct() {
		return nil
	}
	names := make([]string, len(rawRequests))
	for i, r := range rawRequests {
		names[i] = r.name
	}
	return names
}

// rawSender sends raw requests, each over its own connection.
type rawSender struct{ *Target }

// errOnlyHTTP2 is why a raw request, which is HTTP/1.1, was not sent.
var errOnlyHTTP2 = fmt.Errorf("%w: the target speaks HTTP/2 alone, which has no raw requests", targets.ErrUnmet)

var errDirect = errors.New("raw requests are sent neither by a proxy nor by another transport: reach the target directly")

// direct reports whether the adapter can send bytes to the target as they are.
func (t rawSender) direct() bool {
	if !t.own {
		return false
	}
	proxy, err := t.proxy(&http.Request{URL: t.endpoint})
	return proxy == nil && err == nil
}

// rawNamed returns the raw request with a name, which may be one of an older report.
func rawNamed(name string) (rawRequest, error) {
	present := cmp.Or(renamed[name], name)
	i := slices.IndexFunc(rawRequests, func(r rawRequest) bool { return r.name == present })
	if i < 0 {
		return rawRequest{}, fmt.Errorf("no raw request is named %q", name)
	}
	return rawRequests[i], nil
}

// visible returns the request as a raw one may be shown, without secrets.
func (r *request) visible() *request {
	_, query, _ := strings.Cut(r.shown.URL, "?")
	return &request{path: r.path, query: query}
}

// sendRaw sends the call as a raw request, over its own connection.
func (t rawSender) sendRaw(ctx context.Context, call targets.Call) (targets.Answer, error) {
	raw, err := rawNamed(call.Wire)
	if err != nil {
		return targets.Answer{}, err
	}
	if !t.direct() {
		return targets.Answer{}, errDirect
	}
	r, err := t.prepare(t.rawCall(call, raw))
	if err != nil {
		return targets.Answer{}, err
	}
	a := targets.Answer{Attempts: 1, Sent: r.shown}
	a.Sent.Raw = []byte(t.text(raw, r.visible()))
	begun := time.Now()
	text := t.text(raw, r)
	res, body, err := t.exchange(ctx, []byte(text), raw.how)
	a.Latency = time.Since(begun)
	switch {
	case errors.Is(err, targets.ErrUnmet):
		return a, err
	case err != nil:
		t.fail(&a, err)
		if (a.Kind == targets.BrokenDropped || errors.Is(err, errPageAlone)) && !raw.valid {
			refuse(&a)
			a.Status = http.StatusBadRequest
		}
	case fill(&a, res, body):
		transport.TooLarge(&a)
	default:
		Decode(&a)
		switch {
		case a.Status == http.StatusPartialContent && strings.Contains(text, "\r\nRange: "):
			a.Outcome, a.Kind, a.Problem = targets.Accepted, "", "" // a part of a success (RFC 9110, 15.3.7)
		case refusesRaw(a):
			refuse(&a)
		}
	}
	t.hide(&a, r.signature)
	return a, nil
}

// rawCall returns the call whose signed query a raw request sends.
func (t rawSender) rawCall(call targets.Call, raw rawRequest) targets.Call {
	call.Wire, call.Method = "", http.MethodGet
	if t.algorithm(call) == targets.ACS3HMACSHA256 {
		call.Algorithm = targets.HMACSHA1 // a raw request has its own header, so the signature goes into the query
	}
	text := raw.text(&request{path: "/", query: "xxxx"}, "h")
	if method, _, _ := strings.Cut(strings.TrimSpace(text), " "); isWord(method) {
		call.Method = method // the method that is sent must be signed
	}
	call.Params = slices.Clone(call.Params)
	for i := range call.Params {
		call.Params[i].In = targets.Query
	}
	return call
}

// isWord reports whether a text can be a method.
func isWord(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r < 'A' || r > 'z' })
}

// refusesRaw reports whether the answer to a raw request is a refusal. A web server may refuse one
// with a status and a body of its own. It may also answer another method or path with something
// else than a document of the API.
func refusesRaw(a targets.Answer) bool {
	switch s := a.Status; {
	case s == http.StatusNotImplemented, s == http.StatusHTTPVersionNotSupported:
		return true
	case s >= 300 && s < 500:
		return true
	case s < 300:
		return a.Outcome == targets.Broken
	}
	return false
}

func refuse(a *targets.Answer) { a.Outcome, a.Kind, a.Problem = targets.Refused, "", "" }

// exchange writes the bytes of a raw request and reads the answer.
func (t rawSender) exchange(ctx context.Context, raw []byte, how manner) (*http.Response, []byte, error) {
	conn, err := t.connect(ctx)
	if err != nil {
		return nil, nil, transport.NoConnection{Err: err}
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now()) })
	defer stop()
	written := make(chan struct{})
	go func() {
		defer close(written)
		writeRaw(ctx, conn, raw, how)
		if c, ok := conn.(interface{ CloseWrite() error }); ok && how == halfClosed {
			_ = c.CloseWrite() // an error shows when the answer is read
		}
	}()
	res, body, err := readFinal(conn)
	conn.Close()
	<-written
	return res, body, err
}

// connect makes a connection for a raw request.
func (t rawSender) connect(ctx context.Context) (net.Conn, error) {
	host := net.JoinHostPort(t.endpoint.Hostname(), t.port())
	conn, err := (&net.Dialer{Timeout: t.connectTimeout}).DialContext(ctx, "tcp", host)
	if err != nil || t.endpoint.Scheme != "https" {
		return conn, err
	}
	c := t.tls.Clone()
	c.ServerName = cmp.Or(c.ServerName, t.endpoint.Hostname())
	c.NextProtos = []string{"http/1.1"}
	secure := tls.Client(conn, c)
	err = secure.HandshakeContext(ctx)
	if err == nil {
		return secure, nil
	}
	conn.Close()
	if t.multiplexed.Load() && strings.Contains(err.Error(), "no application protocol") { // tls has no value for it
		return nil, errOnlyHTTP2
	}
	return nil, err
}

// errPageAlone means that a server answered with a page alone, as in HTTP/0.9. Some do so where
// they cannot read the version of a request.
var errPageAlone = errors.New("a page without a status line")

// readFinal reads an answer, and skips those that only announce one (1xx).
func readFinal(conn io.Reader) (*http.Response, []byte, error) {
	reader := bufio.NewReader(io.LimitReader(conn, transport.MaxHeaderBytes+2*targets.MaxBody))
	if first, err := reader.Peek(1); err == nil && first[0] == '<' {
		return nil, nil, errPageAlone
	}
	for {
		res, err := http.ReadResponse(reader, nil)
		if err != nil {
			return nil, nil, err
		}
		if res.StatusCode == http.StatusSwitchingProtocols {
			return res, nil, nil
		}
		if res.StatusCode >= 200 {
			body, err := readBody(res)
			return res, body, err
		}
	}
}

// readBody reads the body of an answer. It may be compressed, since a raw request does not say that
// it must not be.
func readBody(res *http.Response) ([]byte, error) {
	var body io.Reader = res.Body
	if strings.EqualFold(res.Header.Get("Content-Encoding"), "gzip") {
		plain, err := gzip.NewReader(body)
		if err != nil {
			return nil, err
		}
		body = plain
	}
	return io.ReadAll(io.LimitReader(body, targets.MaxBody+1))
}

// pieces is in how many pieces a raw request is written that is not written at once.
const pieces = 12

// writeRaw writes the bytes of a raw request, in pieces a few milliseconds apart if how says so. It
// ignores errors, since they show when the answer is read.
func writeRaw(ctx context.Context, w io.Writer, raw []byte, how manner) {
	size := len(raw)
	if how == inPieces {
		size = len(raw)/pieces + 1
	}
	for len(raw) > 0 {
		n := min(size, len(raw))
		if _, err := w.Write(raw[:n]); err != nil {
			return
		}
		raw = raw[n:]
		if len(raw) == 0 {
			return
		}
		if targets.Sleep(ctx, 10*time.Millisecond) != nil {
			return
		}
	}
}
