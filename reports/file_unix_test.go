//go:build unix

package reports_test

import (
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
)

// A pipe or a device is written to, and not replaced by a file.
func TestWriteFileWritesToAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	read := make(chan string)
	go func() {
		data, err := os.ReadFile(path)
		if err != nil {
			data = []byte(err.Error())
		}
		read <- string(data)
	}()
	require.NoError(t, reports.WriteFile(path, func(w io.Writer) error {
		_, err := io.WriteString(w, "a report")
		return err
	}))
	require.Equal(t, "a report", <-read)
	require.True(t, reports.IsDevice(path))
}

// What is written to a link is in the file that the link leads to.
func TestWriteFileFollowsALink(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	require.NoError(t, os.WriteFile(file, []byte("an older report"), 0o600))
	require.NoError(t, os.Symlink("file", link))
	require.NoError(t, reports.WriteFile(link, func(w io.Writer) error {
		_, err := io.WriteString(w, "a report")
		return err
	}))
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "a report", string(data))
	info, err := os.Lstat(link)
	require.NoError(t, err)
	require.Equal(t, os.ModeSymlink, info.Mode().Type())
}
