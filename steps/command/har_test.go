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
