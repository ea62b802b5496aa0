package selftest

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
)

// ending is how a run against an adversarial server must end.
type ending struct {
	unreachable bool     // without a report, because nothing answers
	cutShort    bool     // with a report that says it is partial
	verdicts    []string // with one of these verdicts; empty: any
	fails       []string // with at least these rules failed
	// decidesRightly: the server accepts and refuses rightly, even where its answers arrive damaged
	// or not at all. So no failure may say that it accepted or refused wrongly.
	decidesRightly bool
}

// problem says in which way a run did not end as it must. It is empty if it did.
func (e ending) problem(r *reports.Report, err error) string {
	switch {
	case e.unreachable && (r != nil || !errors.Is(err, targets.ErrUnreachable)):
		return fmt.Sprintf("the run does not report that the target is unreachable: %v", err)
	case e.unreachable:
		return ""
	case r == nil:
		return fmt.Sprintf("there is no report: %v", err)
	case e.cutShort && (r.Complete || r.CutShort == ""):
		return "the report does not say that it is partial"
	case !e.cutShort && err != nil:
		return "the run was cut short: " + err.Error()
	case len(e.verdicts) > 0 && !slices.Contains(e.verdicts, r.Verdict):
		return "the verdict is " + r.Verdict
	}
	for _, id := range e.fails {
		if !slices.Contains(failed(r), id) {
			return id + " did not fail"
		}
	}
	if e.decidesRightly {
		return wrongAccusation(r)
	}
	return ""
}

// exitOf returns the exit code of cbspec for a run.
func exitOf(r run) int {
	switch {
	case r.err != nil || r.report == nil:
		return 3
	case r.report.Verdict == reports.NothingTested:
		return 4
	case r.report.Verdict == reports.NotConformant:
		return 1
	default:
		return 0
	}
}

// wrongAccusation finds a failure that accuses a server of a wrong decision.
func wrongAccusation(r *reports.Report) string {
	for _, rule := range r.Rules {
		for _, f := range rule.Failures {
			if f.Kind == reports.KindWronglyAccepted || f.Kind == reports.KindWronglyRefused {
				return fmt.Sprintf("%s accuses the server of a wrong decision: %s", rule.ID, f.Law)
			}
		}
	}
	return ""
}

// failed lists the rules that failed.
func failed(r *reports.Report) []string {
	var ids []string
	for _, rule := range r.Rules {
		if rule.Verdict == reports.Failed {
			ids = append(ids, rule.ID)
		}
	}
	return ids
}
