package command

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets/redact"
)

// leaked is a secret with everything that a page, a log or a URL may make of it.
const leaked = `s3cr€t/+&<"'> tail`

// spellings are the ways in which a server may spell a secret.
func spellings(secret string) []string {
	quoted, _ := json.Marshal(secret)
	var all strings.Builder
	for _, c := range []byte(secret) {
		fmt.Fprintf(&all, "%%%02x", c)
	}
	return []string{
		secret, strings.ToUpper(secret), url.QueryEscape(secret), url.PathEscape(secret), strings.ToLower(url.QueryEscape(secret)),
		url.QueryEscape(url.QueryEscape(secret)), html.EscapeString(secret), string(quoted[1 : len(quoted)-1]), fmt.Sprintf("%q", secret),
		all.String(), hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte("user:" + secret + ":")),
		base64.URLEncoding.EncodeToString([]byte(secret + "  ")),
	}
}

// serveLeaks starts a server that refuses every request and echoes the secret in each spelling,
// with commands to a terminal and to a CI server around it, where a report shows it.
func serveLeaks(t *testing.T) string {
	const after = 30
	var answered atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		echo := "\x1b]0;PWNED\x07\u202e\n::error::x\n##vso[task.complete] " + strings.Join(spellings(leaked), " | ")
		w.Header().Set("X-Echo", strings.Join(spellings(leaked), " | "))
		if answered.Add(1) == after { // the header makes the answer one that is not HTTP
			w.Header().Set("X-Echo", strings.Repeat("x", 150)+echo)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		text, _ := json.Marshal(map[string]string{"RequestId": echo, "HostId": echo, "Code": "E." + echo, "Message": echo, "error": echo})
		_, _ = w.Write(text)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

const mappedFile = `
name: leaky
endpoint: %s
protocol: mapped
edition: original
fixtures: [{id: rm-1, engine: MySQL, databases: [app]}]
mapped:
  authentication: {basic: {user: user, password: "${LEAKED}"}}
  createBackup:
    method: POST
    path: /instances/{DBInstanceId}/backups
    body: form
    others: send
    code: {json: $.Code}
    message: {json: $.Message}
    requestId: {json: $.RequestId}
`

// Whatever a target echoes, and however it spells a secret, no output has it.
func TestNoOutputHoldsASecret(t *testing.T) {
	t.Setenv("LEAKED", leaked)
	endpoint := serveLeaks(t)
	file := filepath.Join(t.TempDir(), "mapped.yaml")
	require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, mappedFile, endpoint), 0o600))
	for _, kind := range []struct {
		name string
		args []string
	}{
		{"hmac-sha1", []string{"--endpoint", endpoint, "--instance", "rm-1", "--databases", "app", "--access-key-id", "key", "--access-key-secret", leaked}},
		{"acs3", []string{
			"--endpoint", endpoint, "--instance", "rm-1", "--access-key-id", "key", "--access-key-secret", leaked, "--signature", "acs3-hmac-sha256",
		}},
		{"a security token", []string{
			"--endpoint", endpoint, "--instance", "rm-1", "--access-key-id", "key", "--access-key-secret", "other-secret", "--security-token", leaked,
		}},
		{"a token of the control protocol", []string{"--endpoint", endpoint, "--control", endpoint, "--control-token", leaked}},
		{"mapped, basic authentication", []string{"--target", file}},
	} {
		t.Run(kind.name, func(t *testing.T) {
			dir := t.TempDir()
			run := append([]string{
				"run", "-vv", "--rule", "CB-PRE-1,CB-METHOD-*", "--checks", "2", "--out", dir, "--har", filepath.Join(dir, "x.har"),
				"--events", filepath.Join(dir, "events"), "--report", "markdown,sarif,badge,badge-json,cucumber",
			}, kind.args...)
			runMain(t, dir, "run", run...)
			for _, replay := range glob(t, dir, "replays/*.json") {
				runMain(t, dir, "replay"+filepath.Base(replay), append([]string{"replay", replay}, kind.args...)...)
			}
			requireHarmless(t, dir)
		})
	}
}

func glob(t *testing.T, dir, pattern string) []string {
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	require.NoError(t, err)
	return files
}

// runMain runs the program, and keeps what it prints in two files.
func runMain(t *testing.T, dir, name string, args ...string) int {
	out, err := os.Create(filepath.Join(dir, name+".stdout"))
	require.NoError(t, err)
	errOut, err := os.Create(filepath.Join(dir, name+".stderr"))
	require.NoError(t, err)
	code := Main(args, nil, out, errOut)
	require.NoError(t, out.Close())
	require.NoError(t, errOut.Close())
	return code
}

// requireHarmless requires that no file in a folder has a spelling of the secret, a character that
// does not print, or, where a CI server reads it, a command.
func requireHarmless(t *testing.T, dir string) {
	secret, redacted := spellings(leaked), false
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text := string(data)
		redacted = redacted || strings.Contains(text, redact.Redacted+" | ")
		for _, s := range append(secret, "s3cr", hex.EncodeToString([]byte("s3cr"))) {
			require.NotContains(t, strings.ToLower(text), strings.ToLower(s), path)
		}
		require.NotContains(t, text, "\u202e", path)
		require.NotContains(t, text, "\x1b", path)
		if slices.Contains([]string{".stdout", ".stderr"}, filepath.Ext(path)) {
			require.NotRegexp(t, `(?m)^\s*::|##\w*\[`, text, path)
		}
		return nil
	}))
	require.True(t, redacted, "nothing was echoed")
}
