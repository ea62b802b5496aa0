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

// The examples for CI servers are YAML, and what they call is there: every command with every flag.
func TestExamplesForCIServers(t *testing.T) {
	files, err := filepath.Glob("../../.ci/examples/*.yml")
	require.NoError(t, err)
	require.Len(t, files, 3)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			var doc map[string]any
			require.NoError(t, yaml.Unmarshal(text, &doc))
			called := 0
			for line := range strings.Lines(string(text)) {
				_, command, is := strings.Cut(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "- ")), "cbspec ")
				if !is || !strings.HasPrefix(strings.TrimPrefix(strings.TrimSpace(line), "- "), "cbspec ") {
					continue
				}
				called++
				var c cli
				parser, err := kong.New(&c, kong.Name("cbspec"))
				require.NoError(t, err)
				_, err = parser.Parse(strings.Fields(command))
				require.NoError(t, err, command)
			}
			require.Positive(t, called)
		})
	}
}

func TestShardOfCI(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		want string
	}{
		"none":                   {nil, ""},
		"GitLab":                 {map[string]string{"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "5"}, "2/5"},
		"GitLab, not in parts":   {map[string]string{"CI_NODE_TOTAL": "1"}, ""},
		"one of one":             {map[string]string{"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "1"}, ""},
		"Kubernetes":             {map[string]string{"JOB_COMPLETION_INDEX": "0", "CBSPEC_SHARDS": "4"}, "1/4"},
		"Kubernetes, not sliced": {map[string]string{"JOB_COMPLETION_INDEX": "0"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, shardOfCI(func(k string) string { return c.env[k] }))
		})
	}
}
