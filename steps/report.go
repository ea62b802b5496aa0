package steps

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/trial"
)

// report writes what the run came to. cut is why it ended early, or nil.
func (s *suite) report(cut error) *reports.Report {
	took := time.Since(s.started).Seconds()
	stats := s.session.Stats()
	r := &reports.Report{
		Schema: reports.Schema, Tool: reports.Tool{Name: "cbspec", Version: s.o.Version}, Edition: s.session.Edition.Name, Seed: s.o.Seed,
		Shard: s.o.Shard.String(), Target: s.o.About, Started: s.started.UTC().Format(time.RFC3339), DurationSeconds: math.Round(took*1000) / 1000,
		Complete: cut == nil, Warnings: s.warnings, LeftOut: s.leftOut, Requests: stats.Requests, Backups: stats.Backups, Throttled: stats.Throttled,
		Throughput: math.Round(float64(stats.Requests) / took), Latency: latency(stats.Latencies), Phases: s.phases, Coverage: s.ledger.coverage(),
		Behaviours: s.behaviours.report(),
		Options:    reports.Options{Checks: s.o.Checks, Strength: s.o.Strength, Phases: s.o.Phases},
	}
	r.Target.Capabilities = s.capabilities()
	if cut != nil {
		r.CutShort = cutShort(cut)
	}
	for _, rule := range s.rules {
		rec := s.records[rule.ID]
		if rec.verdict == "" || cut != nil && s.selected[rule.ID] && rec.verdict == reports.Skipped {
			rec.verdict, rec.reason, rec.party = reports.Inconclusive, r.CutShort, inconclusiveParty(cut)
			if len(rec.failures) > 0 {
				rec.verdict, rec.reason, rec.party = reports.Failed, "", reports.PartyTarget
			} else if na := s.notApplicable(rule); na != "" {
				rec.verdict, rec.reason, rec.party = reports.NotApplicable, na, ""
			}
		}
		if rec.verdict == reports.Skipped && len(rec.failures) > 0 {
			if s.o.unwanted(rule) {
				rec.failures = nil
			} else {
				// Its turn did not come, and what was tried for other rules breaks it all the same.
				rec.verdict, rec.reason, rec.party = reports.Failed, "", reports.PartyTarget
			}
		}
		r.Rules = append(r.Rules, reports.Rule{
			ID: rule.ID, Level: rule.Level, Area: rule.Area, Statement: rule.Statement, Section: rule.Section, Document: rule.Document,
			Feature: rule.File, Line: rule.Line, Verdict: rec.verdict, Reason: rec.reason, Party: rec.party, Cases: rec.cases,
			Scenarios: rec.scenarios, Failures: slices.Clone(rec.failures),
		})
	}
	for i := range r.Rules {
		for j := range r.Rules[i].Failures {
			if r.Rules[i].Failures[j].Case == nil {
				continue // it only points at other rules
			}
			r.Rules[i].Failures[j].Replay = fmt.Sprintf("replays/%s-%d.json", r.Rules[i].ID, j+1)
			r.Rules[i].Failures[j].ReplayFlags = s.o.ReplayFlags
		}
	}
	for i, p := range s.pictures {
		for j := range r.Rules {
			if r.Rules[j].ID == p.rule && p.failure < len(r.Rules[j].Failures) {
				r.Rules[j].Failures[p.failure].Picture = s.draw(p, i+1)
			}
		}
	}
	r.Totals = reports.Sum(r)
	r.Verdict = reports.Verdict(r)
	return r
}

// cutShort says why a run ended early.
func cutShort(err error) string {
	switch {
	case errors.Is(err, trial.ErrLost):
		return err.Error()
	case errors.Is(err, context.Canceled):
		return "the run was interrupted"
	case errors.Is(err, context.DeadlineExceeded):
		return "the time of the run was up"
	default:
		return err.Error()
	}
}

func (s *suite) capabilities() []string {
	can := s.session.Capabilities()
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

// latency gives percentiles of sorted durations.
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
