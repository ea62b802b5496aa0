package localise

import (
	"context"
	"slices"

	"github.com/cbspec/cbspec/generators"
)

// groups are factors that the document ties together. Each group is set back as a whole before its
// members are, because with some of them set back, the document does not specify the call.
var groups = [][]string{
	{generators.Method, generators.Strategy, generators.DBName, generators.Retention, generators.Type},
	{generators.Method, generators.Strategy, generators.DBName, generators.Retention},
	{generators.Strategy, generators.DBName, generators.Retention},
	{generators.Last, generators.Today},
}

// reduce sets back to the baseline class what the failure of the original vector does not need,
// except for the held factors and those to keep. With an error, it returns how far it got.
func (f *finder) reduce(ctx context.Context, held []int) (generators.Vector, error) {
	v := f.original
	fixed := slices.Concat(f.keep, held)
	for progress := true; progress; {
		progress = false
		for _, factors := range f.steps() {
			simpler := v
			for _, i := range without(factors, fixed) {
				if simpler.Classes[i] != 0 {
					simpler = f.set(simpler, i, 0, 0)
				}
			}
			if slices.Equal(simpler.Classes, v.Classes) {
				continue
			}
			r, err := f.tries.one(ctx, simpler)
			if err != nil {
				return v, err
			}
			if r == Fails {
				v, progress = simpler, true
			}
		}
	}
	return v, nil
}

// steps lists the factors that are set back in one step: all, those of a group, each.
func (f *finder) steps() [][]int {
	all := make([]int, len(f.model.Factors))
	var each [][]int
	for i := range all {
		all[i] = i
		each = append(each, []int{i})
	}
	steps := [][]int{all}
	for _, group := range groups {
		steps = append(steps, f.indexes(group))
	}
	return append(steps, each...)
}
