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

// The failures that GitHub leaves out are never more serious than one that it shows.
func TestGitHubAnnotationsBeginWithTheMostSerious(t *testing.T) {
	r := samples.Small()
	waived := reports.Rule{ID: "CB-QUOTA-2", Level: reports.Must, Verdict: reports.Failed}
	for i := range 14 {
		waived.Failures = append(waived.Failures, reports.Failure{Law: fmt.Sprint(i), Known: &reports.Waiver{}})
	}
	fails := func(level string) reports.Rule {
		return reports.Rule{ID: "CB-" + level, Level: level, Verdict: reports.Failed, Failures: []reports.Failure{{Law: level}}}
	}
	r.Rules, r.Findings = []reports.Rule{waived, fails(reports.Should), fails(reports.Must)}, nil
	lines := annotations(t, r)
	require.Len(t, lines, 10)
	require.Contains(t, lines[0], "::error title=CB-must")
	require.Contains(t, lines[1], "::warning title=CB-should")
	require.Equal(t, "::notice::7 more are in the report of cbspec", lines[9], "all of these are waived")
}
