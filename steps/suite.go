package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/precondition"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/scenario"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/fixtures"
	"github.com/cbspec/cbspec/targets/gate"
)

// suite is one run: what its rules have in common, and what is known about each.
type suite struct {
	o       Options
	ctx     context.Context
	started time.Time

	session      *runner.Session
	guard        *precondition.Guard
	env          *scenario.Env
	diagnosis    *diagnose.Diagnosis
	coverage     *coverage
	observations *observations

	rules    []features.Rule // the whole catalogue
	selected map[string]bool
	records  map[string]*record

	plainCalls []testcase.Result // that were made to detect the supported transports
	unproven   string            // why no case of this target shows anything; empty where cases do
	dead       bool              // no valid call is accepted
	done       int               // rules that were run
	phases     []reports.Phase
	warnings   []string
	found      int // failures of must and should rules
}

// open readies a run: it finds out what the target can do, and which transports it supports. Where
// the run is cut short meanwhile, it returns the error with a suite that has what there is to
// report.
func open(ctx context.Context, o Options) (*suite, error) { return openOver(ctx, o, o.Target) }

// openOver readies a run whose session is with another target than the options name: that of a
// plan, which sends nothing.
func openOver(ctx context.Context, o Options, t targets.Target) (*suite, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	edition, err := oracle.EditionOf(o.Edition)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOptions, err)
	}
	s := &suite{
		o: o, warnings: slices.Clone(o.Notes), started: time.Now(), records: map[string]*record{},
		coverage: newCoverage(), observations: &observations{},
	}
	if s.rules, err = features.Catalogue(); err != nil {
		return nil, err
	}
	if s.selected, err = o.selected(s.rules); err != nil {
		return nil, err
	}
	for _, r := range s.rules {
		s.records[r.ID] = &record{verdict: reports.Skipped, reason: "deselected"}
	}
	s.guard, s.ctx, err = precondition.NewGuard(ctx, runner.Config{
		Target: t, Edition: edition, Async: o.Async, ReadOnly: o.ReadOnly, OnCall: o.OnCall,
	})
	if err != nil {
		return nil, err
	}
	s.session = s.guard.Session
	s.connect()
	err = (&preparation{suite: s}).prepare()
	if err != nil && ctx.Err() == nil && !precondition.Is(err) && !errors.Is(err, targets.ErrBudget) {
		return nil, err
	}
	return s, err
}

// connect connects the parts of a run.
func (s *suite) connect() {
	executor := &testcase.Executor{
		Session: s.session, Supply: supply(s.o.Target), Concurrency: s.o.Concurrency, OnResult: s.coverage.note,
	}
	s.env = &scenario.Env{
		Target: s.o.Target, Session: s.session, Executor: executor,
		Checks: s.o.Checks, Strength: s.o.Strength, Seed: s.o.Seed, Shard: s.o.Shard,
		Coverage: s.coverage, Observations: s.observations,
		ExplainRace: func(ctx context.Context, sc *scenario.Scenario, r runner.Race, wrong []judge.RaceViolation) (scenario.Race, error) {
			cause, err := s.diagnosis.ExplainRace(ctx, under(sc), r, wrong)
			return scenario.Race(cause), err
		},
	}
}

// supply returns where the instances of a target come from.
func supply(t targets.Target) testcase.Supply {
	if _, is := targets.As[*fixtures.Single](t); is {
		return &testcase.Single{}
	}
	if _, is := targets.As[targets.FixturePool](t); is {
		return testcase.NewLeased()
	}
	return testcase.NewFresh()
}

// useModels sets the parameter models of the run, and readies what depends on them.
func (s *suite) useModels(model, full *generators.Model) {
	s.env.Model, s.env.FullModel = model, full
	s.diagnosis = diagnose.New(diagnose.Config{
		Session: s.session, Executor: s.env.Executor, Model: model, Rules: s.rules, Seed: s.o.Seed,
		Concurrency: s.env.Executor.Concurrency, Target: s.o.Target,
		PlainCallAccepted: func() bool { return slices.ContainsFunc(s.plainCalls, wasAccepted) }, OnFailure: s.failed,
	})
	s.env.Executor.Skip = s.diagnosis.Unanswered
}

// wasAccepted reports whether the last call of a case was accepted.
func wasAccepted(r testcase.Result) bool { return r.Tried() && r.Last().Decision == targets.Accepted }

// under says that a scenario is under test.
func under(sc *scenario.Scenario) diagnose.Under {
	return diagnose.Under{Rule: sc.Rule, Scenario: sc.Name(), Model: sc.Model()}
}

// failures lists the failures of a rule.
func (s *suite) failures(rule string) []reports.Failure {
	if s.diagnosis == nil {
		return nil
	}
	return s.diagnosis.Failures(rule)
}

// fresh reports whether the target makes an instance for every case.
func (s *suite) fresh() bool { return s.env.Executor.Supply.Disposable() }

// leased reports whether the instances are fixtures.
func (s *suite) leased() bool {
	_, single := s.single()
	return !s.fresh() && !single
}

// limited reports whether the target limits the backups of a day.
func (s *suite) limited() bool { return limited(s.o.Target) }

func limited(t targets.Target) bool {
	k, is := targets.As[gate.Keeper](t)
	return is && k.Gate().Ledger != nil
}

// single returns the supply of a single existing instance, where that is all there is.
func (s *suite) single() (*testcase.Single, bool) {
	single, is := s.env.Executor.Supply.(*testcase.Single)
	return single, is
}
