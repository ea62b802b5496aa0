package command

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// A value that cannot be is wrong usage, before anything is sent.
func TestValuesThatCannotBe(t *testing.T) {
	for _, kind := range []struct {
		name string
		args []string
		says string
	}{
		{"an engine in the wrong case", []string{"--engine", "mysql"}, `"mysql" is not an engine, did you mean MySQL?`},
		{"an empty engine", []string{"--engine", ""}, `"" is not an engine`},
		{"an engine that does not exist", []string{"--engine", "Oracle"}, `"Oracle" is not an engine`},
		{"a negative timeout", []string{"--timeout=-1s"}, "--timeout must be above 0"},
		{"no timeout", []string{"--timeout=0s"}, "--timeout must be above 0"},
		{"a negative rate", []string{"--requests-per-second=-5"}, "--requests-per-second must be above 0"},
		{"a rate that is no number", []string{"--requests-per-second=NaN"}, "--requests-per-second must be above 0"},
		{"a negative time of the run", []string{"--max-time=-1s"}, "--max-time must not be negative"},
		{"the gate judges must rules, and should rules are selected", []string{"--gate", "must", "--level", "should"}, "--gate must judges must rules"},
		{"the default gate, and may rules are selected", []string{"--level", "may"}, "add must to --level"},
		{"the gate judges should rules, and must rules are selected", []string{"--gate", "should", "--level", "must"}, "--gate should judges should rules"},
		{"negative checks", []string{"--checks=-1"}, "--checks and --concurrency must be 1 or more"},
	} {
		t.Run(kind.name, func(t *testing.T) {
			args := append([]string{"run", "--endpoint", "http://127.0.0.1:1/", "--instance", "rm-mysql", "--out", t.TempDir()}, kind.args...)
			c, err := parse(t, args...)
			require.NoError(t, err)
			err = c.Run.Run(t.Context(), streams{out: io.Discard, err: io.Discard})
			require.ErrorContains(t, err, kind.says)
			require.Equal(t, exitUsage, exitCode(err))
		})
	}
}
