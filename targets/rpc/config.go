package rpc

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/budget"
	"github.com/cbspec/cbspec/targets/transport"
)

// Config says where a target is and how it is called. Only Endpoint is required.
type Config struct {
	// Endpoint is an http or https URL with host, port and path, and without query, fragment and
	// user.
	Endpoint string
	// Signature is targets.Unsigned, targets.HMACSHA1 or targets.ACS3HMACSHA256. If it is empty, it
	// is HMACSHA1 with credentials and Unsigned without.
	Signature       string
	AccessKeyID     string
	AccessKeySecret string
	SecurityToken   string // of temporary (STS) credentials

	// Timeout is how long one request may take, from connecting to the last byte of the answer. The
	// default is 10 s.
	Timeout time.Duration
	// Timeouts of the phases of a request; 0 means none but Timeout. HeaderTimeout is the time from
	// the last byte of the request to the header of the answer.
	ConnectTimeout, TLSTimeout, HeaderTimeout time.Duration
	// Concurrency is how many calls run at once, and so how many idle connections are kept. The
	// default is 16.
	Concurrency int
	// Ledger limits the backups that are made; nil means no limit. With a ledger every request has
	// its own connection, so that none is ever sent again because a kept one turned out to be
	// closed.
	Ledger *budget.Ledger
	// RequestsPerSecond limits the rate of requests; 0 means no limit.
	RequestsPerSecond float64
	// MaxThrottled is how often a call is sent again when the target asks to slow down. The default
	// is 5; a negative number means never.
	MaxThrottled int
	// ThrottleWait is the wait before a call is sent again for the first time; it doubles each
	// time. The default is 200 ms.
	ThrottleWait time.Duration

	CAFile   string // PEM certificates to trust in addition to those of the system
	CertFile string // PEM certificate to show to the target
	KeyFile  string // key of CertFile
	Insecure bool   // accept any certificate
	// Proxy is the URL of a proxy. If it is empty, the environment says which one is used
	// (HTTP_PROXY, HTTPS_PROXY, NO_PROXY).
	Proxy string
	// Transport replaces the adapter's own transport, and with it the TLS and proxy settings. It
	// must neither follow redirects nor send a request again. Raw requests need the adapter's own
	// one.
	Transport http.RoundTripper

	// Header is sent with every request, raw ones included. Its values are secret.
	Header    http.Header
	UserAgent string           // default "cbspec"
	Now       func() time.Time // clock for timestamps; default time.Now
}

// ErrNoCredentials means that calls are to be signed and there is no access key.
var ErrNoCredentials = errors.New("signing needs an access key id and an access key secret: " +
	"set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or choose the signature none")

// String describes the configuration without secrets.
func (c Config) String() string {
	host := "?"
	if u, err := parseEndpoint(c.Endpoint); err == nil {
		host = u.Host
	}
	return "RPC configuration of " + host
}

// GoString is String, so that %#v shows no secrets either.
func (c Config) GoString() string { return c.String() }

// withDefaults returns the configuration with the defaults of calls filled in.
func (c Config) withDefaults() (Config, error) {
	credentials := c.AccessKeyID != "" && c.AccessKeySecret != ""
	switch c.Signature {
	case "":
		c.Signature = targets.Unsigned
		if credentials {
			c.Signature = targets.HMACSHA1
		}
	case targets.Unsigned:
	case targets.HMACSHA1, targets.ACS3HMACSHA256:
		if !credentials {
			return c, fmt.Errorf("signature %s: %w", c.Signature, ErrNoCredentials)
		}
	default:
		return c, fmt.Errorf("unknown signature %q: it must be %s, %s or %s",
			c.Signature, targets.HMACSHA1, targets.ACS3HMACSHA256, targets.Unsigned)
	}
	c.Timeout = cmp.Or(c.Timeout, 10*time.Second)
	c.MaxThrottled = max(0, cmp.Or(c.MaxThrottled, 5))
	c.ThrottleWait = cmp.Or(c.ThrottleWait, 200*time.Millisecond)
	c.UserAgent = cmp.Or(c.UserAgent, "cbspec")
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, nil
}

func parseEndpoint(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		// The text may hold a password.
		return nil, errors.New("endpoint: it is not a URL" + transport.DidYouMean(s))
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, fmt.Errorf("endpoint %q: it must be an http or https URL with a host%s", u.Redacted(), transport.DidYouMean(s))
	case u.User != nil:
		return nil, fmt.Errorf("endpoint %q: it must hold no user: set the credentials instead", u.Redacted())
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("endpoint %q: it must hold neither query nor fragment", u.Redacted())
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u, nil
}
