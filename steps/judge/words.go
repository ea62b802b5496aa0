package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// Expected says in words what the document wants.
func Expected(x oracle.Expectation) string {
	var whys []string
	for _, r := range append(slices.Clone(x.Accept), x.Refuse...) {
		whys = append(whys, r.Why)
	}
	switch {
	case len(x.Refuse) > 0:
		return "refused: " + strings.Join(whys, "; ")
	case x.NoBackup != "":
		return "no backup: Action is not CreateBackup"
	case len(x.Accept) > 0:
		return "accepted: " + strings.Join(whys, "; ")
	default:
		return "accepted or refused: the document leaves it open"
	}
}

// Say says in words what the target answered, without what changes from call to call.
func Say(e runner.Event) string {
	a := e.Answer
	switch {
	case a.Outcome == targets.Broken || a.Outcome == targets.Lost || a.Outcome == targets.Throttled:
		return a.Problem
	case e.Decision == targets.Refused && a.Outcome == targets.Accepted:
		return "accepted, and the job ended as failed"
	case e.Decision == targets.Refused && a.Code != "":
		return fmt.Sprintf("refused (%d %s)", a.Status, a.Code)
	case e.Decision == targets.Refused:
		return fmt.Sprintf("refused (%d)", a.Status)
	default:
		return fmt.Sprintf("accepted (%d)", a.Status)
	}
}
