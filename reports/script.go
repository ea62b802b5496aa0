package reports

import (
	"path"
	"strings"
)

// ScriptLines is the most lines of shell that are shown in place: those of two signed calls.
const ScriptLines = 10

// Script returns the path of the file that holds the shell commands of a failure, relative to the
// report. It is empty where they are few, or where there is no replay file to put it beside.
func (f Failure) Script() string {
	if f.Replay == "" || strings.Count(strings.TrimSpace(f.Curl), "\n") < ScriptLines {
		return ""
	}
	return strings.TrimSuffix(f.Replay, path.Ext(f.Replay)) + ".sh"
}
