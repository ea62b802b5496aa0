package command

import (
	"bytes"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports/format"
)

// parses requires that the program knows the arguments, in a folder with a target file.
func parses(t *testing.T, args []string) {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "cbspec.yaml"), nil, 0o600))
	for i, arg := range args {
		if arg == "cbspec.yaml" {
			args[i] = filepath.Join(folder, arg)
		}
	}
	parser, err := kong.New(&cli{}, kong.Name("cbspec"))
	require.NoError(t, err)
	_, err = parser.Parse(args)
	require.NoError(t, err, args)
}

// readYAML reads a file of the repository, a document into each value.
func readYAML(t *testing.T, path string, documents ...any) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", path))
	require.NoError(t, err)
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for _, document := range documents {
		require.NoError(t, decoder.Decode(document), path)
	}
	require.ErrorIs(t, decoder.Decode(new(any)), io.EOF, path)
	return string(text)
}

// words returns the words after a prefix, such as the inputs that a text uses.
func words(text, prefix string) []string {
	var found []string
	for _, match := range regexp.MustCompile(regexp.QuoteMeta(prefix)+`([\w-]+)`).FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	slices.Sort(found)
	return slices.Compact(found)
}

type input struct {
	Default string
	Options []string
}

// runFlags are the flags of run, by name.
func runFlags(t *testing.T) map[string]*kong.Flag {
	t.Helper()
	parser, err := kong.New(&cli{}, kong.Name("cbspec"), kong.DefaultEnvars("CBSPEC"))
	require.NoError(t, err)
	flags := map[string]*kong.Flag{}
	for _, flag := range parser.Model.DefaultCmd.Flags {
		flags[flag.Name] = flag
	}
	return flags
}

func formatFile(t *testing.T, name string) string {
	t.Helper()
	f, err := format.Parse(name)
	require.NoError(t, err)
	return f.File
}

// The action for GitHub sets variables of flags that exist, uses the inputs that it declares, and
// uploads the file that a run writes. TestActionRuns runs it.
func TestActionForGitHub(t *testing.T) {
	var action githubAction
	text := readYAML(t, ".github/actions/cbspec/action.yml", &action)
	require.Equal(t, slices.Sorted(maps.Keys(action.Inputs)), words(text, "inputs."))
	require.Equal(t, []string{"exit-code", "verdict"}, words(text, "steps.run.outputs."))
	var known []string
	for _, flag := range runFlags(t) {
		known = append(known, flag.Envs...)
	}
	step := action.step(t, "run")
	for name := range step.Env {
		require.True(t, name == "ARGS" || slices.Contains(known, name), name)
	}
	require.Equal(t, runFlags(t)["gate"].Default, action.Inputs["gate"].Default)
	require.Equal(t, runFlags(t)["out"].Default, action.Inputs["out"].Default)
	require.Contains(t, text, "/"+formatFile(t, step.Env["CBSPEC_REPORT"]))
}

// The component for GitLab uses the inputs that it declares, and with their defaults it is a job
// whose files a run writes.
func TestComponentForGitLab(t *testing.T) {
	var header struct {
		Spec struct{ Inputs map[string]input }
	}
	text := readYAML(t, ".ci/gitlab-component.yml", &header, new(any))
	inputs := header.Spec.Inputs
	require.Equal(t, slices.Sorted(maps.Keys(inputs)), words(text, "$[[ inputs."))
	require.Equal(t, strings.Split(runFlags(t)["gate"].Enum, ","), inputs["gate"].Options)
	_, job, found := strings.Cut(text, "\n---\n")
	require.True(t, found)
	for name, in := range inputs {
		job = strings.ReplaceAll(job, "$[[ inputs."+name+" ]]", in.Default)
	}
	commands := commandsIn(job)
	require.Len(t, commands, 1)
	parses(t, commands[0])
	require.Contains(t, job, "report/"+formatFile(t, "junit"))
	require.Contains(t, job, "report/"+formatFile(t, "gitlab"))
}

func TestPreCommitHook(t *testing.T) {
	var hooks []struct {
		Entry, Language string
		Args            []string
	}
	readYAML(t, ".pre-commit-hooks.yaml", &hooks)
	require.Len(t, hooks, 1)
	require.Equal(t, "golang", hooks[0].Language)
	command, found := strings.CutPrefix(hooks[0].Entry, "cbspec ")
	require.True(t, found)
	parses(t, append(strings.Fields(command), hooks[0].Args...))
}

// What a release is built with exists: the commands that write the completions and the manual page,
// and the files that go into archives and into the image.
func TestReleaseFiles(t *testing.T) {
	var release struct {
		Before struct{ Hooks []string }
	}
	text := readYAML(t, ".goreleaser.yaml", &release)
	written := 0
	for _, hook := range release.Before.Hooks {
		_, command, runs := strings.Cut(hook, "go run . ")
		if !runs {
			continue
		}
		args, file, found := strings.Cut(command, " >")
		require.True(t, found, hook)
		parses(t, strings.Fields(args))
		require.True(t, strings.HasPrefix(file, ".release/"), hook)
		written++
	}
	require.Equal(t, 4, written)
	require.Contains(t, text, "- .release/*\n")

	image, err := os.ReadFile("../../.ci/Dockerfile")
	require.NoError(t, err)
	module, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	require.Equal(t, words(string(image), "FROM golang:1."), words(string(module), "\ngo 1."), "the Go of the image and of go.mod")
	require.Contains(t, string(image), ":nonroot\n")
	for _, workflow := range []string{"checks", "release"} {
		text := readYAML(t, ".github/workflows/"+workflow+".yml", new(any))
		for _, path := range append(words(text, "file: .ci/"), words(text, "run: .ci/")...) {
			require.FileExists(t, "../../.ci/"+path)
		}
	}
}

// githubAction is a composite action.
type githubAction struct {
	Inputs map[string]input
	Runs   struct{ Steps []actionStep }
}

type actionStep struct {
	ID, Run string
	Env     map[string]string
}

func (a githubAction) step(t *testing.T, id string) actionStep {
	t.Helper()
	i := slices.IndexFunc(a.Runs.Steps, func(s actionStep) bool { return s.ID == id })
	require.GreaterOrEqual(t, i, 0, id)
	return a.Runs.Steps[i]
}
