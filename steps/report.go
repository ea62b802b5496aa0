package steps

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose"
	"github.com/cbspec/cbspec/steps/precondition"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// reporter makes the report of a run.
type reporter struct{ *suite }

// report returns what the run found. cut is why it ended early, or nil.
func (s reporter) report(cut error) *reports.Report {
	took := time.Since(s.started).Seconds()
	stats := s.session.Stats()
	s.noteThrottling(stats)
	r := &reports.Report{
		Schema: reports.Schema, Tool: reports.Tool{Name: "cbspec", Version: s.o.Version},
		Target: s.o.About, Edition: s.session.Edition.Name, Seed: s.o.Seed, Shard: s.o.Shard.String(),
		Started: s.started.UTC().Format(time.RFC3339), DurationSeconds: math.Round(took*1000) / 1000,
		Complete: cut == nil || errors.Is(cut, errDead), Warnings: s.warnings,
		Requests: s.o.SentBefore + stats.Requests, Backups: s.o.MadeBefore + stats.Backups, Throttled: stats.Throttled,
		Throughput: math.Round(float64(stats.Requests) / took), Latency: latency(stats.Latencies),
		Phases: s.phases, Coverage: s.coverage.report(), Behaviours: s.observations.report(),
		Options: reports.Options{Checks: s.o.Checks, Strength: s.o.Strength, Phases: s.o.Phases},
	}
	r.Target.Capabilities = capabilityNames(s.session.Capabilities())
	if !r.Complete {
		r.CutShort, r.LeftOut = whyCutShort(cut), s.leftOut(cut)
	}
	for _, rule := range s.rules {
		r.Rules = append(r.Rules, s.reportRule(rule, cut))
		for i := range r.Behaviours {
			if r.Behaviours[i].ID == rule.ID {
				r.Behaviours[i].Subject = rule.Open
			}
		}
	}
	if s.diagnosis != nil {
		reports.SetFindings(r, s.diagnosis.Groups())
	}
	s.drawPictures(r)
	r.Totals, r.Judged = reports.Sum(r), reports.JudgedOf(r)
	r.Verdict = reports.Verdict(r)
	return r
}

// oftenThrottled is the share of throttled answers, in percent, of which the report warns.
const oftenThrottled = 1

// noteThrottling warns of a target that often asked to slow down.
func (s reporter) noteThrottling(stats runner.Stats) {
	share := 100 * stats.Throttled / max(stats.Calls+stats.Throttled, 1)
	if share >= oftenThrottled {
		s.warn(fmt.Sprintf("%d %% of the answers were %d and asked to slow down, so the run waited: use --requests-per-second",
			share, stats.ThrottledBy))
	}
}

// reportRule returns what the run found about one rule.
func (s reporter) reportRule(rule features.Rule, cut error) reports.Rule {
	rec := s.final(rule, cut)
	r := reports.Rule{
		ID: rule.ID, Level: rule.Level, Area: rule.Area, Statement: rule.Statement, Section: rule.Section, Document: rule.Document,
		Feature: rule.File, Line: rule.Line, Verdict: rec.verdict, Reason: rec.reason, Reasons: reports.ReasonsOf(rec.reason),
		Party: rec.party, Cases: rec.cases, Scenarios: rec.scenarios,
	}
	if rec.verdict != reports.Skipped {
		r.Failures = slices.Clone(s.failures(rule.ID))
	}
	for i := range r.Failures {
		if r.Failures[i].Case == nil {
			continue // it only points at other rules
		}
		r.Failures[i].Replay = fmt.Sprintf("replays/%s-%d.json", rule.ID, i+1)
		r.Failures[i].ReplayFlags = s.o.ReplayFlags
	}
	return r
}

// leftOut says how many rules of each phase were not run because the time was up.
func (s reporter) leftOut(cut error) []string {
	var left []string
	for _, phase := range features.Phases() {
		selected, missing := 0, 0
		for _, rule := range s.rules {
			if rule.Phase != phase || !s.selected[rule.ID] {
				continue
			}
			selected++
			if v := s.records[rule.ID].verdict; v == "" || v == reports.Skipped {
				missing++
			}
		}
		if missing > 0 && errors.Is(cut, context.DeadlineExceeded) {
			left = append(left, fmt.Sprintf("%s: %d of %d rules", phase, missing, selected))
		}
	}
	return left
}

// final returns the record of a rule with its verdict at the end of the run. A failure
// that was found after the rule ran, or while it did not run at all, fails it.
func (s reporter) final(rule features.Rule, cut error) record {
	rec := *s.records[rule.ID]
	failed := len(s.failures(rule.ID)) > 0
	notRun := rec.verdict == "" || cut != nil && s.selected[rule.ID] && rec.verdict == reports.Skipped
	switch {
	case rec.verdict == reports.Skipped && s.o.unwanted(rule):
	case failed && rec.verdict == reports.Failed:
	case failed:
		rec.verdict, rec.reason, rec.party = reports.Failed, "", reports.PartyTarget
	case notRun && s.notApplicable(rule) != "":
		rec.verdict, rec.reason, rec.party = reports.NotApplicable, s.notApplicable(rule), ""
	case notRun:
		rec.verdict, rec.reason, rec.party = reports.Inconclusive, whyCutShort(cut), partyOf(cut)
	}
	return rec
}

// whyCutShort says why a run ended early; it is empty where it did not.
func whyCutShort(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, runner.ErrLost):
		return err.Error()
	case errors.Is(err, context.Canceled):
		return "the run was interrupted"
	case errors.Is(err, context.DeadlineExceeded):
		return "the time of the run was up"
	case errors.Is(err, targets.ErrBudget):
		return err.Error() + ": go on tomorrow, or raise limits.backups"
	default:
		return err.Error()
	}
}

// partyOf returns whose fault it is that something could not be tried.
func partyOf(err error) string {
	switch {
	case errors.Is(err, ErrEnough):
		return reports.PartyHarness
	case errors.Is(err, runner.ErrSetup), precondition.Is(err):
		return reports.PartyFixture
	case errors.Is(err, runner.ErrLost):
		return reports.PartyNetwork
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, targets.ErrBudget):
		return reports.PartyHarness
	default:
		return reports.PartyTarget
	}
}

// capabilityNames lists what the target can do.
func capabilityNames(can targets.Capabilities) []string {
	list := []string{}
	for _, c := range []struct {
		has  bool
		name string
	}{{can.Provision, "provision"}, {can.Observe, "observe"}, {can.Complete, "complete"}, {can.NextDay, "next day"}} {
		if c.has {
			list = append(list, c.name)
		}
	}
	return list
}

// drawPictures gives the pictures of races to whoever wants them, and notes their paths.
func (s reporter) drawPictures(r *reports.Report) {
	if s.diagnosis == nil || s.o.OnPicture == nil {
		return
	}
	for i, p := range s.diagnosis.Pictures() {
		for j := range r.Rules {
			if r.Rules[j].ID == p.Rule && p.Failure < len(r.Rules[j].Failures) {
				r.Rules[j].Failures[p.Failure].Picture = s.draw(p, i+1)
			}
		}
	}
}

// draw gives away the n-th picture, and returns its path beside the report.
func (s reporter) draw(p diagnose.Picture, n int) string {
	var page bytes.Buffer
	if err := p.Picture.Draw(&page); err != nil {
		s.warn("A history could not be drawn: " + err.Error())
		return ""
	}
	name := fmt.Sprintf("histories/%s-%d.html", p.Rule, n)
	s.o.OnPicture(name, page.Bytes())
	return name
}

// latency returns the percentiles of sorted durations, in milliseconds.
func latency(ds []time.Duration) reports.Latency {
	if len(ds) == 0 {
		return reports.Latency{}
	}
	at := func(p float64) float64 {
		d := ds[int(p*float64(len(ds)-1))]
		return math.Round(float64(d.Microseconds())) / 1000
	}
	return reports.Latency{P50: at(0.5), P90: at(0.9), P99: at(0.99), Max: at(1)}
}
