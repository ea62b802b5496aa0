package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

// The examples for CI servers are YAML, and every command and flag in them exists.
func TestExamplesForCIServers(t *testing.T) {
	files, err := filepath.Glob("../../.ci/examples/*.yml")
	require.NoError(t, err)
	require.Len(t, files, 4)
	for i := range files {
		files[i], err = filepath.Abs(files[i])
		require.NoError(t, err)
	}
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("cbspec.yaml", nil, 0o600), "the target file that the examples name")
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			var document map[string]any
			require.NoError(t, yaml.Unmarshal(text, &document))
			commands := commandsIn(string(text))
			require.NotEmpty(t, commands)
			for _, args := range commands {
				parser, err := kong.New(&cli{}, kong.Name("cbspec"))
				require.NoError(t, err)
				_, err = parser.Parse(args)
				require.NoError(t, err, args)
			}
		})
	}
}

// commandsIn returns the arguments of each cbspec command that has a line of its own in a file.
func commandsIn(text string) [][]string {
	var commands [][]string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "- "))
		if args, is := strings.CutPrefix(line, "cbspec "); is {
			commands = append(commands, strings.Fields(args))
		}
	}
	return commands
}

// The shard of a run comes from the variables that CI servers set.
func TestShardOfCI(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		want string
	}{
		"no CI server":            {nil, ""},
		"GitLab":                  {map[string]string{"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "5"}, "2/5"},
		"GitLab without parallel": {map[string]string{"CI_NODE_TOTAL": "1"}, ""},
		"GitLab, one of one":      {map[string]string{"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "1"}, ""},
		"Kubernetes":              {map[string]string{"JOB_COMPLETION_INDEX": "0", "CBSPEC_SHARDS": "4"}, "1/4"},
		"Kubernetes, one job":     {map[string]string{"JOB_COMPLETION_INDEX": "0"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, shardOfCI(func(k string) string { return c.env[k] }))
		})
	}
}
