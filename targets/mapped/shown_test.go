package mapped_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

func TestSecretsAreNeverShown(t *testing.T) {
	for name, authentication := range map[string]string{
		"bearer": "{bearer: \"${TOKEN}\"}", "basic": "{basic: {user: u, password: \"${TOKEN}\"}}",
		"header": "{apiKey: {header: X-Key, value: \"${TOKEN}\"}}", "query": "{apiKey: {query: key, value: \"${TOKEN}\"}}",
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Echo", r.Header.Get("Authorization")+r.Header.Get("X-Key"))
				user, password, _ := r.BasicAuth()
				_, _ = io.WriteString(w, `{"seen":"`+r.RequestURI+r.Header.Get("Authorization")+r.Header.Get("X-Key")+user+password+`"}`)
			}))
			defer srv.Close()
			m := target(t, srv.URL, "\n  authentication: "+authentication+
				"\n  createBackup: {method: POST, path: /b, headers: {X-Trace: \"${TOKEN}\"}, requestId: {json: $.seen}}\n")
			a, err := m.Send(context.Background(), call())
			require.NoError(t, err)
			require.Contains(t, a.RequestID, "REDACTED", "the secret must reach the server")
			all := fmt.Sprintf("%v %+v %#v", m, m, m) + a.RequestID + string(a.Body) + a.Sent.URL + m.Curl(call())
			for _, h := range []http.Header{a.Header, a.Sent.Header} {
				for _, v := range h {
					all += strings.Join(v, " ")
				}
			}
			require.NotContains(t, all, "hunter2")
			require.NotContains(t, all, base64.StdEncoding.EncodeToString([]byte("u:hunter2-TOKEN")))
		})
	}
}

func TestACurlCommandSendsTheSameRequest(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("install curl to run this test")
	}
	srv := echo(t)
	for name, mapping := range map[string]string{
		"JSON": jsonBody,
		"form": `
  authentication: {basic: {user: u, password: tok}}
  createBackup:
    method: POST
    path: /b/{DBInstanceId}
    body: form
    others: send
    requestId: {header: X-Seen}
`,
		"key": `
  authentication: {apiKey: {query: key, value: tok}}
  createBackup:
    method: DELETE
    path: /b
    headers: {Host: rds.example}
    query: {i: "{DBInstanceId}"}
    others: drop
    requestId: {header: X-Seen}
`,
	} {
		t.Run(name, func(t *testing.T) {
			m := target(t, srv.URL, mapping)
			c := call("DBInstanceId", "rm-1x rm-m-1", "BackupMethod", "it's; $(x) \"y\"")
			a, err := m.Send(context.Background(), c)
			require.NoError(t, err)
			cmd := exec.Command("sh", "-c", m.Curl(c.With("DBInstanceId", targets.InstanceRef(0)+"x "+targets.CutRef(0)+targets.TailRef(0))))
			cmd.Env = []string{"CBSPEC_TOKEN=tok", "instance0=rm-1", "PATH=/usr/bin:/bin"}
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, string(out))
			require.Contains(t, string(out), "X-Seen: "+strings.ReplaceAll(a.RequestID, "REDACTED", "dTp0b2s="))
			require.Contains(t, string(out), "X-Host: "+a.Header.Get("X-Host"))
			require.Regexp(t, "^# ", m.Curl(c.With("DBInstanceId", targets.WideRef(0))))
			require.Equal(t, name == "key", a.Header.Get("X-Host") == "rds.example")
		})
	}
}
