package main

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// measured is what differs from run to run and from machine to machine.
var measured = regexp.MustCompile(`\d[\d,.]*( ms| m | s)?`)

// The recording of the README shows what a run prints today, numbers aside.
func TestRecordingIsNotStale(t *testing.T) {
	lines, err := record(t.Context(), "../..", t.TempDir())
	require.NoError(t, err)
	picture, err := os.ReadFile(filepath.Join("../..", folder, "run.svg"))
	require.NoError(t, err)
	require.Equal(t, textOf(t, drawTerminal(lines)), textOf(t, picture), "make the pictures again: go run ./.ci/pictures")
}

// textOf returns the lines of a drawing without numbers.
func textOf(t *testing.T, picture []byte) []string {
	t.Helper()
	var drawing struct {
		Text []struct {
			Parts []string `xml:"tspan"`
		} `xml:"text"`
	}
	require.NoError(t, xml.Unmarshal(picture, &drawing))
	var lines []string
	for _, line := range drawing.Text {
		lines = append(lines, measured.ReplaceAllString(strings.Join(line.Parts, ""), "N"))
	}
	return lines
}

// Whatever a line holds, it is shown as text, with its colours, in its width.
func TestTerminalIsDrawn(t *testing.T) {
	drawing := drawTerminal([]string{"$ a <b> & c", "\x1b[1;31mbad\x1b[0m \x1b[2mdim", strings.Repeat("x", columns+1)})
	require.Contains(t, string(drawing), `<tspan class="c1 c31">bad</tspan><tspan class=""> </tspan><tspan class="c2">dim</tspan>`)
	require.Equal(t, []string{"$ a <b> & c", "bad dim", strings.Repeat("x", columns-1) + "…"}, textOf(t, drawing))
}
