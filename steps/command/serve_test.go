package command

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets/simulator"
)

// A person sees a first call that can be pasted, and a program a line of JSON.
func TestServeSaysThatItIsReady(t *testing.T) {
	ready := readyServer{"http://127.0.0.1:8080/", "http://127.0.0.1:8081/", "original", []string{"rm-mysql", "rm-empty"}, ""}
	var out bytes.Buffer
	require.NoError(t, (&serveCommand{}).tell(streams{out: &out, width: 80}, ready))
	require.Contains(t, out.String(), "\n  curl 'http://127.0.0.1:8080/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=rm-mysql'\n")
	out.Reset()
	require.NoError(t, (&serveCommand{}).tell(streams{out: &out}, ready))
	var line map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &line))
	require.Equal(t, "http://127.0.0.1:8081/", line["control"])
	require.NotContains(t, line, "ca")
	out.Reset()
	ready.CA = "cbspec-ca.pem"
	require.NoError(t, (&serveCommand{}).tell(streams{out: &out, width: 80}, ready))
	require.Contains(t, out.String(), "\n  curl --cacert cbspec-ca.pem 'http")
}

// What other machines can reach has a token.
func TestServeKeepsToThisMachine(t *testing.T) {
	for address, local := range map[string]bool{
		"127.0.0.1:0": true, "[::1]:0": true, "localhost:0": true, "0.0.0.0:0": false, ":8081": false, "10.0.0.1:80": false,
	} {
		for _, c := range []serveCommand{{Listen: address, ControlListen: "127.0.0.1:0"}, {Listen: "127.0.0.1:0", ControlListen: address}} {
			require.Equal(t, local, c.checkReach() == nil, address)
			c.ControlToken = "the-token"
			require.NoError(t, c.checkReach())
		}
	}
}

// With TLS, a client that trusts the authority talks to both addresses, by every name of this
// machine, and one that does not trust it fails.
func TestServeSpeaksTLS(t *testing.T) {
	config, ca, err := newCertificate("127.0.0.1:0", "a-container:8080")
	require.NoError(t, err)
	sim, err := simulator.New(simulator.Options{TLS: config})
	require.NoError(t, err)
	server, err := sim.Start(t.Context(), "127.0.0.1:0", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	trusted := x509.NewCertPool()
	require.True(t, trusted.AppendCertsFromPEM(ca))
	for _, host := range []string{"127.0.0.1", "localhost", "a-container", "::1"} {
		client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted, ServerName: host}}}
		for address, status := range map[string]int{
			server.Endpoint + "?Action=CreateBackup&Version=2014-08-15&DBInstanceId=rm-none": http.StatusNotFound,
			server.Endpoint + "?X=%zz":            http.StatusBadRequest,
			server.ControlURL + "v1/capabilities": http.StatusOK,
		} {
			answer, err := client.Get(address)
			require.NoError(t, err, host)
			require.NoError(t, answer.Body.Close())
			require.Equal(t, status, answer.StatusCode, address)
		}
	}
	answer, err := http.Get(server.Endpoint)
	if err == nil {
		_ = answer.Body.Close()
	}
	require.ErrorAs(t, err, new(*tls.CertificateVerificationError))
}

// The log has what a form holds, and why a call was refused.
func TestServeLogsCalls(t *testing.T) {
	require.Equal(t, `POST "/" "Action=CreateBackup" -> 400 MissingParameter: "The parameter \"Version\"…"`, logLine(simulator.Answered{
		Method: "POST", URI: "/", Body: "Action=CreateBackup", Status: 400, Code: "MissingParameter", Message: `The parameter "Version"…`,
	}))
	require.Equal(t, `GET "/?\x1b" -> 200`, logLine(simulator.Answered{Method: "GET", URI: "/?\x1b", Status: 200}))
}
