package reports

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFormatOf(t *testing.T) {
	f, err := FormatOf("junit")
	require.NoError(t, err)
	require.Equal(t, "junit.xml", f.File)
	f, err = FormatOf("junit=out/a=b.xml")
	require.NoError(t, err)
	require.Equal(t, "out/a=b.xml", f.File)
	_, err = FormatOf("junit=")
	require.ErrorContains(t, err, "path")
	_, err = FormatOf("pdf")
	require.ErrorContains(t, err, `there is no format "pdf": it is one of json, junit`)
}

func TestEveryFormatIsWritten(t *testing.T) {
	for _, f := range Formats {
		for _, s := range samples {
			path := filepath.Join(t.TempDir(), "made", f.File)
			require.NoError(t, WriteFile(path, func(w io.Writer) error { return f.Write(w, s.make()) }))
			info, err := os.Stat(path)
			require.NoError(t, err)
			require.Positive(t, info.Size())
			require.Equal(t, os.FileMode(0o644), info.Mode())
		}
	}
}

func TestAFileIsWrittenAsAWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.json")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
	failed := errors.New("no more room")
	err := WriteFile(path, func(w io.Writer) error {
		_, err := w.Write([]byte("half"))
		require.NoError(t, err)
		return failed
	})
	require.ErrorIs(t, err, failed)
	require.ErrorContains(t, err, path)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "old", string(data))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1)

	require.Error(t, WriteFile(filepath.Join(path, "below-a-file"), func(io.Writer) error { return nil }))
}
