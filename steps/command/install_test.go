package command_test

import (
	"archive/zip"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	module  = "github.com/cbspec/cbspec"
	release = "v0.1.0"
)

// From a module proxy, with nothing of this folder at hand, the program can be installed, and be a
// tool of another module. What it embeds comes along.
func TestInstallFromAProxy(t *testing.T) {
	if os.Getenv("CBSPEC_SEEDS") == "" {
		t.Skip("compiles everything anew: set CBSPEC_SEEDS=1")
	}
	env := newProxy(t)
	dir := t.TempDir()
	require.Equal(t, "cbspec "+release, firstField(goTool(t, dir, env, "run", module+"@"+release, "version")))
	require.Contains(t, goTool(t, dir, env, "run", module+"@"+release, "help", "server"), "# ")

	goTool(t, dir, env, "mod", "init", "example.com/backup")
	goTool(t, dir, env, "get", "-tool", module+"@"+release)
	require.Equal(t, "cbspec "+release, firstField(goTool(t, dir, env, "tool", "cbspec", "version")))
	goTool(t, dir, env, "tool", "cbspec", "init", "--language", "go", "--ci", "github")
	require.FileExists(t, filepath.Join(dir, "server.go"))
}

// firstField returns the version of what `cbspec version` prints.
func firstField(text string) string {
	version, _, _ := strings.Cut(text, ",")
	return version
}

// goTool runs the go command and returns its output.
func goTool(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir, cmd.Env = dir, slices.Concat(os.Environ(), env)
	var failed strings.Builder
	cmd.Stderr = &failed
	text, err := cmd.Output()
	require.NoError(t, err, "go %s:\n%s", strings.Join(args, " "), failed.String())
	return string(text)
}

// newProxy makes a module proxy of this repository, and returns the environment in which the go
// command uses it, and for other modules what was downloaded before.
func newProxy(t *testing.T) []string {
	t.Helper()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	proxy := t.TempDir()
	versions := filepath.Join(proxy, module, "@v")
	require.NoError(t, os.MkdirAll(versions, 0o755))
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	for name, text := range map[string]string{
		"list": release + "\n", release + ".mod": string(mod), release + ".info": fmt.Sprintf("{%q: %q}", "Version", release),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(versions, name), []byte(text), 0o600))
	}
	writeModule(t, root, filepath.Join(versions, release+".zip"))
	downloaded := filepath.Join(strings.TrimSpace(goTool(t, root, nil, "env", "GOMODCACHE")), "cache/download")
	cache := t.TempDir()
	return []string{
		"GOPROXY=file://" + proxy + ",file://" + downloaded, "GONOSUMDB=*", "GOMODCACHE=" + cache, "GOFLAGS=-modcacherw -trimpath", "GOWORK=off",
	}
}

// writeModule writes the zip file of a version: all files but those of other modules.
func writeModule(t *testing.T, root, path string) {
	t.Helper()
	file, err := os.Create(path)
	require.NoError(t, err)
	z := zip.NewWriter(file)
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			_, nested := os.Stat(filepath.Join(path, "go.mod"))
			if path != root && (nested == nil || slices.Contains([]string{".git", "cbspec-report", "node_modules"}, entry.Name())) {
				return filepath.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() || entry.Name() == ".git" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		w, err := z.Create(module + "@" + release + "/" + filepath.ToSlash(relative))
		if err == nil {
			_, err = w.Write(text)
		}
		return err
	}))
	require.NoError(t, z.Close())
	require.NoError(t, file.Close())
}
