package scenario

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/testcase"
)

// ErrFailed is the error of a step that does not hold. What fails, and why, is in the [Outcome].
var ErrFailed = errors.New("not as documented")

// Scenario is one example of a rule while its steps are read: first what is to be run, then what
// the results show.
type Scenario struct {
	Rule features.Rule

	env   *Env
	build *builder
	// special runs something other than test cases that are drawn from the model.
	special func(context.Context) error
	// optional is why the rule is shown without this example, where no case of it can be run.
	optional string

	ran         bool
	results     []testcase.Result
	differences []judge.Difference
	tally       tally
}

// New returns a scenario of a rule.
func New(env *Env, rule features.Rule) *Scenario {
	s := &Scenario{Rule: rule, env: env, build: &builder{env: env, model: env.Model, rule: rule.ID, pinned: generators.Pinned{}}}
	if rule.Area == "response" || rule.Area == "public parameters" {
		s.build.model = env.FullModel
	}
	return s
}

// Begin gives the scenario its name, before its first step.
func (s *Scenario) Begin(name string) { s.build.key = s.Rule.ID + "/" + name }

// Name returns the name of the scenario.
func (s *Scenario) Name() string { return strings.TrimPrefix(s.build.key, s.Rule.ID+"/") }

// Model returns the parameter model that the cases are drawn from.
func (s *Scenario) Model() *generators.Model { return s.build.model }

// Outcome is what a scenario showed.
type Outcome struct {
	Results     []testcase.Result
	Differences []judge.Difference
	Passed      int      // cases that show the rule
	Failed      int      // cases that do not
	Rounds      int      // of races
	Reasons     []string // why the other cases are undecided
	// Party is who that is up to, where it is known.
	Party string
	// NotApplicable is why the rule does not apply to the target; empty where it does.
	NotApplicable string
}

// Outcome returns what the scenario showed.
func (s *Scenario) Outcome() Outcome {
	return Outcome{
		Results: s.results, Differences: s.differences, Passed: s.tally.count(passed), Failed: s.tally.count(failed),
		Rounds: s.tally.rounds, Reasons: s.tally.reasons, Party: s.tally.party, NotApplicable: s.tally.notApplicable,
	}
}

// skip ends the scenario without a case, because it does not apply to the target.
func (s *Scenario) skip(why string) {
	s.tally.notApplicable = why
	s.ran = true
}

// needs notes that this example needs a capability that its rule does not need. Where no case of it
// can be run, the other examples show the rule.
func (s *Scenario) needs(capability string) {
	can := s.env.can()
	switch {
	case slices.Contains(s.Rule.Needs, capability), capability == "complete" && can.Complete, capability == "next-day" && can.NextDay:
	case !s.env.disposable():
		s.skip("needs an instance that is made for the run: use --control")
	default:
		s.optional = "the target lacks what the example needs: to " + capability
	}
}

// run runs the scenario, once.
func (s *Scenario) run(ctx context.Context) error {
	if s.ran {
		return nil
	}
	s.ran = true
	if s.special != nil {
		if _, is := s.env.single(); is {
			s.tally.lacks("provision")
			return nil
		}
		return s.special(ctx)
	}
	cases, err := s.build.cases()
	if errors.Is(err, generators.ErrNoSuchCase) {
		s.noCase(err)
		return nil
	}
	if err != nil {
		return err
	}
	s.results, err = s.env.Executor.Run(ctx, cases)
	if s.optional != "" && !slices.ContainsFunc(s.results, func(r testcase.Result) bool { return r.Err == nil }) {
		s.tally.notApplicable = s.optional
	}
	return err
}

// noCase notes why there is no case that the target can be asked for.
func (s *Scenario) noCase(err error) {
	if engine := s.build.missingEngine(); engine != "" {
		s.tally.notApplicable = "the target has no " + engine
		return
	}
	why, said := errors.AsType[noSuchCase](err)
	if !said {
		why = noSuchCase("the target offers no such instance: " +
			strings.TrimSuffix(err.Error(), ": "+generators.ErrNoSuchCase.Error()) + ": " + moreInstances)
	}
	s.tally.inconclusive(string(why))
}

// runCases runs cases side by side.
func (s *Scenario) runCases(ctx context.Context, cases []testcase.Case) error {
	results, err := s.env.Executor.Run(ctx, cases)
	s.results = append(s.results, results...)
	return err
}

// inShard reports whether the i-th case is in the shard of the run.
func (s *Scenario) inShard(i int) bool { return s.env.Shard.Has(s.build.key, i) }
