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
