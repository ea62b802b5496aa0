//go:build unix

package command

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps"
)

// A pipe or a device is written to, and not replaced by a file.
func TestTrafficIsWrittenToAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	read := make(chan []byte)
	go func() {
		data, _ := os.ReadFile(path)
		read <- data
	}()
	c := &runCommand{HAR: path}
	traffic, err := c.traffic(&steps.Options{}, nil)
	require.NoError(t, err)
	require.NoError(t, traffic.close())
	require.Contains(t, string(<-read), `"entries":[`)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.ModeNamedPipe, info.Mode().Type())
}

// What is written to a link is in the file that the link leads to.
func TestTrafficFollowsALink(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	require.NoError(t, os.Symlink("file", link))
	traffic, err := (&runCommand{HAR: link}).traffic(&steps.Options{}, nil)
	require.NoError(t, err)
	require.NoError(t, traffic.close())
	info, err := os.Lstat(link)
	require.NoError(t, err)
	require.Equal(t, os.ModeSymlink, info.Mode().Type())
	data, err := os.ReadFile(filepath.Join(dir, "file"))
	require.NoError(t, err)
	require.Contains(t, string(data), `"entries":[`)
}
