package simulator

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/cbspec/cbspec"

// The oracle judges the simulator, so the simulator must not be made of it. Of this module it
// imports only the shared types and the suggestion of names.
func TestSimulatorIsIndependent(t *testing.T) {
	seen := map[string]bool{}
	var follow func(dir string)
	follow = func(dir string) {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		require.NotEmpty(t, files, dir)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.ImportsOnly)
			require.NoError(t, err)
			for _, i := range parsed.Imports {
				path, err := strconv.Unquote(i.Path.Value)
				require.NoError(t, err)
				if !strings.HasPrefix(path, module) || seen[path] {
					continue
				}
				seen[path] = true
				follow(filepath.Join("..", "..", strings.TrimPrefix(path, module)))
			}
		}
	}
	follow(".")
	require.Equal(t, map[string]bool{module + "/targets": true, module + "/targets/typo": true}, seen)
}
