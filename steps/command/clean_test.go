package command

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// A target may have chosen any part of a line that reaches a terminal or the log of a CI server.
func TestLinesAreHarmless(t *testing.T) {
	for _, kind := range []struct{ name, line, want string }{
		{"a plain line", "  ✓ 3 rules passed · 12 %", "  ✓ 3 rules passed · 12 %"},
		{"a table", "a\tb", "a\tb"},
		{"a title of the window", "\x1b]0;PWNED\x07", `\u001b]0;PWNED\u0007`},
		{"a colour", "\x1b[31mred", `\u001b[31mred`},
		{"C1 controls and bytes that are not UTF-8", "\u009b31m\xff", `\u009b31m\xff`},
		{"a carriage return", "failed\rpassed", `failed\rpassed`},
		{"bidirectional marks", "\u202eevil\u2066", `\u202eevil\u2066`},
		{"a command of GitHub", "  ::error file=x::no", `  :\:error file=x::no`},
		{"what is no command", "at ::1, #[x] and ##", "at ::1, #[x] and ##"},
		{"an older command of GitHub", "a ##[error]no", `a #\#[error]no`},
		{"a command of Azure", "a ##vso[task.complete]", `a #\#vso[task.complete]`},
		{"a command of TeamCity", "##teamcity[buildStop]", `#\#teamcity[buildStop]`},
		{"a secret", "the-%73ecret is it", "REDACTED is it"},
	} {
		t.Run(kind.name, func(t *testing.T) {
			h := &hidden{}
			h.add("the-secret")
			var out bytes.Buffer
			w := &cleanWriter{to: &out, hidden: h}
			_, err := fmt.Fprintln(w, kind.line)
			require.NoError(t, err)
			require.Equal(t, kind.want+"\n", out.String())
		})
	}
}

func TestColoursStayWhereTheyAreShown(t *testing.T) {
	var out bytes.Buffer
	w := &cleanWriter{to: &out, colors: true}
	_, err := fmt.Fprintln(w, "\x1b[1;31mno\x1b[0m\x1b[2J")
	require.NoError(t, err)
	require.Equal(t, "\x1b[1;31mno\x1b[0m\\u001b[2J\n", out.String())
}

// A secret is found although it is written in two pieces.
func TestLinesAreWrittenWhole(t *testing.T) {
	h := &hidden{}
	h.add("the-secret")
	var out bytes.Buffer
	w := &cleanWriter{to: &out, hidden: h}
	for _, piece := range []string{"a the-", "secret\nthe", "-secret b"} {
		n, err := fmt.Fprint(w, piece)
		require.NoError(t, err)
		require.Len(t, piece, n)
	}
	require.Equal(t, "a REDACTED\n", out.String())
	require.NoError(t, w.flush())
	require.Equal(t, "a REDACTED\nREDACTED b", out.String())
}
