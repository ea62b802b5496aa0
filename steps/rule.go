package steps

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/cucumber/godog"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/scenario"
)

// runRule runs the scenarios of one rule. Its error is one that ends the run.
func (s *suite) runRule(r features.Rule) error {
	if s.notApplicable(r) == "" {
		s.done++
	}
	if s.passOver(r) {
		return nil
	}
	rec := s.records[r.ID]
	rec.verdict, rec.reason = "", ""
	run := &ruleRun{suite: s, rule: r}
	status, output := s.godog(r, run.initialise)
	if s.o.OnScript != nil {
		s.o.OnScript(output)
	}
	s.settle(r)
	if run.ended != nil && rec.verdict != reports.Failed {
		rec.verdict = "" // the rest of the rule might have failed
		return run.ended
	}
	if status != 0 && !run.failing && rec.verdict == reports.Passed {
		return fmt.Errorf("%s: an example did not run to its end: %s", r.ID, firstLine(string(output)))
	}
	s.event(Event{Kind: "rule", Rule: r.ID, Phase: r.Phase, Verdict: rec.verdict, Message: rec.reason})
	return run.ended
}

// passOver reports whether a rule is not to be run, and then gives it its verdict.
func (s *suite) passOver(r features.Rule) bool {
	rec := s.records[r.ID]
	switch why := s.notApplicable(r); {
	case why != "":
		rec.verdict, rec.reason = reports.NotApplicable, why
	case s.leased() && usesQuota(r) && !s.o.Quota && len(s.o.Rules) == 0:
		rec.verdict, rec.party = reports.Inconclusive, reports.PartyHarness
		rec.reason = "it would use up the backups of a day: ask for it with --quota"
	default:
		return false
	}
	return true
}

// godog runs the scenarios of a rule with godog. It returns godog's exit code and Cucumber JSON.
func (s *suite) godog(r features.Rule, initialise func(*godog.ScenarioContext)) (status int, output []byte) {
	var out bytes.Buffer
	status = godog.TestSuite{
		Name: r.ID, ScenarioInitializer: initialise,
		Options: &godog.Options{
			Format: "cucumber", Output: &out, Strict: true, Tags: "@" + r.ID, DefaultContext: s.ctx,
			FeatureContents: []godog.Feature{{Name: r.File, Contents: source(r)}},
		},
	}.Run()
	return status, out.Bytes()
}

// ruleRun is one run of the scenarios of a rule.
type ruleRun struct {
	*suite
	rule    features.Rule
	failing bool  // a scenario failed
	ended   error // why the run ends
}

// initialise readies one scenario.
func (run *ruleRun) initialise(ctx *godog.ScenarioContext) {
	sc := scenario.New(run.env, run.rule)
	begun := time.Now()
	ctx.Before(func(ctx context.Context, g *godog.Scenario) (context.Context, error) {
		sc.Begin(g.Name)
		return ctx, run.ended
	})
	sc.Bind(ctx)
	ctx.After(func(ctx context.Context, _ *godog.Scenario, err error) (context.Context, error) {
		run.failing = run.failing || sc.Outcome().Failed > 0
		if run.ended == nil {
			run.ended = run.finish(sc, err, time.Since(begun))
		}
		return ctx, nil
	})
}

// finish ends one scenario: it has what went wrong explained, and adds the scenario to the record
// of its rule. Its error is one that ends the run.
func (run *ruleRun) finish(sc *scenario.Scenario, stepErr error, took time.Duration) error {
	if errors.Is(stepErr, scenario.ErrFailed) {
		stepErr = nil
	}
	if cause := context.Cause(run.ctx); stepErr != nil && cause != nil {
		stepErr = cause
	}
	o := sc.Outcome()
	for _, d := range o.Differences {
		if err := run.diagnosis.ExplainDifference(run.ctx, under(sc), d); err != nil {
			return err
		}
	}
	if err := run.diagnosis.Explain(run.ctx, under(sc), o.Results); err != nil {
		return err
	}
	rec := run.records[run.rule.ID]
	row := rowOf(run.scenarioEvidence(o))
	row.Name, row.Seconds = sc.Name(), took.Seconds()
	rec.cases += row.Cases
	rec.scenarios = append(rec.scenarios, row)
	if rec.party == "" {
		rec.party = o.Party
	}
	return stepErr
}

func (run *ruleRun) scenarioEvidence(o scenario.Outcome) scenarioEvidence {
	return scenarioEvidence{
		Outcome: o, universal: universal(run.rule), ownFailures: len(run.failures(run.rule.ID)),
		others: run.diagnosis.RulesFailedUnder(run.rule.ID), rule: run.rule.ID, unproven: run.unproven,
	}
}

// source returns the feature file of a rule.
func source(r features.Rule) []byte {
	text, err := fs.ReadFile(features.Files, strings.TrimPrefix(r.File, "features/"))
	if err != nil {
		panic(err) // the catalogue was read from this very file
	}
	return text
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

// notApplicable says why a rule does not apply to the target, or nothing.
func (s *suite) notApplicable(r features.Rule) string {
	if !slices.Contains(r.Editions, s.session.Edition.Name) {
		return "not of the " + s.session.Edition.Name + " edition"
	}
	if slices.Contains(r.Needs, "signature") && !s.env.ChecksSignatures() {
		return "the target checks no signatures"
	}
	return ""
}
