package steps

import (
	"reflect"
	"slices"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
)

// corpus runs kept failures before anything else.
type corpus struct{ *suite }

// run runs the kept failures of the selected rules.
func (s corpus) run() error {
	for n, r := range s.o.Corpus {
		if r.Edition != s.session.Edition.Name || !s.selected[r.Rule] {
			continue
		}
		same := func(o reports.Replay) bool {
			return o.Fingerprint == r.Fingerprint && reflect.DeepEqual(o.Case, r.Case)
		}
		if slices.ContainsFunc(s.o.Corpus[:n], same) {
			continue // a report keeps a failure under its rule and under its finding
		}
		i := slices.IndexFunc(s.rules, func(rule features.Rule) bool { return rule.ID == r.Rule })
		if i < 0 {
			continue
		}
		if err := s.runKept(s.rules[i], r); err != nil {
			return err
		}
	}
	return nil
}

// runKept runs one kept failure.
func (s corpus) runKept(rule features.Rule, r reports.Replay) error {
	u := diagnose.Under{Rule: rule, Scenario: "kept from an earlier run", Model: s.env.Model}
	if r.Check == "" {
		results, err := s.env.Executor.Run(s.ctx, []testcase.Case{{Model: s.env.Model, Case: r.Case}})
		if err != nil {
			return err
		}
		return s.diagnosis.Explain(s.ctx, u, results)
	}
	out, err := replay(s.ctx, s.session, r)
	s.env.Executor.Counted()
	switch {
	case runner.EndsRun(err):
		return err
	case err != nil || !out.Reproduced:
		return nil
	}
	s.diagnosis.AddKept(u, reports.Failure{
		Law: r.Law, Kind: r.Kind, Effect: r.Effect, When: r.When, Exact: r.Exact,
		Expected: r.Expected, Answered: r.Answered, Case: &r.Case, Check: r.Check,
		Other: r.Other, Codes: r.Codes, Race: r.Race, Reproduced: 1, Tries: 1,
	})
	return nil
}
