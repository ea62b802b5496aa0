package format

import (
	"bytes"
	"flag"
	"html/template"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// withoutAssets returns a page without the style sheets, the script and their hashes, which have
// files of their own.
func withoutAssets(page []byte) []byte {
	var pairs []string
	for name, text := range map[string]string{"html.css": htmlStyle, "html.js": htmlScript, "compare.css": compareStyle} {
		escaped := strings.ReplaceAll(template.HTMLEscapeString(hash(text)), "+", "&#43;")
		pairs = append(pairs, text, "["+name+"]", escaped, "[hash of "+name+"]")
	}
	return []byte(strings.NewReplacer(pairs...).Replace(string(page)))
}

// golden compares what was written with the file testdata/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	got = withoutAssets(got)
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run with -update")
	require.Equal(t, string(want), string(got))
}

func render(t testing.TB, write func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, write(&b))
	return b.Bytes()
}
