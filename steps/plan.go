package steps

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/cucumber/godog"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/scenario"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/fixtures"
	"github.com/cbspec/cbspec/targets/gate"
)

// PlanRow says what one rule would send.
type PlanRow struct {
	Rule         string // empty for what comes before and beside the rules
	Phase        string
	Cases        int
	Calls        int
	Backups      int    // at most, if every call that may be accepted is
	Inconclusive string // why the rule would stay inconclusive
}

// count adds a case. A target may take a raw request for two.
func (row *PlanRow) count(c targets.Case) {
	row.Cases++
	for _, step := range c.Steps {
		if step.Do != targets.StepCall {
			continue
		}
		row.Calls++
		row.Backups++
		if step.Call.Wire != "" {
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

// Capabilities returns what the target can do.
func (p planned) Capabilities(context.Context) (targets.Capabilities, error) { return p.can, nil }

// The methods of what the target can do. They only say that it can.

func (planned) Provision(context.Context, targets.Condition) (string, error) {
	return "", testcase.ErrPlanned
}
func (planned) Release(context.Context, string) error { return testcase.ErrPlanned }
func (planned) Backups(context.Context, string) ([]targets.Backup, error) {
	return nil, testcase.ErrPlanned
}
func (planned) Complete(context.Context, string, string) error { return testcase.ErrPlanned }
func (planned) NextDay(context.Context, string) error          { return testcase.ErrPlanned }

// plannedChanger is planned for a target that changes instances.
type plannedChanger struct{ planned }

// Change says only that the target can.
func (plannedChanger) Change(context.Context, string, *string, *[]string) error {
	return testcase.ErrPlanned
}

// Plan says what a run with these options would send, rule by rule. It sends nothing but the
// question what the target can do. A run sends more where it finds failures, and where the target
// asks to slow down.
func Plan(ctx context.Context, o Options) ([]PlanRow, error) {
	edition, err := oracle.EditionOf(cmp.Or(o.Edition, oracle.Original))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOptions, err)
	}
	asked, _, err := runner.NewSession(ctx, runner.Config{Target: o.Target, Edition: edition})
	if err != nil {
		return nil, err
	}
	can := asked.Capabilities()
	offered := can // conditions, with which nothing can be done: no transport is searched for
	offered.Provision, offered.Observe, offered.Complete, offered.NextDay = false, false, false, false
	s, err := openOver(ctx, o, planned{offered})
	if err != nil {
		return nil, err
	}
	var target targets.Target = planned{can}
	if asked.Changes() {
		target = plannedChanger{planned{can}}
	}
	if s.session, s.ctx, err = runner.NewSession(ctx, runner.Config{Target: target, Edition: edition, ReadOnly: o.ReadOnly}); err != nil {
		return nil, err
	}
	s.env.Session, s.env.Executor.Session = s.session, s.session
	p := &plan{suite: s, can: can}
	if p.backupsLeft, err = backupsLeft(o); err != nil {
		return nil, err
	}
	err = p.run()
	return p.rows, err
}

// backupsLeft returns how many backups a run may make.
func backupsLeft(o Options) (int, error) {
	if o.ReadOnly {
		return 0, nil
	}
	if k, kept := targets.As[gate.Keeper](o.Target); kept && k.Gate().Ledger != nil {
		return k.Gate().Ledger.Left()
	}
	if single, is := targets.As[*fixtures.Single](o.Target); is {
		return single.Instances(), nil
	}
	return math.MaxInt, nil
}

// plan counts what a run would send.
type plan struct {
	*suite
	can         targets.Capabilities
	rows        []PlanRow
	backupsLeft int
	plainCall   bool // the plain call on a single instance is counted
}

// run counts what comes before the rules, the rules, and the soak cases.
func (p *plan) run() error {
	if p.can.Provision && p.fresh() && !p.o.ReadOnly {
		p.row(PlanRow{Phase: "preparation"}, p.transports)
	}
	if p.screens(p.can) {
		p.row(PlanRow{Phase: screening}, func(row *PlanRow) {
			for _, q := range (screener{p.suite}).sequences(p.env.Sequences()) {
				row.count(q.Case)
			}
		})
	}
	for _, r := range p.rules {
		if p.selected[r.ID] {
			p.row(PlanRow{Rule: r.ID, Phase: r.Phase, Inconclusive: p.inconclusive(r)}, func(row *PlanRow) { p.examples(r, row) })
		}
	}
	if !p.screens(p.can) || !p.can.Observe {
		return nil
	}
	var err error
	p.row(PlanRow{Phase: "soak"}, func(row *PlanRow) {
		var cases []soakCase
		cases, err = (&soak{suite: p.suite}).soakCases(p.can)
		for _, c := range cases {
			row.count(c.c)
		}
	})
	return err
}

// row adds a row, with what is counted in it unless it says that nothing can be.
func (p *plan) row(row PlanRow, count func(*PlanRow)) {
	p.env.Executor.Plan = func(c testcase.Case) { p.count(c, &row) }
	if row.Inconclusive == "" {
		count(&row)
	}
	row.Backups = min(row.Backups, p.backupsLeft)
	p.backupsLeft -= row.Backups
	p.rows = append(p.rows, row)
}

// transports counts the calls by which the supported transports and formats are found, where none
// but the last is.
func (p *plan) transports(row *PlanRow) {
	m := p.env.FullModel
	plain := m.Case(m.BaselineVector())
	transports, formats := m.Factors[m.Index(generators.SentBy)].Classes, m.Factors[m.Index(generators.Format)].Classes
	for range len(transports) * len(formats) * (1 + otherCalls) {
		row.count(plain)
	}
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
	return ""
}

// examples reads the examples of a rule and counts their cases, without running them.
func (p *plan) examples(r features.Rule, row *PlanRow) {
	p.godog(r, func(ctx *godog.ScenarioContext) {
		sc := scenario.New(p.env, r)
		ctx.Before(func(ctx context.Context, g *godog.Scenario) (context.Context, error) {
			sc.Begin(g.Name)
			return ctx, nil
		})
		sc.Bind(ctx)
		ctx.After(func(ctx context.Context, _ *godog.Scenario, _ error) (context.Context, error) {
			out := sc.Outcome()
			if row.Cases == 0 {
				row.Inconclusive = cmp.Or(out.NotApplicable, strings.Join(out.Reasons, "; "))
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
