package pair

import (
	"context"
	"errors"

	"github.com/cbspec/cbspec/steps/diagnose/shrink"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// minimise finds the minimal case of a difference that has no vector.
func (f *Finder) minimise(ctx context.Context, c testcase.Case, d Difference) error {
	least, budget := until(c.Case, d.Step), shrink.NewBudget(caseTries)
	fails := func(ctx context.Context, c targets.Case) (bool, error) {
		budget.Spend(len(c.Steps) - 1)
		_, same, err := f.again(ctx, c, d)
		return same, err
	}
	bold := []targets.Case{shrink.WithPlainCalls(least)}
	for last := 2; last < len(least.Steps); last *= 2 {
		if rest, known := shrink.FromStep(f.Pair.A.Edition, least, len(least.Steps)-last); known {
			bold = append(bold, shrink.WithPlainCalls(rest), rest)
		}
	}
	for _, simpler := range bold {
		same, err := fails(ctx, simpler)
		if err != nil {
			return err
		}
		if same && len(simpler.Steps) <= len(least.Steps) {
			least = simpler
		}
	}
	least, err := shrink.Minimise(ctx, least, shrink.Search[targets.Case]{Simpler: shrink.Cases, Fails: fails, Budget: budget})
	if err != nil && !errors.Is(err, shrink.ErrBudget) {
		return err
	}
	end, same, err := f.again(ctx, least, d)
	if err != nil {
		return err
	}
	if !same {
		end.Step = len(least.Steps) - 1
	}
	if k := f.known(testcase.Case{Model: f.Model, Case: least}, end); k != nil {
		k.cases++
		return nil
	}
	if v, is := f.Model.VectorOf(least); is {
		m := f.Model
		return f.locate(ctx, testcase.Case{Model: m, Build: m.Case, Vector: &v, Case: m.Case(v)}, end)
	}
	k := cause{Difference: end, minimal: least, mutation: c.Mutation, cases: 1}
	_, k.seen, err = f.steady(ctx, least, end)
	k.tries = reproductions
	f.add(k)
	return err
}
