package format

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/cbspec/cbspec/reports"
)

// githubLevels are the commands of GitHub Actions for the levels of rules.
var githubLevels = map[string]string{reports.Must: "error", reports.Should: "warning"}

// githubShown is how many annotations GitHub shows of a step.
const githubShown = 10

// WriteGitHub writes an annotation of GitHub Actions for each failure of its own, most serious
// first, and one that counts those that GitHub would not show. A waived failure is a notice.
func WriteGitHub(w io.Writer, r *reports.Report) error {
	r = reports.Printable(r)
	var lines []string
	for _, level := range []string{reports.Must, reports.Should} {
		for _, f := range ownFailures(r) {
			if f.rule.Level == level {
				lines = append(lines, githubAnnotation(f))
			}
		}
	}
	if more := len(lines) - githubShown + 1; more > 1 {
		lines = append(lines[:githubShown-1], fmt.Sprintf("::error::%d more are in the report of cbspec", more))
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

func githubAnnotation(f ownFailure) string {
	level := cmp.Or(githubLevels[f.rule.Level], "notice")
	if f.Known != nil {
		level = "notice"
	}
	title := strings.NewReplacer(":", "%3A", ",", "%2C").Replace(githubText(f.rule.ID + " " + f.rule.Statement))
	return fmt.Sprintf("::%s title=%s::%s", level, title, githubText(sarifMessage(f.rule, f.Failure)))
}

// githubText returns a text as GitHub reads it, on one line.
func githubText(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}
