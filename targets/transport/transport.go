// Package transport connects the adapters to their targets over HTTP: it makes the transports, and
// works out from an error how an exchange failed.
package transport

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/dial"
)

// Config says how a target is reached. The zero value is fine.
type Config struct {
	CAFile   string // PEM certificates to trust in addition to those of the system
	CertFile string // PEM certificate to show to the target
	KeyFile  string // key of CertFile
	Insecure bool   // accept any certificate
	// Proxy is the URL of a proxy. If it is empty, the environment says which one is used
	// (HTTP_PROXY, HTTPS_PROXY, NO_PROXY).
	Proxy string

	// Timeouts of the phases of a request; 0 means none. HeaderTimeout is the time from the last
	// byte of the request to the header of the answer.
	ConnectTimeout, TLSTimeout, HeaderTimeout time.Duration

	Connections int // idle connections to keep; default 16
	// FreshConnections keeps no connection, so that every request has its own.
	FreshConnections bool
	// Dial makes connections. The default is dial.Context with ConnectTimeout.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// MaxHeaderBytes is how much of an answer's header is read, in bytes.
const MaxHeaderBytes = 64 << 10

// idleTimeout is shorter than that of any server, so that no connection is used that the server has
// just closed.
const idleTimeout = 900 * time.Millisecond

// New returns a transport. It verifies certificates, unless it is Insecure, and follows no
// redirects.
func New(c Config) (*http.Transport, error) {
	secure, err := tlsConfig(c)
	if err != nil {
		return nil, err
	}
	proxy, err := proxyOf(c.Proxy)
	if err != nil {
		return nil, err
	}
	if c.Dial == nil {
		c.Dial = dial.Context(c.ConnectTimeout)
	}
	connections := cmp.Or(c.Connections, 16)
	return &http.Transport{
		Proxy:                  proxy,
		DialContext:            c.Dial,
		TLSClientConfig:        secure,
		TLSHandshakeTimeout:    c.TLSTimeout,
		ResponseHeaderTimeout:  c.HeaderTimeout,
		ForceAttemptHTTP2:      true,
		DisableKeepAlives:      c.FreshConnections,
		MaxIdleConns:           connections,
		MaxIdleConnsPerHost:    connections,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: MaxHeaderBytes,
	}, nil
}

func tlsConfig(c Config) (*tls.Config, error) {
	secure := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: c.Insecure}
	if c.CAFile != "" {
		pem, err := targets.ReadFile(c.CAFile)
		if err != nil {
			return nil, fmt.Errorf("CA file: %w", err)
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("CA file %s holds no PEM certificate", c.CAFile)
		}
		secure.RootCAs = pool
	}
	if c.CertFile != "" || c.KeyFile != "" {
		pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("client certificate and its key: %w", err)
		}
		secure.Certificates = []tls.Certificate{pair}
	}
	return secure, nil
}

func proxyOf(text string) (func(*http.Request) (*url.URL, error), error) {
	if text == "" {
		return http.ProxyFromEnvironment, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) {
		// The text may hold a password.
		return nil, errors.New("proxy: it must be an http, https or socks5 URL with a host")
	}
	return http.ProxyURL(u), nil
}
