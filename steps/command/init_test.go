package command_test

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// The small server that init writes in each language answers the control protocol as documented,
// and breaks no rule of either level before anything in it is changed.
func TestInitWritesServersThatConform(t *testing.T) {
	for language, c := range map[string]struct{ needs, start string }{
		"python": {"python3", "exec python3 server.py"},
		"go":     {"go", "go build -o server server.go control.go && exec ./server"},
		"node":   {"node", "exec node server.mjs"},
		"java":   {"javac", "javac -d classes Control.java Server.java && exec java -cp classes Server"},
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(c.needs); err != nil {
				t.Skipf("%s is not installed", c.needs)
			}
			dir := t.TempDir()
			control := "http://" + freeAddress(t) + "/"
			cbspec(t, dir, "init", "--language", language, "--endpoint", "http://"+freeAddress(t)+"/", "--control", control)
			requireShort(t, dir)
			startServer(t, dir, c.start)
			cbspec(t, dir, "targets", "check", "--wait", "60s", "cbspec.yaml")
			requireNoWebPages(t, control)
			if testing.Short() {
				return
			}
			cbspec(t, dir, "run", "--target", "cbspec.yaml", "--gate", "should", "--checks", "1", "--strength", "1")
		})
	}
}

// cbspec runs the program in a folder, where it must pass.
func cbspec(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "cbspec", args...)
	cmd.Dir = dir
	text, err := cmd.CombinedOutput()
	require.NoError(t, err, "cbspec %s:\n%s", strings.Join(args, " "), text)
}

// freeAddress returns an address of this machine at a port that is free.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}

// requireShort requires that a person can read each file that init wrote in a few minutes.
func requireShort(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Len(t, files, 3, "the target file, the server and its control protocol")
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Less(t, strings.Count(string(text), "\n"), 120, file)
	}
}

// requireNoWebPages requires that a control protocol refuses what a web page may send to it.
func requireNoWebPages(t *testing.T, control string) {
	t.Helper()
	const condition = `{"engine":"MySQL","status":"Running","databases":["app"],"backupsToday":0,"lastBackup":"none"}`
	for _, c := range []struct {
		origin, contentType string
		status              int
	}{
		{"", "application/json", http.StatusCreated},
		{"http://a-page.example", "application/json", http.StatusForbidden},
		{"", "text/plain", http.StatusForbidden},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, control+"v1/instances", strings.NewReader(condition))
		require.NoError(t, err)
		r.Header.Set("Content-Type", c.contentType)
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, c.status, answer.StatusCode, "%+v", c)
	}
}

// startServer runs a command of the shell until the test ends.
func startServer(t *testing.T, dir, command string) {
	t.Helper()
	var said strings.Builder
	cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &said, &said
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(said.String())
		}
	})
}
