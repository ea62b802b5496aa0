package format

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func marked(text, other string) string {
	var parts []string
	for _, p := range differences(text, other) {
		if p.Differs {
			p.Text = "[" + p.Text + "]"
		}
		parts = append(parts, p.Text)
	}
	return strings.Join(parts, " ")
}

func TestDifferencesMarksTheWordsThatTheOtherTextLacks(t *testing.T) {
	require.Equal(t, "the same", marked("the same", "the same"))
	require.Equal(t, "[refused:] 10 backups were created today", marked("refused: 10 backups were created today", "accepted: 10 backups were created today"))
	require.Equal(t, "a well-formed document of type [XML]", marked("a well-formed document of type XML", "a well-formed document of type JSON"))
	require.Equal(t, "[refused with the code] and nothing else", marked("refused with the code and nothing else", "with the RequestId and nothing else"), "a few common words between differences are marked too")
	require.Empty(t, marked("", "x"))
}

func TestDifferencesLosesNoWord(t *testing.T) {
	word := rapid.SampledFrom([]string{"a", "b", "c", "d"})
	rapid.Check(t, func(t *rapid.T) {
		text, other := rapid.SliceOf(word).Draw(t, "text"), rapid.SliceOf(word).Draw(t, "other")
		var got []string
		for _, p := range differences(strings.Join(text, " "), strings.Join(other, " ")) {
			got = append(got, p.Text)
		}
		require.Equal(t, strings.Join(text, " "), strings.Join(got, " "))
	})
}
