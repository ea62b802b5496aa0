package pair

import (
	"context"
	"errors"
	"slices"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
	"github.com/cbspec/cbspec/steps/diagnose/shrink"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// locate finds the condition of a difference of one call that was built from a vector.
func (f *Finder) locate(ctx context.Context, c testcase.Case, d Difference) error {
	k := cause{Difference: d, minimal: c.Case, cases: 1}
	s := search{pair: f.Pair, testCase: c, difference: d}
	found, err := localise.Find(ctx, *c.Vector, localise.Search{
		Model: c.Model, Keep: c.Wrong, Seed: f.Seed, Parallel: f.Concurrency, Budget: conditionTries,
		Try: s.try, Key: func(v generators.Vector) string { return shrink.Key(c.Build(v)) },
	})
	if err != nil && !errors.Is(err, localise.ErrBudget) {
		return err
	}
	k.conditionOf(found, c)
	k.minimal = c.Build(found.Minimal)
	plain := shrink.WithPlainDatabases(k.minimal)
	if _, same, err := f.again(ctx, plain, d); err != nil {
		return err
	} else if same {
		k.minimal = plain
	}
	if err := f.widen(ctx, c, &k); err != nil {
		return err
	}
	if k.Difference, _, err = f.again(ctx, k.minimal, d); err != nil {
		return err
	}
	k.heed(d)
	_, k.seen, err = f.steady(ctx, k.minimal, d)
	k.tries = reproductions
	f.add(k)
	return err
}

// search tries the vectors of one search for a condition.
type search struct {
	pair       Pair
	testCase   testcase.Case
	difference Difference
}

// try runs the case of a vector on both targets.
func (s search) try(ctx context.Context, v generators.Vector) (localise.Result, error) {
	ds, last, err := s.pair.run(ctx, s.testCase.Build(v))
	switch {
	case runner.EndsRun(err):
		return localise.NoEvidence, err
	case err != nil || last[0].Decision == "":
		return localise.NoEvidence, nil
	case slices.ContainsFunc(ds, func(d Difference) bool { return d.key() == s.difference.key() }):
		return localise.Fails, nil
	case len(ds) > 0:
		return localise.NoEvidence, nil // another difference hides this one
	default:
		return s.equal(last[0]), nil
	}
}

// equal says what it shows that both targets answer a call alike.
func (s search) equal(v view) localise.Result {
	was := s.difference
	newReason := slices.ContainsFunc(v.Expect.Refuse, func(r oracle.Reason) bool {
		return !slices.ContainsFunc(was.Expect.Refuse, func(o oracle.Reason) bool { return o.Rule == r.Rule })
	})
	newlyOpen := slices.ContainsFunc(v.Expect.Unspecified, func(rule string) bool { return !slices.Contains(was.Expect.Unspecified, rule) })
	switch {
	case newReason, newlyOpen && v.Decision == targets.Refused, v.Expect.NoBackup != was.Expect.NoBackup:
		return localise.NoEvidence // both may refuse the call for that reason
	case len(was.Expect.Refuse) > len(v.Expect.Refuse), was.Refused && v.Decision != targets.Refused:
		return localise.ControlAccepted
	default:
		return localise.Passes
	}
}

// otherRefusals is how many refusals for other reasons have to differ in the same way before all
// are taken to.
const otherRefusals = 4

// widen replaces the condition of a cause by "the call is refused" where calls that are refused for
// other reasons differ in the same way.
func (f *Finder) widen(ctx context.Context, c testcase.Case, k *cause) error {
	if k.Accepted || len(k.Expect.Refuse) == 0 || c.Mutation != "" {
		return nil
	}
	tried := map[string]bool{}
	for i, mu := range f.Model.Mutations() {
		if f.Model.Factors[mu.Factor].Name == generators.Action || tried[mu.Rule] || !f.Model.CanMutate(mu, nil) || len(tried) == otherRefusals {
			continue
		}
		tried[mu.Rule] = true
		v := generators.DrawNth(f.Model.Mutated(mu, nil), f.Seed, "another refusal", i)
		_, same, err := f.again(ctx, f.Model.Case(v), k.Difference)
		if err != nil || !same {
			return err
		}
	}
	k.refusals, k.condition, k.exact = true, nil, true
	k.when = []reports.Condition{{Factor: "decision", Classes: []string{"refused"}}}
	return nil
}
