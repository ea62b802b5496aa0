package selftest

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
)

// want is how a run must end.
type want struct {
	unreachable bool     // there is no report, for nothing answers
	cutShort    bool     // there is one, and it says that it is partial
	verdicts    []string // one of these; none says nothing of it
	fails       []string // these rules at least
	// honest: what fails is never said to have been decided wrongly, for the server decides rightly whatever becomes of its answers.
	honest bool
}

// unmet says in which way a run did not end as it must.
func (w want) unmet(r *reports.Report, err error) string {
	switch {
	case w.unreachable && (r != nil || !errors.Is(err, targets.ErrUnreachable)):
		return fmt.Sprintf("a target that answers nothing was not said to be unreachable: %v", err)
	case w.unreachable:
		return ""
	case r == nil:
		return fmt.Sprintf("there is no report: %v", err)
	case w.cutShort && (r.Complete || r.CutShort == ""):
		return "the report does not say that it is partial"
	case !w.cutShort && err != nil:
		return "the run was cut short: " + err.Error()
	case len(w.verdicts) > 0 && !slices.Contains(w.verdicts, r.Verdict):
		return "the verdict is " + r.Verdict
	}
	for _, id := range w.fails {
		if !slices.Contains(failed(r), id) {
			return id + " did not fail"
		}
	}
	if w.honest {
		return slander(r)
	}
	return ""
}

// slander finds a failure that says of a server which decides rightly that it decided wrongly.
func slander(r *reports.Report) string {
	for _, rule := range r.Rules {
		for _, f := range rule.Failures {
			if f.Kind == reports.KindWronglyAccepted || f.Kind == reports.KindWronglyRefused {
				return fmt.Sprintf("%s: %s, which is not so", rule.ID, f.Law)
			}
		}
	}
	return ""
}
