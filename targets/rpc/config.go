package rpc

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/cbspec/cbspec/targets"
)

// Config says where a target is and how it is to be called. Only Endpoint is required.
type Config struct {
	// Endpoint is an http or https URL: host, port and path; neither query nor fragment nor user.
	Endpoint string
	// Signature is targets.Unsigned, targets.HMACSHA1 or targets.ACS3HMACSHA256. Empty is HMAC-SHA1 where there are
	// credentials, and unsigned otherwise.
	Signature       string
	AccessKeyID     string
	AccessKeySecret string
	SecurityToken   string // of temporary (STS) credentials

	// Timeout of one request, from connecting to the last byte of the answer. Default 10 s.
	Timeout time.Duration
	// Timeouts of its phases; 0 is no bound but Timeout. HeaderTimeout is from the last byte of the request to the head of the answer.
	ConnectTimeout, TLSTimeout, HeaderTimeout time.Duration
	// Concurrency is how many calls will be under way at once: so many idle connections are kept. Default 16.
	Concurrency int
	// FreshConnections makes a connection for every request, so that no call is ever sent twice because a kept one turned out to be closed.
	FreshConnections bool
	// RequestsPerSecond bounds the rate; 0 is no bound.
	RequestsPerSecond float64
	// MaxThrottled is how often a call that is told to slow down is sent again. Default 5; negative is never.
	MaxThrottled int
	// ThrottleWait is the first wait of a throttled call; it doubles each time. Default 200 ms.
	ThrottleWait time.Duration

	CAFile   string // PEM certificates trusted beside the system's
	CertFile string // PEM certificate to show to the target
	KeyFile  string // its key
	// Proxy is the URL of a proxy; empty is what the environment says (HTTP_PROXY, HTTPS_PROXY, NO_PROXY).
	Proxy string
	// Transport replaces the adapter's own and with it the TLS and proxy settings. It must neither follow redirects
	// nor send a request again. Wire forms cannot pass it.
	Transport http.RoundTripper

	UserAgent string           // default "cbspec"
	Now       func() time.Time // the clock that timestamps are taken from; default time.Now
}

// Target is an implementation of CreateBackup that speaks Alibaba's RPC protocol over HTTP. It is safe for use by
// several goroutines at once.
type Target struct {
	endpoint  *url.URL
	base      string // the endpoint as a string, without a query
	signature string
	keyID     string
	secret    string
	token     string

	timeout        time.Duration
	connectTimeout time.Duration
	patience       *targets.Backoff
	limiter        *rate.Limiter // nil is no bound

	transport http.RoundTripper
	own       bool // transport is the adapter's own
	tls       *tls.Config
	proxy     func(*http.Request) (*url.URL, error)

	userAgent string
	now       func() time.Time

	curlOptions []string // of TLS

	// plain and form are the headers of requests without and with a form, shared by all of them.
	plain, form http.Header

	requests, throttled atomic.Int64
	afresh              atomic.Bool // keep no connections
	secrets             []concealed
}

var (
	_ targets.Target = (*Target)(nil)
	_ targets.Signer = (*Target)(nil)
	_ targets.Curler = (*Target)(nil)
)

const formType = "application/x-www-form-urlencoded"

// New returns the target that the configuration describes. It sends nothing; its errors are mistakes in the
// configuration, and hold no secret.
func New(c Config) (*Target, error) {
	endpoint, err := parseEndpoint(c.Endpoint)
	if err != nil {
		return nil, err
	}
	credentials := c.AccessKeyID != "" && c.AccessKeySecret != ""
	switch {
	case c.Signature == "" && credentials:
		c.Signature = targets.HMACSHA1
	case c.Signature == "":
		c.Signature = targets.Unsigned
	case c.Signature != targets.Unsigned && c.Signature != targets.HMACSHA1 && c.Signature != targets.ACS3HMACSHA256:
		return nil, fmt.Errorf("unknown signature %q: must be %s, %s or %s",
			c.Signature, targets.HMACSHA1, targets.ACS3HMACSHA256, targets.Unsigned)
	case c.Signature != targets.Unsigned && !credentials:
		return nil, fmt.Errorf("signature %s: %w", c.Signature, ErrNoCredentials)
	}
	t := &Target{
		endpoint:       endpoint,
		base:           endpoint.String(),
		signature:      c.Signature,
		keyID:          c.AccessKeyID,
		secret:         c.AccessKeySecret,
		token:          c.SecurityToken,
		timeout:        cmp.Or(c.Timeout, 10*time.Second),
		connectTimeout: c.ConnectTimeout,
		patience:       &targets.Backoff{Retries: max(0, cmp.Or(c.MaxThrottled, 5)), FirstWait: cmp.Or(c.ThrottleWait, 200*time.Millisecond)},
		transport:      c.Transport,
		userAgent:      cmp.Or(c.UserAgent, "cbspec"),
		now:            c.Now,
	}
	t.afresh.Store(c.FreshConnections)
	if t.now == nil {
		t.now = time.Now
	}
	for _, secret := range []string{t.secret, t.keyID, t.token} {
		if len(secret) >= shortestSecret {
			t.secrets = append(t.secrets, conceal(secret))
		}
	}
	if c.RequestsPerSecond > 0 {
		t.limiter = rate.NewLimiter(rate.Limit(c.RequestsPerSecond), 1)
	}
	t.plain = http.Header{"User-Agent": {t.userAgent}}
	t.form = http.Header{"User-Agent": {t.userAgent}, "Content-Type": {formType}}
	if t.transport == nil {
		if err := t.connectBy(c); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// ErrNoCredentials says that a signature is asked for and the target was given no access key.
var ErrNoCredentials = errors.New("an access key id and secret are needed to sign")

// Algorithms returns the signature algorithms that the target can sign with: both where it has credentials and checks
// signatures, none otherwise.
func (t *Target) Algorithms() []string {
	if t.signature == targets.Unsigned {
		return nil
	}
	return []string{targets.HMACSHA1, targets.ACS3HMACSHA256}
}

// String names the target without its secrets, however it is printed.
func (t *Target) String() string { return "RPC target at " + t.endpoint.Host }

// GoString is String.
func (t *Target) GoString() string { return t.String() }

// String is what may be shown of the configuration.
func (c Config) String() string {
	host := "?"
	if u, err := parseEndpoint(c.Endpoint); err == nil {
		host = u.Host
	}
	return "RPC configuration of " + host
}

// GoString is String.
func (c Config) GoString() string { return c.String() }

// Stats counts what was sent.
type Stats struct {
	Requests  int64 // requests sent, those of throttled and repeated attempts included
	Throttled int64 // answers that asked to slow down
}

// Stats returns the counts since New.
func (t *Target) Stats() Stats {
	return Stats{Requests: t.requests.Load(), Throttled: t.throttled.Load()}
}

// Close closes the idle connections.
func (t *Target) Close() {
	if tr, ok := t.transport.(*http.Transport); ok && t.own {
		tr.CloseIdleConnections()
	}
}

func parseEndpoint(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		// The text of a URL that does not parse may hold a password.
		return nil, errors.New("endpoint: not a URL")
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, fmt.Errorf("endpoint %q: must be an http or https URL with a host", u.Redacted())
	case u.User != nil:
		return nil, fmt.Errorf("endpoint %q: must hold no user; credentials have settings of their own", u.Redacted())
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("endpoint %q: must hold neither query nor fragment", u.Redacted())
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u, nil
}

// connectBy sets up the adapter's own transport.
func (t *Target) connectBy(c Config) error {
	t.tls = &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return fmt.Errorf("CA file: %w", err)
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(pem) {
			return fmt.Errorf("CA file %s: holds no PEM certificate", c.CAFile)
		}
		t.tls.RootCAs = pool
		t.curlOptions = append(t.curlOptions, "--cacert", literal(c.CAFile))
	}
	if c.CertFile != "" || c.KeyFile != "" {
		pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
		if err != nil {
			return fmt.Errorf("client certificate: %w", err)
		}
		t.tls.Certificates = []tls.Certificate{pair}
		t.curlOptions = append(t.curlOptions, "--cert", literal(c.CertFile), "--key", literal(c.KeyFile))
	}
	t.proxy = http.ProxyFromEnvironment
	if c.Proxy != "" {
		u, err := url.Parse(c.Proxy)
		if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) {
			return errors.New("proxy: must be an http, https or socks5 URL with a host")
		}
		t.proxy = http.ProxyURL(u)
	}
	idle := cmp.Or(c.Concurrency, 16)
	t.own = true
	t.transport = &http.Transport{
		Proxy:                  t.proxy,
		DialContext:            t.dial,
		TLSClientConfig:        t.tls.Clone(),
		TLSHandshakeTimeout:    c.TLSTimeout,
		ResponseHeaderTimeout:  c.HeaderTimeout,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           idle,
		MaxIdleConnsPerHost:    idle,
		IdleConnTimeout:        900 * time.Millisecond, // shorter than any server's: none is reused that has just been given up
		MaxResponseHeaderBytes: maxHead,
	}
	return nil
}
