package format

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
)

func terminalOf(t *testing.T, r *reports.Report, o TerminalOptions) string {
	return string(render(t, func(b *bytes.Buffer) error { return WriteTerminal(b, r, o) }))
}

func TestTerminalGolden(t *testing.T) {
	for _, s := range looks {
		golden(t, s.Name+"/terminal.txt", []byte(terminalOf(t, s.Make(), TerminalOptions{})))
	}
	verbose := TerminalOptions{Color: true, Width: 60, Verbose: true}
	golden(t, "mixed/terminal-color.txt", []byte(terminalOf(t, samples.Small(), verbose)))
}

var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestTerminalShowsOnlyWhatPrints(t *testing.T) {
	for _, color := range []bool{false, true} {
		text := terminalOf(t, samples.Hostile(), TerminalOptions{Color: color, Verbose: true})
		if color {
			text = sgr.ReplaceAllString(text, "")
		}
		for _, r := range text {
			require.True(t, r == '\n' || strconv.IsPrint(r), "%U", r)
		}
		require.Contains(t, text, `\u202eevil`)
		require.Contains(t, text, `\x9b31m`)
		require.Contains(t, text, `\u001b]0;owned`)
	}
}

func TestTerminalKeepsToTheWidth(t *testing.T) {
	for _, width := range []int{40, 80} {
		for line := range strings.Lines(terminalOf(t, samples.Broken(), TerminalOptions{Width: width})) {
			pasted := strings.Contains(line, "--data-urlencode") || strings.Contains(line, "curl -sS") || strings.Contains(line, "cbspec replay") || strings.Contains(line, ".html") || strings.Contains(line, "applicable") || strings.Contains(line, "·")
			if !pasted {
				require.LessOrEqual(t, runewidth.StringWidth(strings.TrimSuffix(line, "\n")), width, line)
			}
		}
	}
}

func TestWrapLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOf(rapid.StringMatching(`[a-zé漢]{0,60}`)).Draw(t, "words"), " ")
		width := rapid.IntRange(20, 80).Draw(t, "width")
		lines := wrap(s, width)
		for _, l := range lines {
			require.LessOrEqual(t, runewidth.StringWidth(l), width)
		}
		require.Equal(t, strings.Join(strings.Fields(s), ""), strings.ReplaceAll(strings.Join(lines, ""), " ", ""))
	})
}
