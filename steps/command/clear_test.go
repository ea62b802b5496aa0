package command

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
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
		{"histories/CB-RACE-1-1.html", true},
		{"report.md", false}, // not asked for
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
			require.NoError(t, os.WriteFile(path, []byte("x"), 0o600))
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
