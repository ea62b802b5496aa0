package rpc

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

// refusing is an implementation that refuses every call.
func refusing(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusForbidden)
	_, _ = io.WriteString(w, `{"RequestId":"R","HostId":"H","Code":"C","Message":"M"}`)
}

func writePEM(t *testing.T, name, kind string, der []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
	return path
}

// clientPair makes a self-signed certificate, and returns its files and a pool that trusts it.
func clientPair(t *testing.T) (certFile, keyFile string, pool *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "client"}, NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	leaf, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool = x509.NewCertPool()
	pool.AddCert(leaf)
	return writePEM(t, "client.pem", "CERTIFICATE", der), writePEM(t, "client.key", "PRIVATE KEY", secret), pool
}

// proxy starts a proxy for HTTP and, by CONNECT, for HTTPS. It counts the requests that it passes
// on.
func proxy(t *testing.T) (*httptest.Server, *atomic.Int64) {
	var passed atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		passed.Add(1)
		if r.Method != http.MethodConnect {
			r.RequestURI = ""
			res, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			defer res.Body.Close()
			w.WriteHeader(res.StatusCode)
			_, _ = io.Copy(w, res.Body)
			return
		}
		up, err := net.Dial("tcp", r.Host)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		down, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			up.Close()
			return
		}
		_, _ = io.WriteString(down, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(up, down); up.Close() }()
		go func() { _, _ = io.Copy(down, up); down.Close() }()
	}))
	t.Cleanup(s.Close)
	return s, &passed
}

func TestAnswersAreTheSameByEveryWayToATarget(t *testing.T) {
	quiet := log.New(io.Discard, "", 0)
	plain := httptest.NewServer(http.HandlerFunc(refusing))
	defer plain.Close()
	secure := httptest.NewUnstartedServer(http.HandlerFunc(refusing))
	secure.EnableHTTP2 = true
	secure.StartTLS()
	defer secure.Close()
	ca := writePEM(t, "ca.pem", "CERTIFICATE", secure.Certificate().Raw)
	certFile, keyFile, pool := clientPair(t)
	mutual := httptest.NewUnstartedServer(http.HandlerFunc(refusing))
	mutual.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}
	mutual.Config.ErrorLog = quiet
	mutual.StartTLS()
	defer mutual.Close()
	slow := listenSlowly(t)
	through, passed := proxy(t)

	var want targets.Answer
	for i, c := range []struct {
		name     string
		config   Config
		proxied  bool
		noAnswer bool
	}{
		{"plain", Config{Endpoint: plain.URL}, false, false},
		{"slow", Config{Endpoint: slow}, false, false},
		{"with every timeout", Config{
			Endpoint: plain.URL, Timeout: time.Minute, ConnectTimeout: time.Minute, TLSTimeout: time.Minute, HeaderTimeout: time.Minute,
		}, false, false},
		{"TLS and HTTP/2", Config{Endpoint: secure.URL, CAFile: ca}, false, false},
		{"TLS with certificates of both sides", Config{Endpoint: mutual.URL, CAFile: ca, CertFile: certFile, KeyFile: keyFile}, false, false},
		{"no client certificate where one is needed", Config{Endpoint: mutual.URL, CAFile: ca}, false, true},
		{"a proxy to a closed port", Config{Endpoint: "http://127.0.0.1:1/", Proxy: through.URL}, true, true},
		{"a proxy to a target", Config{Endpoint: plain.URL, Proxy: through.URL}, true, false},
		{"a proxy to a target with TLS", Config{Endpoint: secure.URL, Proxy: through.URL, CAFile: ca}, true, false},
		{"another transport", Config{Endpoint: plain.URL, Transport: http.DefaultTransport}, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			passed.Store(0)
			target := connect(t, c.config)
			for _, call := range []targets.Call{plainGet, plainPost} {
				a := send(t, target, call)
				if c.noAnswer {
					require.NotEqual(t, targets.Refused, a.Outcome)
					continue
				}
				a.Proto, a.Header, a.Latency, a.Sent = "", nil, 0, targets.Sent{}
				if i == 0 {
					want = a
				}
				require.Equal(t, want, a)
			}
			require.Equal(t, c.proxied, passed.Load() > 0)
			require.Equal(t, c.proxied || c.config.Transport != nil, target.RawRequests() == nil)
			if target.RawRequests() != nil && !c.noAnswer {
				require.Equal(t, "C", send(t, target, targets.Call{Params: plainGet.Params, Wire: "a range"}).Code)
			} else if target.RawRequests() == nil {
				_, err := target.Send(t.Context(), targets.Call{Wire: "a range"})
				require.ErrorContains(t, err, "neither by a proxy")
			}
		})
	}
}

// listenSlowly starts a target that sends its answer byte by byte.
func listenSlowly(t *testing.T) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		for _, c := range []byte(`{"RequestId":"R","HostId":"H","Code":"C","Message":"M"}`) {
			_, _ = w.Write([]byte{c})
			w.(http.Flusher).Flush()
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// If a phase takes too long, the target is lost if nothing was sent, and its answer broken
// otherwise.
func TestEveryPhaseHasATimeout(t *testing.T) {
	hung := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the request does not matter
		<-hung
	}))
	defer silent.Close()
	defer close(hung)
	l, err := net.Listen("tcp", "127.0.0.1:0") // nobody accepts
	require.NoError(t, err)
	defer l.Close()
	for _, c := range []struct {
		name    string
		config  Config
		outcome targets.Outcome
		kind    string
	}{
		{"TLS", Config{Endpoint: "https://" + l.Addr().String(), TLSTimeout: 50 * time.Millisecond}, targets.Lost, ""},
		{"the header", Config{Endpoint: silent.URL, HeaderTimeout: 50 * time.Millisecond}, targets.Broken, targets.BrokenTimeout},
		{"the whole request", Config{Endpoint: silent.URL, Timeout: 50 * time.Millisecond}, targets.Broken, targets.BrokenTimeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			begun := time.Now()
			a := send(t, connect(t, c.config), plainPost)
			require.Equal(t, c.outcome, a.Outcome, a.Problem)
			require.Equal(t, c.kind, a.Kind)
			require.Less(t, time.Since(begun), 5*time.Second)
		})
	}
}
