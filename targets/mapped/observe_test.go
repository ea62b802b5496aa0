package mapped_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

func TestBackupsAreReadAsTheMappingSays(t *testing.T) {
	const create = "\n  createBackup: {method: POST, path: /b}\n"
	for _, c := range []struct{ name, describe, body string }{
		{"JSON", `
    items: {json: "$.list[*]"}
    id: {json: $.n}
    backupMethod: {json: $.m}
    databases: {json: $.dbs}
    status: {json: $.s}
    started: {json: $.at}
`, `{"list":[{"n":2,"m":"log","dbs":["a","b"],"s":"ok","at":"2026-02"},{"n":1,"m":"Physical","dbs":[],"s":"failed","at":"2026-01"}]}`},
		{"XML", `
    items: {xml: //b}
    id: {xml: "@n"}
    backupMethod: {xml: m}
    databases: {xml: db}
    status: {xml: s}
    started: {xml: at}
`, `<l><b n="2"><m>log</m><db>a</db><db>b</db><s>ok</s><at>2026-02</at></b><b n="1"><m>Physical</m><s>failed</s><at>2026-01</at></b></l>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, "GET /i/rm%2F1", r.Method+" "+r.RequestURI)
				_, _ = io.WriteString(w, c.body)
			}))
			defer srv.Close()
			m := target(t, srv.URL, create+"  describeBackups:\n    path: /i/{DBInstanceId}"+c.describe+"    values: {log: Logical, ok: completed}\n")
			can, err := m.Capabilities(context.Background())
			require.NoError(t, err)
			require.True(t, can.Observe)
			bs, err := m.Backups(context.Background(), "rm/1")
			require.NoError(t, err)
			require.Len(t, bs, 2)
			require.Equal(t, targets.Backup{ID: "2", Method: "Logical", Databases: []string{"a", "b"}, Status: "completed"}, bs[1])
			require.Equal(t, "1", bs[0].ID, "oldest first")
			require.Empty(t, bs[0].Databases)
		})
	}
	t.Run("a mapping without describeBackups", func(t *testing.T) {
		_, err := target(t, "http://127.0.0.1:1", create).Backups(context.Background(), "rm-1")
		require.ErrorIs(t, err, targets.ErrUnmet)
	})
}
