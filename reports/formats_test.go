package reports

import (
	"bytes"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// formats are the writers whose output people and CI servers see.
var formats = []struct {
	extension string
	write     func(io.Writer, *Report) error
}{{"md", WriteMarkdown}, {"sarif", WriteSARIF}, {"html", WriteHTML}, {"svg", WriteBadge}, {"badge.json", WriteBadgeJSON}}

func TestFormatsGolden(t *testing.T) {
	for _, f := range formats {
		for _, s := range shown {
			t.Run(s.name+"."+f.extension, func(t *testing.T) {
				golden(t, s.name+"."+f.extension, render(t, func(b *bytes.Buffer) error { return f.write(b, s.make()) }))
			})
		}
	}
}

// What a target says reaches no format as anything but text.
func TestFormatsShowWhatATargetSaidAsText(t *testing.T) {
	for _, f := range formats {
		t.Run(f.extension, func(t *testing.T) {
			out := string(render(t, func(b *bytes.Buffer) error { return f.write(b, hostile()) }))
			nevers := []string{"\x1b", "\u202e", "\x00"}
			if f.extension == "html" || f.extension == "svg" {
				nevers = append(nevers, "<script>document", "<img", "</style></svg>")
			}
			for _, never := range nevers {
				require.False(t, strings.Contains(out, never), "%q", never)
			}
		})
	}
}

// many is a report of a run with so many cases, each rule with several scenarios.
func many() *Report {
	r := broken()
	for i := range r.Rules {
		r.Rules[i].Cases = 10_000 / len(r.Rules)
	}
	return finish(r)
}

func TestPageIsSmall(t *testing.T) {
	require.Less(t, len(render(t, func(b *bytes.Buffer) error { return WriteHTML(b, many()) })), 2<<20)
}

func BenchmarkHTML(b *testing.B) {
	r := many()
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, WriteHTML(io.Discard, r))
	}
}

// A browser shows the page as it was meant: its own script runs, and nothing else does.
func TestPageInABrowser(t *testing.T) {
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			browser = path
		}
	}
	if browser == "" || testing.Short() {
		t.Skip("no browser is there, or the tests are to be short")
	}
	for name, r := range map[string]*Report{"clean": clean(), "broken": broken(), "untested": untested(), "hostile": hostile()} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "report.html")
			require.NoError(t, WriteFile(path, func(w io.Writer) error { return WriteHTML(w, r) }))
			out, err := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+dir, "--enable-logging=stderr", "--v=0",
				"--dump-dom", "file://"+path).CombinedOutput()
			require.NoError(t, err, string(out))
			dom := string(out)
			require.Contains(t, dom, " of ", "the page's own script has run")
			require.NotContains(t, dom, `<form id="filter" hidden`)
			require.NotContains(t, dom, "Refused to execute")
			require.False(t, strings.Contains(dom, "CONSOLE") && strings.Contains(dom, "Error"), dom)
		})
	}
}
