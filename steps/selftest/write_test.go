package selftest

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files, and the kept matrices into the README")

func TestFormats(t *testing.T) {
	m := Matrix{Edition: "original", MedianRequests: 120, Outcomes: []Outcome{
		{
			Kind: Fault, Name: "quota-ignored", Description: "There is no daily quota.", Factors: 1,
			Expected: []string{"CB-QUOTA-2"}, DetectedBy: []string{"CB-QUOTA-2", "CB-SEQ-1"},
			Seeds: Seeds{Expected: 2}, Requests: 121, Seconds: 0.25,
			Explanation: &Explanation{Findings: 1, Rule: true, Exact: true, Requests: 110},
		},
		{
			Kind: Fault, Name: "type-any", Description: "Any BackupType is accepted.", Factors: 1,
			Expected: []string{"CB-TYPE-3"}, DetectedBy: []string{"CB-COMBO-1"},
			Seeds: Seeds{Others: 1, None: 1}, Requests: 6714, Seconds: 3,
			Explanation: &Explanation{Findings: 3, Requests: 240},
		},
		{Kind: Variation, Name: "chunked", Description: "Answers are sent in chunks.", Seeds: Seeds{None: 2}},
		{
			Kind: Adversary, Name: "always-no", Description: "A server that refuses every request.",
			Problems: []string{"the verdict is conformant"},
		},
	}}
	for _, format := range Formats() {
		t.Run(format, func(t *testing.T) {
			var b bytes.Buffer
			require.NoError(t, m.Write(&b, format))
			golden := filepath.Join("testdata", "matrix."+format)
			if *update {
				require.NoError(t, os.WriteFile(golden, b.Bytes(), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), b.String(), "go test ./steps/selftest -run Formats -update")
		})
	}
	require.ErrorContains(t, m.Write(&bytes.Buffer{}, "nonsense"), "table, json, markdown, html")
}
