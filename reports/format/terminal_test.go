package reports

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func terminalText(t *testing.T, r *Report, o TerminalOptions) string {
	return string(render(t, func(b *bytes.Buffer) error { return WriteTerminal(b, r, o) }))
}

func TestTerminalGolden(t *testing.T) {
	for _, s := range shown {
		golden(t, s.name+".txt", []byte(terminalText(t, s.make(), TerminalOptions{Files: []string{"cbspec-report/report.json", "cbspec-report/report.html"}})))
	}
	golden(t, "mixed.color.txt", []byte(terminalText(t, mixed(), TerminalOptions{Color: true, Width: 60, Verbose: true})))
}

var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestTerminalShowsOnlyWhatPrints(t *testing.T) {
	for _, color := range []bool{false, true} {
		text := terminalText(t, hostile(), TerminalOptions{Color: color, Verbose: true, Files: []string{attacks}})
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
		for line := range strings.Lines(terminalText(t, broken(), TerminalOptions{Width: width})) {
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

func TestVisibleIsHarmlessAndLeavesPlainTextAlone(t *testing.T) {
	for in, want := range map[string]string{
		"plain text":       "plain text",
		"Grüße, 漢字":        "Grüße, 漢字",
		"a\nb\tc\r":        `a\nb\tc\r`,
		"\x1b[31m":         `\u001b[31m`,
		"\xff":             `\xff`,
		"\u202egnp":        `\u202egnp`,
		"\u200b\ufeff":     `\u200b\ufeff`,
		"\U000e0041":       `\U000e0041`,
		"\u2028":           `\u2028`,
		"\ufffd is itself": "\ufffd is itself",
	} {
		require.Equal(t, want, visible(in))
	}
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "s"))
		for _, r := range visible(s) {
			require.True(t, strconv.IsPrint(r))
		}
		require.Equal(t, visible(s), visible(visible(s)))
		require.Equal(t, strings.Count(s, "\n"), strings.Count(visibleLines(s), "\n"))
	})
}
