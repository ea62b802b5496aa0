package format

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
)

func annotations(t *testing.T, r *reports.Report) []string {
	t.Helper()
	text := render(t, func(b *bytes.Buffer) error { return WriteGitHub(b, r) })
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

func TestGitHubAnnotations(t *testing.T) {
	for _, s := range looks {
		golden(t, s.Name+"/github.txt", []byte(strings.Join(annotations(t, s.Make()), "\n")+"\n"))
	}
}

// A text of a target is within one annotation, and never a command of its own.
func TestGitHubAnnotationsHoldTheTextsOfATarget(t *testing.T) {
	for _, line := range annotations(t, hostile()) {
		require.Regexp(t, `^::(error|warning|notice) title=[^:\r\n]*::[^\r\n]*$`, line)
	}
}

// GitHub shows ten annotations of a step: the last of them counts the rest.
func TestGitHubAnnotationsAreTen(t *testing.T) {
	r := samples.Small()
	rule := reports.Rule{ID: "CB-QUOTA-2", Level: reports.Must, Verdict: reports.Failed}
	for i := range 14 {
		rule.Failures = append(rule.Failures, reports.Failure{Law: fmt.Sprint(i)})
	}
	r.Rules, r.Findings = []reports.Rule{rule}, nil
	lines := annotations(t, r)
	require.Len(t, lines, 10)
	require.Equal(t, "::error::5 more are in the report of cbspec", lines[9])
}
