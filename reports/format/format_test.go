package format

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
)

// looks are the reports that golden files show in each format.
var looks = []samples.Sample{{Name: "mixed", Make: samples.Small}, {Name: "hostile", Make: samples.Attacked}}

func TestFormatsGolden(t *testing.T) {
	for _, f := range All() {
		for _, s := range looks {
			t.Run(s.Name+" as "+f.Name, func(t *testing.T) {
				golden(t, filepath.Join(s.Name, f.File), render(t, func(b *bytes.Buffer) error { return f.Write(b, s.Make()) }))
			})
		}
	}
}

func TestEveryFormatIsWrittenToAFile(t *testing.T) {
	for _, f := range All() {
		for _, s := range samples.All() {
			path := filepath.Join(t.TempDir(), "made", f.File)
			require.NoError(t, reports.WriteFile(path, func(w io.Writer) error { return f.Write(w, s.Make()) }))
			info, err := os.Stat(path)
			require.NoError(t, err)
			require.Positive(t, info.Size())
			require.Equal(t, os.FileMode(0o644), info.Mode())
		}
	}
}

// filled is a report with a text in place of every other text, even of those that cbspec chooses.
func filled(text string) *reports.Report {
	r := samples.Filled(text)
	for i := range r.Rules {
		r.Rules[i].Party = text
	}
	return r
}

// hostile is a report with attacks in every text.
func hostile() *reports.Report { return filled(samples.Attacks) }

// No text of a target can become anything but text.
func TestFormatsShowTheTextsOfATargetAsText(t *testing.T) {
	for _, f := range All() {
		t.Run(f.Name, func(t *testing.T) {
			out := string(render(t, func(b *bytes.Buffer) error { return f.Write(b, hostile()) }))
			nevers := []string{"\x1b", "\x00"}
			if f.Name != "json" { // which keeps the text of the target as it is
				nevers = append(nevers, "\u202e")
			}
			if f.Name == "badge" {
				nevers = append(nevers, "<script>document", "<img", "</style></svg>")
			}
			for _, never := range nevers {
				require.False(t, strings.Contains(out, never), "%q", never)
			}
		})
	}
}

func TestParse(t *testing.T) {
	f, err := Parse("junit")
	require.NoError(t, err)
	require.Equal(t, "junit.xml", f.File)

	f, err = Parse("junit=out/a=b.xml")
	require.NoError(t, err)
	require.Equal(t, "out/a=b.xml", f.File)

	f, err = Parse("cucumber", Format{Name: "cucumber", File: "cucumber.json"})
	require.NoError(t, err)
	require.Equal(t, "cucumber.json", f.File)

	_, err = Parse("junit=")
	require.ErrorContains(t, err, "path")

	_, err = Parse("pdf")
	require.EqualError(t, err, `there is no format "pdf": the formats are json, junit, html, markdown, sarif, gitlab, badge, badge-json`)
}
