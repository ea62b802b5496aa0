package targetfile_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets/targetfile"
)

// get fetches the endpoint of a file by its transport, and returns the body.
func get(t *testing.T, dir, text string) (string, error) {
	f, err := targetfile.Parse(filepath.Join(dir, "f.yaml"), []byte(text), env())
	require.NoError(t, err, text)
	transport, err := f.Transport()
	if err != nil {
		return "", err
	}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequest(http.MethodGet, f.Endpoint, nil)
	require.NoError(t, err)
	res, err := transport.RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(body), nil
}

// clientPair writes a self-signed client certificate and its key, and returns a pool that trusts
// it.
func clientPair(t *testing.T, dir string) *x509.CertPool {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "client"}, NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "client.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "client-key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), 0o600))
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return pool
}

func TestTransportTrustsAPrivateCAAndShowsItsCertificate(t *testing.T) {
	dir := t.TempDir()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.TLS.PeerCertificates[0].Subject.CommonName)
	}))
	srv.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clientPair(t, dir)}
	srv.Config.ErrorLog = nil
	srv.StartTLS()
	defer srv.Close()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ca.pem"), ca, 0o600))
	endpoint := "endpoint: " + srv.URL + "\n"

	body, err := get(t, dir, endpoint+"tls: {ca: ca.pem, cert: client.pem, key: client-key.pem}\n")
	require.NoError(t, err)
	require.Equal(t, "client", body)
	_, err = get(t, dir, endpoint+"tls: {cert: client.pem, key: client-key.pem}\n")
	require.ErrorContains(t, err, "unknown authority", "the server is always verified")
	_, err = get(t, dir, endpoint+"tls: {ca: ca.pem}\n")
	require.Error(t, err, "the server wants a certificate")
	_, err = get(t, dir, endpoint+"tls: {ca: client-key.pem}\n")
	require.ErrorContains(t, err, "holds no PEM certificate")
	_, err = get(t, dir, endpoint+"tls: {ca: none.pem}\n")
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = get(t, dir, endpoint+"tls: {cert: ca.pem, key: client-key.pem}\n")
	require.ErrorContains(t, err, "client certificate and its key")
}

func TestTransportUsesTheProxy(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.URL.String()+" "+r.Header.Get("Proxy-Authorization"))
	}))
	defer proxy.Close()
	body, err := get(t, t.TempDir(), "endpoint: http://rds.example/x\nproxy: "+strings.Replace(proxy.URL, "://", "://u:p@", 1)+"\n")
	require.NoError(t, err)
	require.Equal(t, "http://rds.example/x Basic dTpw", body)
}

func TestTransportLimitsEachPhase(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0") // the kernel accepts, and nothing answers
	require.NoError(t, err)
	defer silent.Close()
	for phase, text := range map[string]string{
		"handshake timeout":                 "endpoint: https://" + silent.Addr().String() + "\ntimeouts: {tls: 50ms}\n",
		"timeout awaiting response headers": "endpoint: http://" + silent.Addr().String() + "\ntimeouts: {firstByte: 50ms}\n",
	} {
		begun := time.Now()
		_, err := get(t, t.TempDir(), text)
		require.ErrorContains(t, err, phase)
		require.Less(t, time.Since(begun), 5*time.Second)
	}
}

func TestTransportFollowsNoRedirects(t *testing.T) {
	srv := httptest.NewServer(http.RedirectHandler("/elsewhere", http.StatusFound))
	defer srv.Close()
	body, err := get(t, t.TempDir(), "endpoint: "+srv.URL+"\n")
	require.NoError(t, err)
	require.Contains(t, body, "Found")
}

func TestABudgetKeepsNoConnections(t *testing.T) {
	for text, want := range map[string]int32{"": 1, "limits: {backups: 8}\n": 3} {
		var connections atomic.Int32
		srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
			if s == http.StateNew {
				connections.Add(1)
			}
		}
		srv.Start()
		f, err := targetfile.Parse("f.yaml", []byte("endpoint: "+srv.URL+"\n"+text), env())
		require.NoError(t, err)
		transport, err := f.Transport()
		require.NoError(t, err)
		for range 3 {
			req, err := http.NewRequest(http.MethodGet, f.Endpoint, nil)
			require.NoError(t, err)
			res, err := transport.RoundTrip(req)
			require.NoError(t, err)
			_, _ = io.Copy(io.Discard, res.Body)
			require.NoError(t, res.Body.Close())
		}
		transport.CloseIdleConnections()
		srv.Close()
		require.Equal(t, want, connections.Load(), text)
	}
}
