package command

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/format"
)

// Only what cbspec wrote is removed from the folder of a report.
func TestClear(t *testing.T) {
	for _, kind := range []struct {
		path string
		goes bool
	}{
		{"report.json", true},
		{"junit.xml", true},
		{"report.html", true},
		{"badge.svg", true},
		{"replays/F1.json", true},
		{"replays/CB-METHOD-3-12.json", true},
		{"replays/F1.sh", true},
		{"histories/CB-RACE-1-1.html", true},
		{"report.md", true}, // not asked for now
		{"report.sarif", true},
		{"notes.txt", false},
		{"replays/notes.txt", false},
		{"replays/Fine.json", false},
		{"replays/case.json", false},
		{"replays/CB-METHOD-3-1.json/mine", false},
		{"histories/rome.html", false},
		{"histories/CB-RACE-1-1.html.bak", false},
	} {
		t.Run(kind.path, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, kind.path)
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
			require.NoError(t, os.WriteFile(path, []byte(`{"tool":{"name":"cbspec"`), 0o600))
			out, err := newOutput(dir, []string{"badge"})
			require.NoError(t, err)
			require.NoError(t, out.clear())
			if kind.goes {
				require.NoFileExists(t, path)
			} else {
				require.FileExists(t, path)
			}
		})
	}
}

// A file of somebody else is neither removed nor replaced.
func TestForeignFilesStay(t *testing.T) {
	for _, kind := range []struct {
		path, content string
		stops         bool
	}{
		{"junit.xml", `<testsuites name="mine"/>`, true},
		{"badge.svg", "<svg/>", true},
		{"report.md", "# Annual report", false}, // not asked for
		{"replays/F1.json", `{"f":1}`, false},
	} {
		t.Run(kind.path, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, kind.path)
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
			require.NoError(t, os.WriteFile(path, []byte(kind.content), 0o600))
			out, err := newOutput(dir, []string{"badge"})
			require.NoError(t, err)
			err = out.clear()
			require.Equal(t, kind.stops, err != nil, err)
			if kind.stops {
				require.ErrorIs(t, err, errForeign)
			}
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, kind.content, string(content))
		})
	}
}

// A folder that holds nothing else goes with its files.
func TestClearRemovesEmptyFolders(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "replays"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "replays", "F1.json"), nil, 0o600))
	out, err := newOutput(dir, nil)
	require.NoError(t, err)
	require.NoError(t, out.clear())
	require.NoDirExists(t, filepath.Join(dir, "replays"))
}

// What cbspec writes is known as such, in every format.
func TestOwnFilesAreKnown(t *testing.T) {
	r := &reports.Report{Schema: reports.Schema, Edition: "original", Verdict: reports.NothingTested, Tool: reports.Tool{Name: "cbspec"}}
	for _, f := range format.All() {
		path := filepath.Join(t.TempDir(), f.File)
		require.NoError(t, reports.WriteFile(path, func(w io.Writer) error { return f.Write(w, r) }))
		require.NoError(t, removeOwn(path))
		require.NoFileExists(t, path)
	}
}
