package steps

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"github.com/cucumber/godog"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/scenario"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/fixtures"
)

// PlanRow says what one rule would send.
type PlanRow struct {
	Rule         string // empty for what comes before the rules
	Phase        string
	Cases        int
	Calls        int
	Backups      int    // at most, if every call that may be accepted is
	Inconclusive string // why the rule would stay inconclusive
}

// count adds a case.
func (row *PlanRow) count(c targets.Case) {
	row.Cases++
	for _, step := range c.Steps {
		if step.Do == targets.StepCall {
			row.Calls++
			row.Backups++
		}
	}
}

// planned is what the session of a plan has in place of the target: it sends nothing and prepares
// nothing. It does not unwrap to the target, so that nothing can reach what does.
type planned struct {
	can targets.Capabilities
}

func (planned) Send(context.Context, targets.Call) (targets.Answer, error) {
	return targets.Answer{Outcome: targets.Refused, Status: 400, Code: "NotSent"}, nil
}

// Capabilities returns which conditions the target offers, and that nothing can be done with them.
func (p planned) Capabilities(context.Context) (targets.Capabilities, error) {
	can := p.can
	can.Provision, can.Observe, can.Complete, can.NextDay = false, false, false, false
	return can, nil
}

// Plan says what a run with these options would send, rule by rule. It sends nothing but the
// question what the target can do. A run sends more where it finds failures.
func Plan(ctx context.Context, o Options) ([]PlanRow, error) {
	edition, err := oracle.EditionOf(cmp.Or(o.Edition, oracle.Original))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOptions, err)
	}
	session, _, err := runner.NewSession(ctx, runner.Config{Target: o.Target, Edition: edition})
	if err != nil {
		return nil, err
	}
	can := session.Capabilities()
	s, err := openOver(ctx, o, planned{can})
	if err != nil {
		return nil, err
	}
	p := &plan{suite: s, can: can, backupsLeft: backupsLeft(o)}
	if s.screens(can) {
		p.screening(generators.SequenceSteps{Complete: can.Complete, Change: session.Changes(), NextDay: can.NextDay})
	}
	for _, r := range s.rules {
		if s.selected[r.ID] {
			p.rule(r)
		}
	}
	return p.rows, nil
}

// backupsLeft returns how many backups the instances of a target allow.
func backupsLeft(o Options) int {
	single, is := targets.As[*fixtures.Single](o.Target)
	switch {
	case !is:
		return math.MaxInt
	case o.ReadOnly:
		return 0
	default:
		return single.Instances()
	}
}

// plan counts what a run would send.
type plan struct {
	*suite
	can         targets.Capabilities
	rows        []PlanRow
	backupsLeft int
	plainCall   bool // the plain call on a single instance is counted
}

func (p *plan) screening(able generators.SequenceSteps) {
	row := PlanRow{Phase: screening}
	for _, q := range (screener{p.suite}).sequences(able) {
		row.count(q.Case)
	}
	p.rows = append(p.rows, row)
}

func (p *plan) rule(r features.Rule) {
	row := PlanRow{Rule: r.ID, Phase: r.Phase, Inconclusive: p.inconclusive(r)}
	if row.Inconclusive == "" {
		p.examples(r, &row)
	}
	row.Backups = min(row.Backups, p.backupsLeft)
	p.backupsLeft -= row.Backups
	p.rows = append(p.rows, row)
}

// inconclusive says why the cases of a rule cannot be counted, or nothing.
func (p *plan) inconclusive(r features.Rule) string {
	if why := p.notApplicable(r); why != "" {
		return why
	}
	has := map[string]bool{
		"provision": p.can.Provision, "observe": p.can.Observe, "complete": p.can.Complete, "next-day": p.can.NextDay,
		"lock": len(p.can.LockModes) > 0, "signature": true, "storage": true,
	}
	for _, need := range r.Needs {
		if !has[need] {
			return scenario.Lacks(need)
		}
	}
	if r.Phase != "examples" {
		return fmt.Sprintf("phase %s: as many cases as --checks and --strength make", r.Phase)
	}
	return ""
}

// examples reads the examples of a rule and draws their cases, without running them.
func (p *plan) examples(r features.Rule, row *PlanRow) {
	p.godog(r, func(ctx *godog.ScenarioContext) {
		sc := scenario.New(p.env, r)
		ctx.Before(func(ctx context.Context, g *godog.Scenario) (context.Context, error) {
			sc.Begin(g.Name)
			return ctx, nil
		})
		sc.Bind(ctx)
		sc.DryRun()
		ctx.After(func(ctx context.Context, _ *godog.Scenario, _ error) (context.Context, error) {
			cases, err := sc.Cases()
			if err != nil {
				row.Inconclusive = err.Error()
			}
			for _, c := range cases {
				p.count(c, row)
			}
			return ctx, nil
		})
	})
}

// count counts a case and its control case. On a single instance, all cases share one accepted
// call.
func (p *plan) count(c testcase.Case, row *PlanRow) {
	single, is := p.single()
	if !is || c.Control != nil {
		row.count(c.Case)
	}
	if !is && c.Control != nil {
		row.count(*c.Control)
	}
	if is && !p.plainCall && !p.o.ReadOnly {
		p.plainCall = true
		row.count(single.Plain)
	}
}
