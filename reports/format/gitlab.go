package format

import (
	"cmp"
	"encoding/json"
	"io"

	"github.com/cbspec/cbspec/reports"
)

// gitlabSeverities are the severities of GitLab for the levels of rules.
var gitlabSeverities = map[string]string{reports.Must: "major", reports.Should: "minor"}

// writeGitLab writes the failures of a report as GitLab's code quality, which a merge request
// shows. A waived failure is for information.
func writeGitLab(w io.Writer, r *reports.Report) error {
	r = reports.Printable(r)
	issues := []object{}
	for _, f := range ownFailures(r) {
		severity := cmp.Or(gitlabSeverities[f.rule.Level], "info")
		if f.Known != nil {
			severity = "info"
		}
		issues = append(issues, object{
			"description": f.message(), "check_name": f.rule.ID, "fingerprint": f.fingerprint(), "severity": severity,
			"location": object{"path": f.rule.Feature, "lines": object{"begin": max(f.rule.Line, 1)}},
		})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(issues)
}
