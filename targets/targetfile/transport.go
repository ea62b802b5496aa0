package targetfile

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/cbspec/cbspec/targets/dial"
)

// Transport returns a transport by the file's tls, proxy, timeouts and limits. It verifies certificates, follows no redirects, and
// keeps idle connections for less than a second, so that none is reused that a server has just given up. Where limits.backups bounds what
// may be made, it keeps none: then no call needs to be sent twice because a kept connection turned out to be closed.
func (f *File) Transport() (*http.Transport, error) {
	secure := &tls.Config{MinVersion: tls.VersionTLS12}
	if f.TLS.CA != "" {
		pem, err := os.ReadFile(f.TLS.CA)
		if err != nil {
			return nil, fmt.Errorf("tls.ca: %w", err)
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("tls.ca: %s holds no PEM certificate", f.TLS.CA)
		}
		secure.RootCAs = pool
	}
	if f.TLS.Cert != "" {
		pair, err := tls.LoadX509KeyPair(f.TLS.Cert, f.TLS.Key)
		if err != nil {
			return nil, fmt.Errorf("tls.cert and tls.key: %w", err)
		}
		secure.Certificates = []tls.Certificate{pair}
	}
	proxy := http.ProxyFromEnvironment
	if f.Proxy != "" {
		u, err := url.Parse(f.Proxy.Reveal())
		if err != nil {
			return nil, errors.New("proxy: is no URL")
		}
		proxy = http.ProxyURL(u)
	}
	idle := cmp.Or(f.Limits.Concurrency, 16)
	return &http.Transport{
		Proxy:                  proxy,
		DialContext:            dial.Context(f.Timeouts.Connect),
		TLSClientConfig:        secure,
		TLSHandshakeTimeout:    f.Timeouts.TLS,
		ResponseHeaderTimeout:  f.Timeouts.FirstByte,
		ForceAttemptHTTP2:      true,
		DisableKeepAlives:      f.Limits.Backups != nil,
		MaxIdleConns:           idle,
		MaxIdleConnsPerHost:    idle,
		IdleConnTimeout:        900 * time.Millisecond,
		MaxResponseHeaderBytes: 64 << 10,
	}, nil
}

// Timeout is how long one request may take, from connecting to the last byte of its answer.
func (f *File) Timeout() time.Duration { return cmp.Or(f.Limits.Timeout, 10*time.Second) }
