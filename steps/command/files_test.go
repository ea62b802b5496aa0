package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
)

// Shell commands of many lines are a script beside the replay file.
func TestLongCommandsAreAScript(t *testing.T) {
	dir := t.TempDir()
	failure := reports.Failure{Case: &targets.Case{}, Replay: "replays/F1.json", Law: "one\nline", Curl: strings.Repeat("true\n", reports.ScriptLines)}
	require.NoError(t, writeReplay(&reports.Report{}, "CB-X-1", failure, dir))
	require.NoFileExists(t, filepath.Join(dir, "replays", "F1.sh"))
	failure.Curl += "echo made\n"
	require.NoError(t, writeReplay(&reports.Report{}, "CB-X-1", failure, dir))
	printed, err := exec.CommandContext(t.Context(), "sh", filepath.Join(dir, "replays", "F1.sh")).Output()
	require.NoError(t, err)
	require.Equal(t, "made\n", string(printed))
}

// A report of somebody else, such as one that is merged, names no file outside its folder.
func TestReplaysStayInTheFolder(t *testing.T) {
	for _, kind := range []struct {
		name, path string
		ok         bool
	}{
		{"a replay", "replays/CB-X-1-1.json", true},
		{"a path out of the folder", "../../x.json", false},
		{"a path that goes down and out", "replays/../../x.json", false},
		{"an absolute path", filepath.Join(t.TempDir(), "x.json"), false},
		{"nothing", "", false},
	} {
		t.Run(kind.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "a", "b")
			r := &reports.Report{Rules: []reports.Rule{{ID: "CB-X-1", Failures: []reports.Failure{{Case: &targets.Case{}, Replay: kind.path}}}}}
			err := writeReplays(r, dir)
			if kind.ok {
				require.NoError(t, err)
				require.FileExists(t, filepath.Join(dir, kind.path))
			} else {
				require.ErrorContains(t, err, "not within the folder")
				require.NoFileExists(t, filepath.Join(dir, kind.path))
			}
		})
	}
}

// A link below the folder leads nowhere else either.
func TestReplaysFollowNoLinkOutOfTheFolder(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	require.NoError(t, os.Symlink(elsewhere, filepath.Join(dir, "replays")))
	require.Error(t, writeWithin(dir, "replays/F1.json", []byte("{}")))
	require.NoFileExists(t, filepath.Join(elsewhere, "F1.json"))
}
