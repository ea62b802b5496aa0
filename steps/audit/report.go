package audit

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"time"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/reports"
)

// phase is the name of the one phase of such a report.
const phase = "traffic"

// Report judges the calls that still wait for later answers, and returns what was found.
func (a *Auditor) Report() *reports.Report {
	for _, c := range a.waiting {
		a.judge(c)
	}
	a.waiting = nil
	took := a.last.Sub(a.begun).Seconds()
	r := &reports.Report{
		Schema: reports.Schema, Tool: reports.Tool{Name: "cbspec", Version: a.o.Version}, Edition: a.edition.Name,
		Seed: 1, Target: a.o.About, Started: a.begun.UTC().Format(time.RFC3339), DurationSeconds: math.Round(took*1000) / 1000,
		Complete: true, Warnings: a.counts.warnings(), Requests: a.counts.exchanges, Backups: a.counts.accepted,
		Throttled: a.counts.throttled, Options: reports.Options{Checks: 1, Strength: 1, Phases: []string{phase}},
		Phases:     []reports.Phase{{Name: phase, Cases: a.counts.calls, Requests: a.counts.exchanges, Seconds: took}},
		Behaviours: []reports.Behaviour{},
	}
	if a.o.Shards > 0 {
		r.Shard = fmt.Sprintf("%d/%d", a.o.Shard, a.o.Shards)
	}
	if took > 0 {
		r.Throughput = math.Round(float64(a.counts.exchanges) / took)
	}
	r.Target.Capabilities = []string{}
	var groups []reports.Group
	for _, rule := range a.rules {
		r.Rules = append(r.Rules, a.reportRule(rule))
		for i := range a.failures[rule.ID] {
			groups = append(groups, reports.Group{
				Main: reports.FailureRef{Rule: rule.ID, Index: i}, Others: []reports.FailureRef{{Rule: rule.ID, Index: i}},
			})
		}
	}
	reports.SetFindings(r, groups)
	r.Totals, r.Judged = reports.Sum(r), reports.JudgedOf(r)
	r.Verdict = reports.Verdict(r)
	return r
}

// reportRule returns what the traffic shows of one rule.
func (a *Auditor) reportRule(rule features.Rule) reports.Rule {
	r := reports.Rule{
		ID: rule.ID, Level: rule.Level, Area: rule.Area, Statement: rule.Statement, Section: rule.Section, Document: rule.Document,
		Feature: rule.File, Line: rule.Line, Cases: a.shown[rule.ID],
	}
	for i, f := range a.failures[rule.ID] {
		known := *f
		known.Replay = fmt.Sprintf("replays/%s-%d.json", rule.ID, i+1)
		r.Failures = append(r.Failures, known)
		r.Cases += f.Count
	}
	switch {
	case !slices.Contains(rule.Editions, a.edition.Name):
		r.Verdict, r.Reason, r.Failures = reports.NotApplicable, "not of the "+a.edition.Name+" edition", nil
	case len(r.Failures) > 0:
		r.Verdict, r.Party = reports.Failed, reports.PartyTarget
	case r.Cases > 0:
		r.Verdict = reports.Passed
	default:
		r.Verdict, r.Reason, r.Party = reports.Inconclusive, a.needs(rule), reports.PartyFixture
	}
	// The shards of traffic are merged by what they say of scenarios.
	r.Scenarios = []reports.Scenario{{Name: phase, Verdict: r.Verdict, Reason: r.Reason, Cases: r.Cases}}
	return r
}

// Endpoint returns the address that a request was sent to, without its query and user.
func Endpoint(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	u.RawQuery, u.Fragment, u.User = "", "", nil
	return u.String()
}

// warnings say what was seen and not judged.
func (n counts) warnings() []string {
	warnings := []string{}
	for _, w := range []struct {
		n    int
		text string
	}{
		{n.unreadable, "could not be read: a body is missing, is not as documented, or has too many parts"},
		{n.unanswered, "got no answer, or that of something before the server, and were not judged"},
		{n.throttled, "were asked to slow down, and were not judged"},
		{n.repeated, "were recorded twice and judged once"},
		{n.timeless, "have no time, so that they say nothing of the state of instances"},
		{n.late, "came too late for their time, so that no instance counts as exclusive: sort the records by time"},
	} {
		if w.n > 0 {
			warnings = append(warnings, fmt.Sprintf("%d of %d exchanges %s", w.n, n.exchanges, w.text))
		}
	}
	if n.calls == 0 {
		warnings = append(warnings, "the traffic has no call of CreateBackup")
	}
	return warnings
}
