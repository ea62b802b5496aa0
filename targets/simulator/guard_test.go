package simulator

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

// A web page on the same machine must not reach the control protocol.
func TestControlRefusesWebPages(t *testing.T) {
	const instance = `{"engine":"MySQL","databases":["a"]}`
	for _, c := range []struct {
		name   string
		token  string
		host   string // empty: the address
		header map[string]string
		status int
	}{
		{"a client", "", "", map[string]string{"Content-Type": "application/json"}, 201},
		{"with a character set", "", "", map[string]string{"Content-Type": "application/json; charset=utf-8"}, 201},
		{"by the name of this machine", "", "localhost:8081", map[string]string{"Content-Type": "application/json"}, 201},
		{"by a name within a network of containers", "", "simulator:8081", map[string]string{"Content-Type": "application/json"}, 201},
		{"curl and Python, if they are told no type", "", "", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, 201},
		{"no type", "", "", nil, 201},
		{"a form of a page", "", "", map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Origin": "null"}, 403},
		{"a form of a page, by another browser", "", "", map[string]string{
			"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "cross-site",
		}, 415},
		{"a text of a page", "", "", map[string]string{"Content-Type": "text/plain"}, 415},
		{"parts of a page", "", "", map[string]string{"Content-Type": "multipart/form-data; boundary=x"}, 415},
		{"a page", "", "", map[string]string{"Content-Type": "application/json", "Origin": "https://evil.example"}, 403},
		{"a page without an address", "", "", map[string]string{"Content-Type": "application/json", "Origin": "null"}, 403},
		{"a name that was made to mean this machine", "", "evil.example", map[string]string{"Content-Type": "application/json", "Origin": "http://evil.example"}, 403},
		{"a foreign name, and no page", "", "evil.example:8081", map[string]string{"Content-Type": "application/json"}, 403},
		{"any name, with the token", "the-token", "control.example", map[string]string{"Content-Type": "application/json", "Authorization": "Bearer the-token"}, 201},
		{"a page, with the token", "the-token", "", map[string]string{
			"Content-Type": "application/json", "Authorization": "Bearer the-token", "Origin": "https://evil.example",
		}, 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := serveTest(t, Options{ControlToken: c.token})
			r, err := http.NewRequestWithContext(t.Context(), "POST", server.ControlURL+"v1/instances", strings.NewReader(instance))
			require.NoError(t, err)
			r.Host = c.host
			for name, value := range c.header {
				r.Header.Set(name, value)
			}
			res, err := http.DefaultClient.Do(r)
			require.NoError(t, err)
			defer res.Body.Close()
			require.Equal(t, c.status, res.StatusCode)
		})
	}
}

// serveTest serves a simulator on loopback.
func serveTest(t *testing.T, o Options) *Server {
	sim, err := New(o)
	require.NoError(t, err)
	server, err := sim.Start(t.Context(), "127.0.0.1:0", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	return server
}

// No client fills the memory of a server.
func TestProvisioningIsBounded(t *testing.T) {
	b := start(t, Options{})
	databases := func(count int) []string {
		names := make([]string, count)
		for i := range names {
			names[i] = fmt.Sprint("d", i)
		}
		return names
	}
	post := func(c targets.Condition) int {
		c.Engine, c.Status, c.LastBackup = targets.MySQL, targets.Running, targets.LastNone
		text, err := json.Marshal(c)
		require.NoError(t, err)
		return b.control("POST", "/v1/instances", string(text)).Code
	}
	require.Equal(t, http.StatusCreated, post(targets.Condition{BackupsToday: maxBackups, Databases: databases(maxDatabases)}))
	require.Equal(t, http.StatusBadRequest, post(targets.Condition{BackupsToday: maxBackups + 1}))
	require.Equal(t, http.StatusBadRequest, post(targets.Condition{Databases: databases(maxDatabases + 1)}))

	for i := len(b.sim.instances); i < maxInstances; i++ {
		require.True(t, control{b.sim}.keep(&instance{id: fmt.Sprint(i)}))
	}
	require.Equal(t, http.StatusTooManyRequests, post(targets.Condition{}))
}

// Backups share the list of databases with their instance, which replaces it.
func TestEarlierBackupsKeepTheirDatabases(t *testing.T) {
	b := start(t, Options{})
	id := b.provision(targets.Condition{Databases: []string{"app", "orders"}})
	require.Equal(t, http.StatusOK, b.create(id).status)
	require.Equal(t, http.StatusNoContent, b.control("PATCH", "/v1/instances/"+id, `{"databases":["other"]}`).Code)
	require.Equal(t, []string{"app", "orders"}, b.backups(id)[0].Databases)
}

// Connections beyond the bound wait until one is closed.
func TestConnectionsAreBounded(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	bounded := newEarlyRefusals(l, nil, 1)
	client, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr().String())
	require.NoError(t, err)
	defer client.Close()
	c, err := bounded.Accept()
	require.NoError(t, err)
	require.Len(t, bounded.open, cap(bounded.open), "no other connection is accepted now")
	require.NoError(t, c.Close())
	require.Error(t, c.Close())
	require.Empty(t, bounded.open)
	require.NoError(t, l.Close())
	_, err = bounded.Accept()
	require.Error(t, err)
	require.Empty(t, bounded.open)
}
