package rpc

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// form is a request that no client library would send, written byte by byte.
type form struct {
	name string
	// wellFormed: it is HTTP as RFC 9112 has it, so that a server has no cause to drop the connection.
	wellFormed bool
	// write gives the bytes of the request for a call made ready.
	write func(r *request, host string) string
	how   manner
}

// manner is how the bytes of a form are sent.
type manner int

const (
	whole      manner = iota
	inPieces          // a few at a time
	halfClosed        // and then nothing more, which ends a body that is shorter than it says
)

// line is a request line and the usual head.
func line(method, uri, host string, fields ...string) string {
	var b strings.Builder
	b.WriteString(method + " " + uri + " HTTP/1.1\r\nHost: " + host + "\r\n")
	for _, f := range fields {
		b.WriteString(f + "\r\n")
	}
	b.WriteString("\r\n")
	return b.String()
}

const closing = "Connection: close"

func uri(r *request) string { return r.path + "?" + r.query }

func get(r *request, host string, extra string) string {
	return line("GET", uri(r)+extra, host, closing)
}

// post sends the query as a form.
func post(r *request, host, contentType string, fields ...string) string {
	if contentType != "" {
		fields = append(fields, "Content-Type: "+contentType)
	}
	fields = append(fields, "Content-Length: "+strconv.Itoa(len(r.query)), closing)
	return line("POST", r.path, host, fields...) + r.query
}

func chunked(body, extension, trailer string) string {
	half := len(body) / 2
	return fmt.Sprintf("%x%s\r\n%s\r\n%x\r\n%s\r\n0\r\n%s\r\n", half, extension, body[:half], len(body)-half, body[half:], trailer)
}

var forms = []form{
	{"no parameter at all", true, func(r *request, h string) string { return line("GET", r.path, h, closing) }, whole},
	{"an empty query", true, func(r *request, h string) string { return line("GET", r.path+"?", h, closing) }, whole},
	{"an empty form", true, func(r *request, h string) string {
		return line("POST", r.path, h, "Content-Type: "+formType, "Content-Length: 0", closing)
	}, whole},
	{"a value with a lone percent sign", true, func(r *request, h string) string { return get(r, h, "&X=%") }, whole},
	{"a value with a percent sign and no hexadecimal", true, func(r *request, h string) string { return get(r, h, "&X=%zz") }, whole},
	{"a value that ends within an encoding", true, func(r *request, h string) string { return get(r, h, "&X=%2") }, whole},
	{"a name with a lone percent sign", true, func(r *request, h string) string { return get(r, h, "&%=1") }, whole},
	{"a value that is no UTF-8, encoded", true, func(r *request, h string) string { return get(r, h, "&X=%ff%fe") }, whole},
	{"a value with an encoded NUL", true, func(r *request, h string) string { return get(r, h, "&X=%00") }, whole},
	{"bytes over 127 in the query", false, func(r *request, h string) string { return get(r, h, "&X=\xff\xfe") }, whole},
	{"a NUL in the query", false, func(r *request, h string) string { return get(r, h, "&X=\x00") }, whole},
	{"a query of 7 KiB", true, func(r *request, h string) string { return get(r, h, "&X="+strings.Repeat("x", 7<<10)) }, whole},
	{"a query of 64 KiB", false, func(r *request, h string) string { return get(r, h, "&X="+strings.Repeat("x", 64<<10)) }, whole},
	{"a query of 1 MiB", false, func(r *request, h string) string { return get(r, h, "&X="+strings.Repeat("x", 1<<20)) }, whole},
	{"a header of 4 KiB", true, func(r *request, h string) string {
		return line("GET", uri(r), h, "X-Long: "+strings.Repeat("x", 4<<10), closing)
	}, whole},
	{"a header of 64 KiB", false, func(r *request, h string) string {
		return line("GET", uri(r), h, "X-Long: "+strings.Repeat("x", 64<<10), closing)
	}, whole},
	{"300 headers", false, func(r *request, h string) string {
		return line("GET", uri(r), h, append(strings.Split(strings.TrimSuffix(strings.Repeat("X-Many: x\n", 300), "\n"), "\n"), closing)...)
	}, whole},
	{"500 parameters", true, func(r *request, h string) string { return get(r, h, strings.Repeat("&X=1", 500)) }, whole},
	{"empty parameters", true, func(r *request, h string) string { return get(r, h, "&&&=&=1&X") }, whole},
	{"Action twice", true, func(r *request, h string) string { return get(r, h, "&Action=CreateBackup") }, whole},
	{"Version twice", true, func(r *request, h string) string { return get(r, h, "&Version=2014-08-15") }, whole},
	{"two Formats", true, func(r *request, h string) string { return get(r, h, "&Format=XML&Format=JSON") }, whole},
	{"two Signatures", true, func(r *request, h string) string { return get(r, h, "&Signature=x") }, whole},
	{"a form of no content type", true, func(r *request, h string) string { return post(r, h, "") }, whole},
	{"a form that says it is text", true, func(r *request, h string) string { return post(r, h, "text/plain") }, whole},
	{"a form that says it is JSON", true, func(r *request, h string) string { return post(r, h, "application/json") }, whole},
	{"a form whose content type is none", true, func(r *request, h string) string { return post(r, h, ";;;/") }, whole},
	{"a form in another character set", true, func(r *request, h string) string {
		return post(r, h, "application/x-www-form-urlencoded; charset=utf-16")
	}, whole},
	{"a multipart form without a boundary", true, func(r *request, h string) string { return post(r, h, "multipart/form-data") }, whole},
	{"a form that says it is compressed", true, func(r *request, h string) string { return post(r, h, formType, "Content-Encoding: gzip") }, whole},
	{"a form in chunks", true, func(r *request, h string) string {
		return line("POST", r.path, h, "Content-Type: "+formType, "Transfer-Encoding: chunked", closing) + chunked(r.query, "", "")
	}, whole},
	{"a form in chunks with extensions", true, func(r *request, h string) string {
		return line("POST", r.path, h, "Content-Type: "+formType, "Transfer-Encoding: chunked", closing) + chunked(r.query, ";x=y", "")
	}, whole},
	{"a form in chunks with a trailer", true, func(r *request, h string) string {
		return line("POST", r.path, h, "Content-Type: "+formType, "Transfer-Encoding: chunked", "Trailer: X-T", closing) + chunked(r.query, "", "X-T: 1\r\n")
	}, whole},
	{"a chunk whose length is none", false, func(r *request, h string) string {
		return line("POST", r.path, h, "Content-Type: "+formType, "Transfer-Encoding: chunked", closing) + "zz\r\n" + r.query + "\r\n0\r\n\r\n"
	}, whole},
	{"a POST without a length", false, func(r *request, h string) string { return line("POST", uri(r), h, closing) }, whole},
	{"two different lengths", false, func(r *request, h string) string {
		return line("POST", uri(r), h, "Content-Length: 0", "Content-Length: 5", closing)
	}, whole},
	{"a length that is no number", false, func(r *request, h string) string { return line("POST", uri(r), h, "Content-Length: five", closing) }, whole},
	{"a length beyond the body", false, func(r *request, h string) string {
		return line("POST", r.path, h, "Content-Type: "+formType, "Content-Length: "+strconv.Itoa(len(r.query)+50), closing) + r.query
	}, halfClosed},
	{"a body under GET", true, func(r *request, h string) string {
		return line("GET", uri(r), h, "Content-Type: "+formType, "Content-Length: 3", closing) + "x=y"
	}, whole},
	{"the method PUT", true, func(r *request, h string) string { return line("PUT", uri(r), h, "Content-Length: 0", closing) }, whole},
	{"the method DELETE", true, func(r *request, h string) string { return line("DELETE", uri(r), h, closing) }, whole},
	{"the method PATCH", true, func(r *request, h string) string { return line("PATCH", uri(r), h, "Content-Length: 0", closing) }, whole},
	{"the method OPTIONS", true, func(r *request, h string) string { return line("OPTIONS", uri(r), h, closing) }, whole},
	{"the method TRACE", true, func(r *request, h string) string { return line("TRACE", uri(r), h, closing) }, whole},
	{"a method that nobody has", true, func(r *request, h string) string { return line("BREW", uri(r), h, closing) }, whole},
	{"a method in small letters", true, func(r *request, h string) string { return line("get", uri(r), h, closing) }, whole},
	{"HTTP/1.0", true, func(r *request, h string) string { return "GET " + uri(r) + " HTTP/1.0\r\nHost: " + h + "\r\n\r\n" }, whole},
	{"HTTP of a version to come", false, func(r *request, h string) string { return "GET " + uri(r) + " HTTP/9.9\r\nHost: " + h + "\r\n\r\n" }, whole},
	{"a whole URL in the request line", true, func(r *request, h string) string { return line("GET", "http://"+h+uri(r), h, closing) }, whole},
	{"another path", true, func(r *request, h string) string { return line("GET", "/elsewhere?"+r.query, h, closing) }, whole},
	{"a path with dots", true, func(r *request, h string) string { return line("GET", "/../..//?"+r.query, h, closing) }, whole},
	{"no Host", false, func(r *request, h string) string { return "GET " + uri(r) + " HTTP/1.1\r\n" + closing + "\r\n\r\n" }, whole},
	{"two Hosts", false, func(r *request, h string) string { return line("GET", uri(r), h, "Host: "+h, closing) }, whole},
	{"a space before a colon", false, func(r *request, h string) string { return line("GET", uri(r), h, "X-Odd : 1", closing) }, whole},
	{"a folded header", false, func(r *request, h string) string { return line("GET", uri(r), h, "X-Folded: a\r\n b", closing) }, whole},
	{"lines that end in LF alone", false, func(r *request, h string) string { return strings.ReplaceAll(get(r, h, ""), "\r\n", "\n") }, whole},
	{"an empty line before the request", true, func(r *request, h string) string { return "\r\n" + get(r, h, "") }, whole},
	{"an expectation to continue", true, func(r *request, h string) string { return post(r, h, formType, "Expect: 100-continue") }, whole},
	{"an expectation that nobody can meet", true, func(r *request, h string) string { return line("GET", uri(r), h, "Expect: the-unexpected", closing) }, whole},
	{"an Accept of nothing known", true, func(r *request, h string) string { return line("GET", uri(r), h, "Accept: image/png", closing) }, whole},
	{"a range", true, func(r *request, h string) string { return line("GET", uri(r), h, "Range: bytes=0-1", closing) }, whole},
	{"two requests at once", true, func(r *request, h string) string {
		// The call is the first, whose answer comes in any case: a server may close the connection behind it.
		return line("GET", uri(r), h) + line("GET", r.path+"?Action=CbspecNoSuchAction", h, closing)
	}, whole},
	{"a request sent in small pieces", true, func(r *request, h string) string { return post(r, h, formType) }, inPieces},
	{"no HTTP at all", false, func(r *request, h string) string { return "\x16\x03\x01\x00\xa5\x01\x00\x00\r\n\r\n" }, whole},
}

// RawRequests lists the names of the forms of a request that Call.Wire takes.
func (t *Target) RawRequests() []string {
	if !t.direct() {
		return nil
	}
	names := make([]string, len(forms))
	for i, f := range forms {
		names[i] = f.name
	}
	return names
}

// direct tells whether bytes can be sent to the target as they are: neither by a transport of somebody else's nor by a proxy, which
// would put them right.
func (t *Target) direct() bool {
	if !t.own {
		return false
	}
	proxy, err := t.proxy(&http.Request{URL: t.endpoint})
	return proxy == nil && err == nil
}

// sendForm sends the call in an unusual form over a connection of its own. Where the form is no HTTP, a server may close the connection without a word.
func (t *Target) sendForm(ctx context.Context, call targets.Call) (targets.Answer, error) {
	f, err := formOf(call.Wire)
	if err != nil {
		return targets.Answer{}, err
	}
	if !t.direct() {
		return targets.Answer{}, errors.New("forms of a request are sent neither by a proxy nor by another transport")
	}
	call.Wire, call.Method = "", http.MethodGet
	if cmp.Or(call.Algorithm, t.signature) == targets.ACS3HMACSHA256 {
		call.Algorithm = targets.HMACSHA1 // which needs no headers: those of a form are its own
	}
	call.Params = slices.Clone(call.Params)
	if method, _, _ := strings.Cut(strings.TrimSpace(f.write(&request{path: "/", query: "xxxx"}, "h")), " "); isWord(method) {
		call.Method = method // what is signed is the method that is sent
	}
	for i := range call.Params {
		call.Params[i].In = targets.Query
	}
	r, err := t.prepare(call)
	if err != nil {
		return targets.Answer{}, err
	}
	a := targets.Answer{Attempts: 1, Sent: r.shown}
	t.requests.Add(1)
	begun := time.Now()
	res, body, err := t.exchange(ctx, []byte(f.write(r, t.endpoint.Host)), f.how)
	a.Latency = time.Since(begun)
	if err != nil {
		if ctx.Err() != nil {
			return a, context.Cause(ctx)
		}
		t.broke(&a, err)
		if a.Kind == targets.BrokenDropped && !f.wellFormed {
			a.Outcome, a.Kind, a.Problem, a.Status = targets.Refused, "", "", http.StatusBadRequest
		}
		t.hide(&a, r.signature)
		return a, nil
	}
	a.Status, a.Header, a.Body = res.StatusCode, res.Header, body[:min(len(body), targets.MaxBody)]
	decode(&a)
	if len(body) > targets.MaxBody {
		tooLarge(&a)
	}
	t.hide(&a, r.signature)
	if a.Kind == targets.BrokenTooLarge {
		return a, nil
	}
	if a.Status >= 400 && a.Status < 500 || a.Status == http.StatusNotImplemented || a.Status == http.StatusHTTPVersionNotSupported || a.Status >= 300 && a.Status < 400 {
		a.Outcome, a.Kind, a.Problem = targets.Refused, "", "" // in whatever words
	}
	if a.Status < 300 && a.Outcome == targets.Broken {
		a.Outcome, a.Kind, a.Problem = targets.Refused, "", "" // another method, another path: another answer
	}
	return a, nil
}

// isWord tells whether text can be a method.
func isWord(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r < 'A' || r > 'z' })
}

func formOf(name string) (form, error) {
	for _, f := range forms {
		if f.name == name {
			return f, nil
		}
	}
	return form{}, fmt.Errorf("no form of a request is named %q", name)
}

// exchange writes bytes and reads the answer that they bring.
func (t *Target) exchange(ctx context.Context, raw []byte, how manner) (*http.Response, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	host := t.endpoint.Host
	if t.endpoint.Port() == "" {
		host = net.JoinHostPort(t.endpoint.Hostname(), map[string]string{"https": "443", "http": "80"}[t.endpoint.Scheme])
	}
	dialer := &net.Dialer{Timeout: t.connectTimeout}
	conn, err := dialer.DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, nil, noConnection{err}
	}
	defer conn.Close()
	if t.endpoint.Scheme == "https" {
		c := t.tls.Clone()
		c.ServerName = cmp.Or(c.ServerName, t.endpoint.Hostname())
		secure := tls.Client(conn, c)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, nil, noConnection{err}
		}
		conn = secure
	}
	deadline, _ := ctx.Deadline()
	_ = conn.SetDeadline(deadline) // a connection that cannot have one fails at the first use
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now()) })
	defer stop()
	written := make(chan struct{})
	go func() {
		defer close(written)
		writeAs(ctx, conn, raw, how)
		if c, ok := conn.(interface{ CloseWrite() error }); ok && how == halfClosed {
			_ = c.CloseWrite() // the reader finds out
		}
	}()
	reader := bufio.NewReader(io.LimitReader(conn, maxHead+2*targets.MaxBody))
	var res *http.Response
	var body []byte
	for {
		if res, err = http.ReadResponse(reader, nil); err != nil {
			break
		}
		if res.StatusCode >= 200 || res.StatusCode == http.StatusSwitchingProtocols {
			body, err = io.ReadAll(io.LimitReader(res.Body, targets.MaxBody+1))
			break
		}
	}
	conn.Close()
	<-written
	return res, body, err
}

// writeAs writes raw, in pieces a few milliseconds apart where they are asked for. What cannot be written the reader finds out.
func writeAs(ctx context.Context, w io.Writer, raw []byte, how manner) {
	size := len(raw)
	if how == inPieces {
		size = len(raw)/12 + 1
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
		timer := time.NewTimer(10 * time.Millisecond)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}
