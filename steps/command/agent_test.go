package command

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// A target cannot tell cbspec from a client by a header that says so, where that is not wanted.
func TestUserAgent(t *testing.T) {
	for flag, want := range map[string]string{"": "cbspec/" + version(), "Java/1.8": "Java/1.8"} {
		var seen sync.Map
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			seen.Store(r.UserAgent(), true)
		}))
		dir := t.TempDir()
		runMain(t, dir, "run", "run", "-q", "--endpoint", server.URL, "--instance", "rm-1", "--out", dir, "--user-agent="+flag, "--rule", "CB-METHOD-1")
		server.Close()
		var all []any
		seen.Range(func(agent, _ any) bool {
			all = append(all, agent)
			return true
		})
		require.Equal(t, []any{want}, all)
	}
}
