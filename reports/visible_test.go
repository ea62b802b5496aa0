package reports_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/reports"
)

func TestVisible(t *testing.T) {
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
		require.Equal(t, want, reports.Visible(in))
	}
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "s"))
		for _, r := range reports.Visible(s) {
			require.True(t, strconv.IsPrint(r))
		}
		require.Equal(t, reports.Visible(s), reports.Visible(reports.Visible(s)))
		require.Equal(t, strings.Count(s, "\n"), strings.Count(reports.VisibleLines(s), "\n"))
	})
}

// JSON means the same, whatever is written out in it.
func TestVisibleJSON(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":"ä · ✓"}`:          `{"a":"ä · ✓"}`,
		"\"\u202e\u2066\u009b\"": `"\u202e\u2066\u009b"`,
		"\"\U000e0041\"":         `"\udb40\udc41"`,
	} {
		got := reports.VisibleJSON([]byte(text))
		require.Equal(t, want, string(got))
		require.JSONEq(t, text, string(got))
	}
}
