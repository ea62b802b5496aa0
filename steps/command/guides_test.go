package command_test

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// block is a fenced block of a guide, with the words after its fence.
type block struct {
	language string
	file     string // that holds the block, where the fence names one
	text     string
}

// Every command of the README and of a guide works as it stands there, in an empty folder, and
// prints what is shown. Only the ports are others, and the runs of guides make less effort.
func TestGuides(t *testing.T) {
	if testing.Short() {
		t.Skip("every guide takes some runs")
	}
	t.Parallel()
	t.Run("README.md", func(t *testing.T) { runGuide(t, "README.md", nil) })
	if os.Getenv("CBSPEC_SEEDS") == "" {
		return // with it, .ci/run tries the guides too
	}
	root := os.DirFS("../..")
	files, err := fs.Glob(root, ".docs/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	brief := []string{"CBSPEC_CHECKS=1", "CBSPEC_STRENGTH=1"}
	for _, file := range files {
		t.Run(path.Base(file), func(t *testing.T) { runGuide(t, file, brief) })
	}
}

// The README names every guide, so that a reader who does not know `cbspec help` finds it.
func TestREADMEListsTheGuides(t *testing.T) {
	files, err := filepath.Glob("../../.docs/*.md")
	require.NoError(t, err)
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	for _, file := range files {
		topic := strings.TrimSuffix(filepath.Base(file), ".md")
		require.Contains(t, string(readme), fmt.Sprintf("[%[1]s](.docs/%[1]s.md)", topic))
	}
	require.LessOrEqual(t, strings.Count(string(readme), "\n"), 120, "move details of the README to a guide")
}

// blocksOf returns the fenced blocks of a Markdown text.
func blocksOf(t *testing.T, text string) []block {
	t.Helper()
	var blocks []block
	for i, part := range strings.Split("\n"+text, "\n```") {
		if i%2 == 0 {
			continue
		}
		words, body, found := strings.Cut(part, "\n")
		require.True(t, found, "a block has no end: %s", part)
		language, file, _ := strings.Cut(words, " ")
		blocks = append(blocks, block{language, file, body + "\n"})
	}
	return blocks
}

// runGuide writes the files of a guide and runs its commands, in one shell, in their order.
func runGuide(t *testing.T, file string, env []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", file))
	require.NoError(t, err)
	for _, needed := range []string{"bash", "curl", "python3"} {
		if _, err := exec.LookPath(needed); err != nil {
			t.Skipf("%s is not installed", needed)
		}
	}
	ports := strings.NewReplacer("127.0.0.1:8080", freeAddress(t), "127.0.0.1:8081", freeAddress(t),
		"127.0.0.1:8082", freeAddress(t), "127.0.0.1:8083", freeAddress(t),
		"127.0.0.1:8443", freeAddress(t), "127.0.0.1:8444", freeAddress(t))
	var script strings.Builder
	script.WriteString("set -eu; trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n")
	var shown []string // after each block of commands
	for _, b := range blocksOf(t, string(text)) {
		text := ports.Replace(b.text)
		switch {
		case b.file != "":
			fmt.Fprintf(&script, "mkdir -p $(dirname %[1]s); cat > %[1]s <<'END OF THE FILE'\n%[2]sEND OF THE FILE\n", b.file, text)
		case b.language == "sh":
			shown = append(shown, "")
			script.WriteString(commandsOf(text) + "echo '" + endOfBlock + "'\n")
		case b.language == "text" && len(shown) > 0:
			shown[len(shown)-1] = text
		}
	}
	env = append(env, "CBSPEC_LISTEN="+ports.Replace("127.0.0.1:8080"), "CBSPEC_CONTROL_LISTEN="+ports.Replace("127.0.0.1:8081"))
	said := shell(t, script.String(), env)
	parts := strings.Split(said, endOfBlock+"\n")
	require.Len(t, parts, len(shown)+1, "a command failed:\n%s", said)
	for i, want := range shown {
		requireShown(t, want, parts[i])
	}
}

const endOfBlock = "== end of block"

// elsewhere are the commands that change the machine, and those that .ci/run runs in its steps
// example and tests.
var elsewhere = regexp.MustCompile(`^(go (install|get|test)|docker|\.ci/run)\b`)

// expectedCode is how a guide writes that a command fails.
var expectedCode = regexp.MustCompile(`^(.*?) +# exit code (\d)$`)

// commandsOf returns the commands of a block for a shell that ends at the first failure.
func commandsOf(text string) string {
	var commands strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if elsewhere.MatchString(line) {
			continue
		}
		if options, is := strings.CutPrefix(line, "go run ."); is {
			line = "cbspec" + options
		}
		if m := expectedCode.FindStringSubmatch(line); m != nil {
			line = fmt.Sprintf("code=0; %s || code=$?; [ $code = %s ]", m[1], m[2])
		}
		commands.WriteString(line + "\n")
	}
	return commands.String()
}

// shell runs a script in an empty folder, and returns what it says.
func shell(t *testing.T, script string, env []string) string {
	t.Helper()
	dir := t.TempDir()
	said, err := os.Create(filepath.Join(t.TempDir(), "said"))
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, said, said
	cmd.Env = slices.Concat(os.Environ(), env, []string{"HOME=" + dir})
	failed := cmd.Run()
	require.NoError(t, said.Close())
	text, err := os.ReadFile(said.Name())
	require.NoError(t, err)
	require.NoError(t, failed, "%s\n%s", script, text)
	return string(text)
}

// measured is what differs from run to run.
var measured = regexp.MustCompile(`127\.0\.0\.1:\d+|[\d,]+ (requests|backups)|\d[\d.]* m?s\b`)

// requireShown requires that the lines are printed in this order. A line of "…" stands for any
// lines, and "…" at the end of a line for the rest of it.
func requireShown(t *testing.T, want, printed string) {
	t.Helper()
	lines := strings.Split(measured.ReplaceAllString(printed, "N"), "\n")
	for line := range strings.Lines(want) {
		line = strings.TrimSpace(measured.ReplaceAllString(line, "N"))
		if line == "" || line == "…" {
			continue
		}
		start, open := strings.CutSuffix(line, "…")
		for len(lines) > 0 {
			next := strings.TrimSpace(lines[0])
			if next == line || open && strings.HasPrefix(next, start) {
				break
			}
			lines = lines[1:]
		}
		require.NotEmpty(t, lines, "the guide shows %q, but this is printed:\n%s", line, printed)
	}
}
