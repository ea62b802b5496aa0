package shrink_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/steps/diagnose/shrink"
)

// oneLess lists the sets with one element less.
func oneLess(set []int) [][]int {
	var list [][]int
	for i := range set {
		list = append(list, slices.Delete(slices.Clone(set), i, i+1))
	}
	return list
}

func TestMinimiseFindsWhatTheFailureNeeds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfNDistinct(rapid.IntRange(0, 99), 1, 12, rapid.ID[int]).Draw(t, "all")
		needed := slices.DeleteFunc(slices.Clone(all), func(int) bool { return rapid.Bool().Draw(t, "left out") })
		least, err := shrink.Minimise(t.Context(), all, shrink.Search[[]int]{
			Simpler: oneLess, Budget: shrink.NewBudget(1000),
			Fails: func(_ context.Context, set []int) (bool, error) {
				return !slices.ContainsFunc(needed, func(n int) bool { return !slices.Contains(set, n) }), nil
			},
		})
		require.NoError(t, err)
		require.ElementsMatch(t, needed, least)
	})
}

func TestMinimiseStopsAtItsBudget(t *testing.T) {
	budget, tries := shrink.NewBudget(5), 0
	least, err := shrink.Minimise(t.Context(), make([]int, 20), shrink.Search[[]int]{
		Simpler: oneLess, Budget: budget,
		Fails: func(context.Context, []int) (bool, error) { tries++; return true, nil },
	})
	require.ErrorIs(t, err, shrink.ErrBudget)
	require.Len(t, least, 15, "the simplest so far")
	require.Equal(t, 5, tries)
	require.Equal(t, []int{5, 0}, []int{budget.Used(), budget.Left()})
}

func TestMinimiseEndsWithTheRun(t *testing.T) {
	stop := errors.New("the run is over")
	ctx, cancel := context.WithCancelCause(t.Context())
	least, err := shrink.Minimise(ctx, []int{1, 2}, shrink.Search[[]int]{
		Simpler: oneLess, Budget: shrink.NewBudget(10),
		Fails: func(context.Context, []int) (bool, error) { cancel(stop); return true, nil },
	})
	require.ErrorIs(t, err, stop)
	require.Len(t, least, 1)
}

func TestMinimiseReturnsTheErrorOfATry(t *testing.T) {
	lost := errors.New("lost")
	least, err := shrink.Minimise(t.Context(), []int{1, 2}, shrink.Search[[]int]{
		Simpler: oneLess, Budget: shrink.NewBudget(10),
		Fails: func(context.Context, []int) (bool, error) { return false, lost },
	})
	require.ErrorIs(t, err, lost)
	require.Len(t, least, 2)
}
