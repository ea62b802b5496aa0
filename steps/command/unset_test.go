package command

import (
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

// parse parses arguments as Main does.
func parse(t *testing.T, args ...string) (*cli, error) {
	t.Helper()
	var c cli
	parser, err := kong.New(&c, kong.Name("cbspec"), kong.DefaultEnvars("CBSPEC"))
	require.NoError(t, err)
	empty := newUnset(parser)
	k, err := parser.Parse(empty.withoutEmpty(args))
	if err == nil {
		err = empty.checkTarget(k)
	}
	return &c, err
}

// A flag that is empty, in the environment or on the command line, has its default.
func TestEmptyCountsAsUnset(t *testing.T) {
	for _, kind := range []struct {
		name string
		env  []string
		args []string
	}{
		{"variables", []string{"SEED", "CHECKS", "GATE", "STRENGTH", "TIMEOUT", "ENGINE", "KNOWN", "CONTROL", "INSTANCE", "READ_ONLY", "OUT", "LEVEL"}, nil},
		{"flags with a space", nil, []string{"run", "--seed", "", "--gate", "", "--known", "", "--out", "", "--level", "", "--rule", ""}},
		{"flags with an equals sign", nil, []string{"run", "--seed=", "--gate=", "--known=", "--out=", "--instance="}},
		{"the default command", nil, []string{"--seed=", "--read-only=false"}},
	} {
		t.Run(kind.name, func(t *testing.T) {
			for _, name := range kind.env {
				t.Setenv("CBSPEC_"+name, "")
			}
			want, err := parse(t)
			require.NoError(t, err)
			got, err := parse(t, kind.args...)
			require.NoError(t, err)
			require.Equal(t, want.Run, got.Run)
			require.Equal(t, uint64(1), got.Run.Seed)
			require.Equal(t, "must", got.Run.Gate)
			require.Equal(t, "MySQL", got.Run.Engine)
			require.Equal(t, "cbspec-report", got.Run.Out)
		})
	}
}

// The embedded simulator is not judged where an implementation is named by nothing.
func TestEmptyTargetIsRefused(t *testing.T) {
	for _, kind := range []struct {
		name string
		env  string
		args []string
		says string // empty where it is allowed
	}{
		{"nothing is given", "", []string{"run"}, ""},
		{"an empty endpoint", "", []string{"run", "--endpoint", ""}, "--endpoint (or CBSPEC_ENDPOINT)"},
		{"an empty target file", "", []string{"run", "--target="}, "--target (or CBSPEC_TARGET)"},
		{"an empty variable", "CBSPEC_ENDPOINT", nil, "--endpoint (or CBSPEC_ENDPOINT)"},
		{"an empty variable, for another command", "CBSPEC_TARGET", []string{"plan"}, "--target (or CBSPEC_TARGET)"},
		{"a command without a target", "CBSPEC_ENDPOINT", []string{"rules"}, ""},
		{"the other one is given", "CBSPEC_TARGET", []string{"run", "--endpoint", "http://h"}, ""},
		{"an empty engine is left to its check", "", []string{"run", "--engine", ""}, ""},
	} {
		t.Run(kind.name, func(t *testing.T) {
			if kind.env != "" {
				t.Setenv(kind.env, "")
			}
			_, err := parse(t, kind.args...)
			if kind.says == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, kind.says)
			}
		})
	}
}
