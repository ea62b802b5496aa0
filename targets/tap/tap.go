// Package tap is a reverse proxy that shows what passes it. It sends nothing of its own, and passes
// on requests and answers as they are.
package tap

import (
	"context"
	"errors"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/cbspec/cbspec/targets/exchange"
)

// New returns a proxy to an upstream server. It calls show for each exchange when the answer has
// ended, several at a time.
func New(upstream *url.URL, rt http.RoundTripper, show func(exchange.Exchange)) http.Handler {
	proxy := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { rewrite(r, upstream) },
		Transport:     once{rt},
		FlushInterval: -1,
		ErrorLog:      log.New(io.Discard, "", 0), // a call that fails is shown like any other
		ModifyResponse: func(r *http.Response) error {
			recordOf(r.Request.Context()).answered(r)
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			w.WriteHeader(http.StatusBadGateway)
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &record{show: show, x: exchange.Exchange{
			Start: time.Now(), Original: true,
			Request: exchange.Request{Method: r.Method, URL: upstream.Scheme + "://" + r.Host + r.URL.RequestURI(), Header: r.Header.Clone()},
		}}
		if r.Body != nil && r.Body != http.NoBody {
			rec.x.Request.Partial = true // until its end was read
			r.Body = &copied{ReadCloser: r.Body, rec: rec, to: &rec.x.Request.Message, left: r.ContentLength}
		}
		defer rec.end() // also where the client has gone
		proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), recordKey{}, rec)))
	})
}

// rewrite addresses a request to the upstream server, and undoes what the library has changed.
func rewrite(r *httputil.ProxyRequest, upstream *url.URL) {
	r.Out.URL.Scheme, r.Out.URL.Host = upstream.Scheme, upstream.Host
	if base := strings.TrimSuffix(upstream.Path, "/"); base != "" {
		r.Out.URL.Path, r.Out.URL.RawPath = base+r.In.URL.Path, ""
	}
	r.Out.URL.RawQuery = r.In.URL.RawQuery
	r.Out.Host = r.In.Host // which is signed
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
		if values := r.In.Header[name]; values != nil {
			r.Out.Header[name] = values
		}
	}
}

// once sends each request once. Net/http sends a GET again if a kept connection is closed, although
// the server may have made a backup for it.
type once struct{ http.RoundTripper }

// RoundTrip sends the request.
func (o once) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil && r.Method == http.MethodGet {
		r.Body = io.NopCloser(strings.NewReader("")) // so that it cannot be sent again
	}
	return o.RoundTripper.RoundTrip(r)
}

type recordKey struct{}

func recordOf(ctx context.Context) *record {
	rec, _ := ctx.Value(recordKey{}).(*record)
	return rec
}

// record is an exchange that is under way.
type record struct {
	show func(exchange.Exchange)

	mu    sync.Mutex
	x     exchange.Exchange
	ended bool
}

// answered notes the header of the answer, and copies its body.
func (rec *record) answered(r *http.Response) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.x.Response.Status, rec.x.Response.Header = r.StatusCode, maps.Clone(r.Header)
	rec.x.Response.Partial = true // until its end was read
	if r.StatusCode != http.StatusSwitchingProtocols {
		r.Body = &copied{ReadCloser: r.Body, rec: rec, to: &rec.x.Response.Message, left: r.ContentLength}
	}
}

// end shows the exchange.
func (rec *record) end() {
	rec.mu.Lock()
	ended := rec.ended
	rec.ended = true
	if !ended {
		rec.x.End = time.Now()
	}
	rec.mu.Unlock()
	if !ended {
		rec.show(rec.x)
	}
}

// copied is a body that is kept while it passes.
type copied struct {
	io.ReadCloser
	rec *record
	to  *exchange.Message
	cut bool // it is too long to keep
	// left is how many bytes are still to come, below 0 where only the end tells. Who knows the
	// length need not read the end.
	left int64
}

func (c *copied) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.rec.mu.Lock()
	defer c.rec.mu.Unlock()
	if c.rec.ended {
		return n, err
	}
	room := exchange.MaxBody - len(c.to.Body)
	c.to.Body = append(c.to.Body, p[:min(n, room)]...)
	c.cut = c.cut || n > room
	c.left -= int64(n)
	c.to.Partial = c.cut || c.left != 0 && !errors.Is(err, io.EOF)
	return n, err
}
