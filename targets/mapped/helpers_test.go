package mapped_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/mapped"
	"github.com/cbspec/cbspec/targets/targetfile"
)

// target makes a target at a server with a mapping, which is indented by two.
func target(t *testing.T, url, mapping string, more ...string) *mapped.Target {
	text := "endpoint: " + url + "\nprotocol: mapped\n" + strings.Join(more, "\n") + "\nmapped:\n" + mapping
	f, err := targetfile.Parse("f.yaml", []byte(text), func(name string) (string, bool) { return "hunter2-" + name, true })
	require.NoError(t, err, text)
	m, err := mapped.New(f, nil)
	require.NoError(t, err)
	return m
}

// echo starts a server that answers with the request in X-Seen: method, URI, authentication,
// content type, body.
func echo(t *testing.T) *httptest.Server {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Host", r.Host)
		w.Header().Set("X-Seen", strings.Join([]string{
			r.Method, r.RequestURI, r.Header.Get("Authorization") + r.Header.Get("X-Key"), r.Header.Get("Content-Type"), string(body),
		}, " "))
	}))
	t.Cleanup(srv.Close)
	return srv
}

// call makes a CreateBackup call of names and values in turn.
func call(pairs ...string) targets.Call {
	c := targets.Call{Method: "GET", Params: []targets.Param{{Name: "Action", Value: "CreateBackup"}}}
	for i := 0; i < len(pairs); i += 2 {
		c.Params = append(c.Params, targets.Param{Name: pairs[i], Value: pairs[i+1]})
	}
	return c
}

const jsonBody = `
  authentication: {bearer: tok}
  createBackup:
    method: PUT
    path: /i/{DBInstanceId}/backups
    query: {tenant: "a b"}
    body: json
    constants: {origin: manual}
    parameters:
      BackupMethod: {name: spec.kind, values: {Physical: PHYS, Logical: LOG}}
      DBName: {name: spec.databases, type: list}
      BackupRetentionPeriod: {name: days, type: number}
      BackupStrategy: {in: header, name: X-Scope}
      Format: {in: query, name: f}
    requestId: {header: X-Seen}
`
