//go:build unix

package targets_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

func TestReadFileDoesNotWaitForAWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	data, err := targets.ReadFile(path)
	require.NoError(t, err)
	require.Empty(t, data)
}

// As a shell's <(command) is, which is open for writing before cbspec reads it.
func TestReadFileReadsAPipeToItsEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	pipe, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	text := strings.Repeat("x", 1<<20) // more than a pipe holds
	written := make(chan error, 1)
	go func() {
		_, err := pipe.WriteString(text)
		_ = pipe.Close()
		written <- err
	}()
	data, err := targets.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, <-written)
	require.Equal(t, text, string(data))
}

func TestReadFileEndsWithADevice(t *testing.T) {
	if testing.Short() {
		t.Skip("it reads 256 MiB")
	}
	_, err := targets.ReadFile("/dev/zero")
	require.ErrorContains(t, err, "longer than 256 MiB")
}
