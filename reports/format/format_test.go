package reports

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// formats are the writers whose output people and CI servers see.
var formats = []struct {
	extension string
	write     func(io.Writer, *Report) error
}{{"md", WriteMarkdown}, {"sarif", WriteSARIF}, {"svg", WriteBadge}, {"badge.json", WriteBadgeJSON}}

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
			if f.extension == "svg" {
				nevers = append(nevers, "<script>document", "<img", "</style></svg>")
			}
			for _, never := range nevers {
				require.False(t, strings.Contains(out, never), "%q", never)
			}
		})
	}
}
