package command

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVersionNamesTheCommit(t *testing.T) {
	system := " " + runtime.GOOS + "/" + runtime.GOARCH
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "0123abc"}
	date := debug.BuildSetting{Key: "vcs.time", Value: "2026-11-28T12:00:00Z"}
	for name, c := range map[string]struct {
		settings []debug.BuildSetting
		want     []string
	}{
		"from a proxy":   {nil, []string{"go1.26.0" + system}},
		"from a commit":  {[]debug.BuildSetting{revision, date}, []string{"commit 0123abc", "of 2026-11-28T12:00:00Z", "go1.26.0" + system}},
		"with a change":  {[]debug.BuildSetting{revision, {Key: "vcs.modified", Value: "true"}}, []string{"commit 0123abc with changes", "go1.26.0" + system}},
		"without change": {[]debug.BuildSetting{revision, {Key: "vcs.modified", Value: "false"}}, []string{"commit 0123abc", "go1.26.0" + system}},
	} {
		require.Equal(t, c.want, buildOf(&debug.BuildInfo{GoVersion: "go1.26.0", Settings: c.settings}), name)
	}
	require.Empty(t, buildOf(nil))
}
