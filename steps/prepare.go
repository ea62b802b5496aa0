package steps

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/precondition"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/fixtures"
)

// preparation readies a run.
type preparation struct {
	*suite
	nonsense []precondition.Look // the first requests of the run
}

// prepare finds out whether the target answers at all, whether it accepts nonsense, and which of
// the transports and formats it supports. What it does not support is then judged by the rules
// about that, and by no others.
func (s *preparation) prepare() error {
	if err := s.ping(); err != nil {
		return err
	}
	scope := s.scope()
	if single, is := targets.As[*fixtures.Single](s.o.Target); is {
		return s.prepareSingle(single, scope)
	}
	if pool, is := targets.As[targets.FixturePool](s.o.Target); is {
		offered, err := pool.Conditions(s.ctx)
		if err != nil {
			return fmt.Errorf("the fixtures could not be looked at: %w", err)
		}
		scope.FixturePool = offered
		s.env.Executor.Concurrency = min(s.o.Concurrency, max(len(offered), 1))
	}
	if err := s.detectFormats(&scope); err != nil {
		return err
	}
	full := generators.NewModel(s.session.Edition, scope)
	s.env.FullModel = full
	if s.session.Capabilities().Provision && s.fresh() && !s.o.ReadOnly {
		if err := s.detectTransports(&scope); err != nil {
			return err
		}
	}
	model := generators.NewModel(s.session.Edition, scope)
	model.Stop = func() bool { return s.ctx.Err() != nil }
	s.useModels(model, full)
	return nil
}

// ping makes a call of an unknown Action, which must not be accepted.
func (s *preparation) ping() error {
	a, err := s.session.Send(runner.Unwatched(s.ctx), runner.Nonsense())
	switch {
	case err != nil:
		return unreachable(err)
	case a.Status == 0:
		return unreachable(errors.New(a.Problem))
	case a.Outcome == targets.Accepted:
		action, _ := runner.Nonsense().Get(generators.Action)
		s.warn("The target accepts an unknown Action (" + action + "), so what it accepts says little.")
		if !s.session.Capabilities().Observe {
			s.unproven = "the target accepts an unknown Action too, so that no answer shows a backup: add a control protocol, or observe"
		}
	}
	s.nonsense = append(s.nonsense, precondition.Look{Call: runner.Nonsense(), Answer: a})
	return nil
}

// scope returns the scope of the parameter model, by what the target says that it can do.
func (s *preparation) scope() generators.ModelScope {
	can, scope := s.session.Capabilities(), generators.FullModelScope()
	if len(can.Engines) > 0 {
		scope.Engines = can.Engines
	}
	if _, says := targets.As[targets.Capable](s.o.Target); says || len(can.Statuses) > 0 {
		scope.Statuses = append([]string{targets.Running}, can.Statuses...) // nothing else is offered
	}
	scope.LockMode = ""
	if i := slices.IndexFunc(can.LockModes, func(m string) bool { return m != "" && m != "Unlock" }); i >= 0 {
		scope.LockMode = can.LockModes[i]
	}
	scope.Storages = can.Storages
	documented := generators.FullModelScope().Engines
	if !slices.ContainsFunc(scope.Engines, func(e string) bool { return slices.Contains(documented, e) }) {
		s.warn("The target offers none of the documented engines; every engine is tried.")
		scope.Engines = documented
	}
	return scope
}

// prepareSingle readies a run on a single existing instance.
func (s *preparation) prepareSingle(single *fixtures.Single, scope generators.ModelScope) error {
	condition := single.Condition()
	scope.SingleInstance = &condition
	if s.o.ReadOnly {
		single.Reuse()
	}
	if err := s.detectFormats(&scope); err != nil {
		return err
	}
	model := generators.NewModel(s.session.Edition, scope)
	supply, _ := s.single()
	supply.Vector = explicitVector(model)
	supply.Plain = model.Case(supply.Vector)
	s.useModels(model, model)
	return nil
}

// explicitVector returns the vector of the plain call that a single instance allows. It is as
// explicit as it can be, so that the one call shows as much as it can.
func explicitVector(m *generators.Model) generators.Vector {
	v := m.BaselineVector()
	for factor, class := range map[string]string{generators.Method: "Physical", generators.Type: "Auto", generators.Format: "JSON"} {
		if c := m.Class(factor, class); c >= 0 {
			f := m.Index(factor)
			v.Classes[f], v.Values[f] = c, class
		}
	}
	return v
}

// detectFormats leaves out the formats that the target's adapter cannot ask for. It is an error
// where the answers are not those of an API that can be judged.
func (s *preparation) detectFormats(scope *generators.ModelScope) error {
	var supported []string
	for _, f := range scope.Formats {
		call := runner.Nonsense().With(generators.Format, f)
		a, err := s.session.Send(runner.Unwatched(s.ctx), call)
		switch {
		case err == nil:
			supported = append(supported, f)
			s.nonsense = append(s.nonsense, precondition.Look{Call: call, Answer: a})
		case runner.EndsRun(err):
			return err
		}
	}
	scope.Formats = supported
	return s.guard.Open(s.ctx, s.nonsense)
}

func (s *suite) warn(text string) {
	s.warnings = append(s.warnings, text)
	s.event(Event{Kind: "warning", Message: text})
}

// baselineIn makes the plainest valid call by one transport and in one format.
func (s *preparation) baselineIn(transport, format string) (testcase.Result, error) {
	m := s.env.FullModel
	v := m.BaselineVector()
	for name, class := range map[string]string{generators.SentBy: transport, generators.Format: format} {
		if c := m.Class(name, class); c >= 0 {
			f := m.Index(name)
			v.Classes[f], v.Values[f] = c, class
		}
	}
	results, err := s.env.Executor.Run(runner.Unwatched(s.ctx), []testcase.Case{{Model: m, Build: m.Case, Vector: &v, Case: m.Case(v)}})
	s.plainCalls = append(s.plainCalls, results...)
	return results[0], err
}
