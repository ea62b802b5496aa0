package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets/simulator"
)

// The script of the action judges a server, says what came of it, and fails as cbspec does.
func TestActionRuns(t *testing.T) {
	for _, program := range []string{"bash", "jq"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
	var action githubAction
	readYAML(t, ".github/actions/cbspec/action.yml", &action)
	step := action.step(t, "run")
	for _, c := range []struct {
		name    string
		faults  []string
		args    string
		outputs string
		summary string
	}{
		{"a good server", nil, "--rule CB-METHOD-1 --checks 1", "verdict=conformant as far as tested\nexit-code=0\n", "CB-METHOD-1"},
		{"a fault", []string{"logical-refused"}, "--rule CB-METHOD-2 --checks 1", "verdict=not conformant\nexit-code=1\n", "CB-METHOD-2"},
		{"wrong usage", nil, "--no-such-flag", "verdict=\nexit-code=2\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			sim, err := simulator.New(simulator.Options{Faults: c.faults})
			require.NoError(t, err)
			server, err := sim.Start(t.Context(), "127.0.0.1:0", "127.0.0.1:0")
			require.NoError(t, err)
			t.Cleanup(func() { _ = server.Close() })
			given := map[string]string{"endpoint": server.Endpoint, "control": server.ControlURL, "args": c.args}

			dir := t.TempDir()
			outputs, summary := filepath.Join(dir, "outputs"), filepath.Join(dir, "summary")
			cmd := exec.CommandContext(t.Context(), "bash", "-eo", "pipefail", "-c", step.Run) // as GitHub runs it
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "GITHUB_ACTIONS=true", "GITHUB_OUTPUT="+outputs, "GITHUB_STEP_SUMMARY="+summary)
			for name, value := range step.Env {
				for input, declared := range action.Inputs {
					if value == "${{ inputs."+input+" }}" {
						value = declared.Default
						if text, is := given[input]; is {
							value = text
						}
						break
					}
				}
				cmd.Env = append(cmd.Env, name+"="+value)
			}
			said, _ := cmd.CombinedOutput()
			written, err := os.ReadFile(outputs)
			require.NoError(t, err)
			require.Equal(t, c.outputs, string(written), string(said))
			require.Equal(t, c.outputs[len(c.outputs)-2:], string('0'+rune(cmd.ProcessState.ExitCode()))+"\n")
			if c.summary == "" {
				return
			}
			require.FileExists(t, filepath.Join(dir, "cbspec-report", formatFile(t, "sarif")))
			text, err := os.ReadFile(summary)
			require.NoError(t, err)
			require.True(t, strings.Contains(string(text), c.summary), string(text))
		})
	}
}
