package command

import (
	"testing"

	"github.com/mattn/go-runewidth"
	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps"
)

// The progress fits the terminal, however narrow it is, late in a long run.
func TestProgressFitsTheTerminal(t *testing.T) {
	e := steps.Event{Phase: "combinations", Done: 88, Total: 100, Cases: 12345, Requests: 1234567, Seconds: 321, Throttled: 999}
	for width := 40; width <= 200; width += 10 {
		l := lookOf(width)
		require.Less(t, runewidth.StringWidth(l.before(e)+l.after(e))+l.bar, width)
	}
	require.Equal(t, " 12345 cases · 1234567 requests (3846/s) · slowed down 999 times", lookOf(120).after(e))
	require.Equal(t, " 1 case · 1 request (0/s)", lookOf(0).after(steps.Event{Cases: 1, Requests: 1}))
}

func TestColours(t *testing.T) {
	for name, c := range map[string]struct {
		terminal bool
		args     []string
		env      map[string]string
		want     bool
	}{
		"a terminal":          {terminal: true, want: true},
		"a pipe":              {want: false},
		"asked for":           {env: map[string]string{"FORCE_COLOR": "1"}, want: true},
		"asked for not":       {terminal: true, env: map[string]string{"FORCE_COLOR": "0"}, want: false},
		"NO_COLOR":            {terminal: true, env: map[string]string{"NO_COLOR": "1", "FORCE_COLOR": "1"}, want: false},
		"CBSPEC_NO_COLOR":     {terminal: true, env: map[string]string{"CBSPEC_NO_COLOR": "true"}, want: false},
		"CBSPEC_NO_COLOR off": {terminal: true, env: map[string]string{"CBSPEC_NO_COLOR": "0"}, want: true},
		"--no-color":          {terminal: true, args: []string{"run", "--no-color"}, want: false},
		"NO_COLOR, but empty": {terminal: true, env: map[string]string{"NO_COLOR": ""}, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, wantsColors(c.terminal, c.args, func(name string) string { return c.env[name] }))
		})
	}
}
