package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/cucumber/godog"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/fixtures"
)

// PlanRow says what one rule would send.
type PlanRow struct {
	Rule         string // empty for what comes before the rules
	Phase        string
	Cases        int
	Calls        int
	Backups      int    // at most, if every call that may be is accepted
	Inconclusive string // why the rule would stay so
}

// planned is what a plan's session has in place of the target: it sends nothing and prepares nothing. It does not unwrap
// to the target, so that nobody can reach what does.
type planned struct {
	can targets.Capabilities
}

func (planned) Send(context.Context, targets.Call) (targets.Answer, error) {
	return targets.Answer{Outcome: targets.Refused, Status: 400}, nil
}

// Capabilities reports which conditions the target offers, and that nothing can be done with them.
func (p planned) Capabilities(context.Context) (targets.Capabilities, error) {
	can := p.can
	can.Provision, can.Observe, can.Complete, can.NextDay = false, false, false, false
	return can, nil
}

// Plan says what a run with these options would send, rule by rule. Nothing is sent but the question what the target can do. What a run finds on its
// way, failures above all, makes it send more.
func Plan(ctx context.Context, o Options) ([]PlanRow, error) {
	edition, err := oracle.EditionOf(cmp.Or(o.Edition, oracle.Original))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOptions, err)
	}
	real, _, err := trial.NewSession(ctx, o.Target, edition)
	if err != nil {
		return nil, err
	}
	can := real.Capabilities()
	s, err := openOver(ctx, o, planned{can})
	if err != nil {
		return nil, err
	}
	backupsLeft := math.MaxInt
	if single, is := targets.As[*fixtures.Single](o.Target); is {
		backupsLeft = single.Instances()
		if o.ReadOnly {
			backupsLeft = 0
		}
	}
	var rows []PlanRow
	if s.opens(can) {
		row := PlanRow{Phase: opening}
		for _, tour := range s.tours(generators.SequenceSteps{Complete: can.Complete, Change: real.Changes(), NextDay: can.NextDay}) {
			row.count(tour.Case)
		}
		rows = append(rows, row)
	}
	for _, r := range s.rules {
		if !s.selected[r.ID] {
			continue
		}
		row := PlanRow{Rule: r.ID, Phase: r.Phase, Inconclusive: s.notApplicable(r)}
		if row.Inconclusive == "" {
			if err := s.planRule(r, can, &row); err != nil {
				return nil, err
			}
		}
		row.Backups = min(row.Backups, backupsLeft)
		backupsLeft -= row.Backups
		rows = append(rows, row)
	}
	return rows, nil
}

// planRule reads the examples of a rule and draws their cases, without trying them.
func (s *suite) planRule(r features.Rule, can targets.Capabilities, row *PlanRow) error {
	var failed error
	has := map[string]bool{"provision": can.Provision, "observe": can.Observe, "complete": can.Complete, "next-day": can.NextDay, "lock": len(can.LockModes) > 0, "signature": true, "storage": true}
	for _, need := range r.Needs {
		if !has[need] {
			row.Inconclusive = "the target lacks the capability to " + need
			return nil
		}
	}
	if r.Phase != "examples" {
		row.Inconclusive = fmt.Sprintf("phase %s: as many cases as --checks and --strength make", r.Phase)
		return nil
	}
	godog.TestSuite{
		Name: r.ID,
		ScenarioInitializer: func(ctx *godog.ScenarioContext) {
			sc := &scenario{s: s, rule: r, model: s.model, fixed: generators.Pinned{}}
			ctx.Before(func(ctx context.Context, g *godog.Scenario) (context.Context, error) {
				sc.name = g.Name
				return ctx, nil
			})
			sc.define(ctx)
			sc.ran = true // the steps that look at what came of it find nothing
			ctx.After(func(ctx context.Context, _ *godog.Scenario, _ error) (context.Context, error) {
				attempts, err := sc.attempts()
				if err != nil {
					row.Inconclusive = err.Error()
					return ctx, nil
				}
				for _, a := range attempts {
					s.planAttempt(a, row)
				}
				return ctx, nil
			})
		},
		Options: &godog.Options{Format: "cucumber", Output: discard{}, Tags: "@" + r.ID, DefaultContext: s.ctx, FeatureContents: []godog.Feature{{Name: r.File, Contents: source(r)}}},
	}.Run()
	return failed
}

// planAttempt counts an attempt and its control case. All attempts on existing instances share one accepted call.
func (s *suite) planAttempt(a attempt, row *PlanRow) {
	switch {
	case s.shared == nil:
		row.count(a.kase)
		if a.twin != nil {
			row.count(*a.twin)
		}
		return
	case a.twin != nil:
		row.count(a.kase)
	}
	if !s.shared.planned && !s.o.ReadOnly {
		s.shared.planned = true
		row.count(s.shared.kase)
	}
}

// Probe makes one harmless call, of an Action that nobody has, and says in words what came of it.
func Probe(ctx context.Context, t targets.Target) (string, error) {
	a, err := t.Send(ctx, trial.Nonsense())
	if err == nil && a.Status == 0 {
		err = errors.New(a.Problem)
	}
	return trial.Say(trial.Event{Answer: a, Decision: a.Outcome}), err
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func (row *PlanRow) count(c targets.Case) {
	row.Cases++
	for _, step := range c.Steps {
		if step.Do == targets.StepCall {
			row.Calls++
			row.Backups++
		}
	}
}
