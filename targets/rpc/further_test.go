package rpc

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

// A gateway that asks for a header lets every request through, whatever it looks like.
func TestTheFurtherHeaderIsInEveryRequest(t *testing.T) {
	const field = "X-Tenant: the-tenant-1"
	for _, signature := range []string{targets.Unsigned, targets.HMACSHA1, targets.ACS3HMACSHA256} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Tenant") != "the-tenant-1" {
				w.WriteHeader(http.StatusForbidden)
			}
		}))
		defer server.Close()
		target, err := New(Config{
			Endpoint: server.URL, Signature: signature, AccessKeyID: "the-key", AccessKeySecret: "the-secret",
			Header: http.Header{"X-Tenant": {"the-tenant-1"}},
		})
		require.NoError(t, err)
		for _, call := range []targets.Call{plainGet, plainPost} {
			a, err := target.Send(t.Context(), call)
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, a.Status, "%s of %s", call.Method, signature)
			require.Contains(t, target.Curl(call), "-H '"+field+"'")
		}
		for _, raw := range rawRequests {
			text := rawSender{target}.text(raw, &request{path: "/", query: "a=b"})
			first, rest, _ := strings.Cut(text, "\n")
			if strings.Contains(first, " HTTP/") {
				require.Regexp(t, "^"+field+"\r?\n", rest, raw.name)
			}
		}
	}
}
