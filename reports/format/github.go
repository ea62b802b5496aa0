package format

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/reports"
)

// githubCommands are the commands of GitHub Actions for annotations, the most serious first.
var githubCommands = []string{"error", "warning", "notice"}

// githubShown is how many annotations GitHub shows of a step.
const githubShown = 10

// WriteGitHub writes an annotation of GitHub Actions for each failure of its own, most serious
// first, and one that counts those that GitHub would not show. A waived failure is a notice.
func WriteGitHub(w io.Writer, r *reports.Report) error {
	list := ownFailures(reports.Printable(r))
	slices.SortStableFunc(list, func(a, b ownFailure) int {
		return slices.Index(githubCommands, githubCommand(a)) - slices.Index(githubCommands, githubCommand(b))
	})
	var lines []string
	for _, f := range list {
		lines = append(lines, githubAnnotation(f))
	}
	if more := len(lines) - githubShown + 1; more > 1 {
		most := githubCommand(list[githubShown-1])
		lines = append(lines[:githubShown-1], fmt.Sprintf("::%s::%d more are in the report of cbspec", most, more))
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// githubCommand returns one of [githubCommands].
func githubCommand(f ownFailure) string {
	switch {
	case f.Known != nil:
		return "notice"
	case f.rule.Level == reports.Must:
		return "error"
	case f.rule.Level == reports.Should:
		return "warning"
	}
	return "notice"
}

func githubAnnotation(f ownFailure) string {
	title := strings.NewReplacer(":", "%3A", ",", "%2C").Replace(githubText(f.rule.ID + " " + f.rule.Statement))
	return fmt.Sprintf("::%s title=%s::%s", githubCommand(f), title, githubText(f.message()))
}

// githubText returns a text as GitHub reads it, on one line.
func githubText(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}
