package rpc

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/gate"
	"github.com/cbspec/cbspec/targets/redact"
	"github.com/cbspec/cbspec/targets/transport"
)

// Target is an implementation of CreateBackup that speaks Alibaba's RPC protocol over HTTP. It is
// safe for use by several goroutines at once.
type Target struct {
	signer
	endpoint *url.URL
	base     string // the endpoint as a string, without a query

	connectTimeout time.Duration
	gate           *gate.Gate

	transport http.RoundTripper
	own       bool // transport is the adapter's own
	tls       *tls.Config
	proxy     func(*http.Request) (*url.URL, error)

	curlOptions []string // of TLS
	further     []field  // of the header that the user wants in every request

	// plain and form are the headers of requests without and with a form. All requests share them.
	plain, form http.Header

	keepsNone   atomic.Bool // no connection is kept
	multiplexed atomic.Bool // the target speaks HTTP/2
	secrets     redact.Secrets
}

var (
	_ targets.Target       = (*Target)(nil)
	_ targets.Signer       = (*Target)(nil)
	_ targets.Curler       = (*Target)(nil)
	_ targets.RawRequester = (*Target)(nil)
	_ gate.Keeper          = (*Target)(nil)
)

const formType = "application/x-www-form-urlencoded"

// New returns the target that the configuration describes. It sends nothing. Its errors are
// mistakes in the configuration, and they hold no secret.
func New(c Config) (*Target, error) {
	endpoint, err := parseEndpoint(c.Endpoint)
	if err != nil {
		return nil, err
	}
	if c, err = c.withDefaults(); err != nil {
		return nil, err
	}
	t := &Target{
		signer: signer{
			signature: c.Signature, keyID: c.AccessKeyID, secret: c.AccessKeySecret, token: c.SecurityToken, now: c.Now,
		},
		endpoint:       endpoint,
		base:           endpoint.String(),
		connectTimeout: c.ConnectTimeout,
		gate: gate.New(gate.Config{
			Timeout: c.Timeout, RequestsPerSecond: c.RequestsPerSecond, Ledger: c.Ledger,
			Retries: c.MaxThrottled, FirstWait: c.ThrottleWait,
		}),
		transport: c.Transport,
		secrets:   redact.Of(c.AccessKeySecret, c.AccessKeyID, c.SecurityToken),
		plain:     http.Header{"User-Agent": {c.UserAgent}},
		form:      http.Header{"User-Agent": {c.UserAgent}, "Content-Type": {formType}},
		further:   furtherHeader(c.Header),
	}
	for _, f := range t.further {
		t.plain.Add(f.name, f.value)
		t.form.Add(f.name, f.value)
		t.secrets = append(t.secrets, redact.Of(f.value)...)
	}
	t.keepsNone.Store(c.Ledger != nil)
	if t.transport == nil {
		if err := t.useOwnTransport(c); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// useOwnTransport sets up the adapter's own transport.
func (t *Target) useOwnTransport(c Config) error {
	own, err := transport.New(transport.Config{
		CAFile: c.CAFile, CertFile: c.CertFile, KeyFile: c.KeyFile, Insecure: c.Insecure, Proxy: c.Proxy,
		TLSTimeout: c.TLSTimeout, HeaderTimeout: c.HeaderTimeout, Connections: c.Concurrency, Dial: t.dial,
	})
	if err != nil {
		return err
	}
	t.transport, t.own = own, true
	t.tls, t.proxy = own.TLSClientConfig.Clone(), own.Proxy
	if c.Insecure {
		t.curlOptions = append(t.curlOptions, "--insecure")
	}
	if c.CAFile != "" {
		t.curlOptions = append(t.curlOptions, "--cacert", literal(c.CAFile))
	}
	if c.CertFile != "" || c.KeyFile != "" {
		t.curlOptions = append(t.curlOptions, "--cert", literal(c.CertFile), "--key", literal(c.KeyFile))
	}
	return nil
}

// Algorithms returns the algorithms that the target can sign with: all of them if it checks
// signatures, and none otherwise.
func (t *Target) Algorithms() []string {
	if t.signature == targets.Unsigned {
		return nil
	}
	return []string{targets.HMACSHA1, targets.ACS3HMACSHA256}
}

// Gate returns the gate that every request passes.
func (t *Target) Gate() *gate.Gate { return t.gate }

// String names the target without its secrets.
func (t *Target) String() string { return "RPC target at " + t.endpoint.Host }

// GoString is String, so that %#v shows no secrets either.
func (t *Target) GoString() string { return t.String() }

// Close closes the idle connections.
func (t *Target) Close() {
	if tr, ok := t.transport.(*http.Transport); ok && t.own {
		tr.CloseIdleConnections()
	}
}
