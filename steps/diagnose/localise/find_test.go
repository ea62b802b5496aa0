package localise_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
)

func TestFind(t *testing.T) {
	const (
		passes   = localise.Passes
		fails    = localise.Fails
		control  = localise.ControlAccepted
		lower    = localise.LowerSeverity
		nothing  = localise.NoEvidence
		a, b, cc = 0, 1, 2 // factors
	)
	failsIf := func(is bool) localise.Result {
		if is {
			return fails
		}
		return passes
	}
	tests := []struct {
		name  string
		start []int
		keep  []int
		try   func(classes []int) localise.Result
		want  plant
		exact bool
	}{
		{"one class", []int{1, 2, 1}, nil, func(c []int) localise.Result { return failsIf(c[b] == 2) }, plant{b: {2}}, true},
		{"several classes of a factor", []int{1, 2, 1}, nil, func(c []int) localise.Result { return failsIf(c[b] != 1) }, plant{b: {0, 2}}, true},
		{"several factors", []int{1, 2, 1}, nil, func(c []int) localise.Result { return failsIf(c[a] == 1 && c[b] == 2 && c[cc] == 1) }, plant{a: {1}, b: {2}, cc: {1}}, true},
		{"nothing matters", []int{1, 2, 1}, nil, func([]int) localise.Result { return fails }, plant{}, true},
		{"nothing is evidence", []int{1, 2, 1}, nil, func([]int) localise.Result { return nothing }, plant{}, false},
		{
			"a lower severity is neither failing nor passing", []int{1, 2, 1}, nil,
			func(c []int) localise.Result {
				switch {
				case c[b] == 2:
					return failsIf(c[a] == 1)
				case c[a] == 1:
					return lower
				default:
					return passes
				}
			}, plant{a: {1}}, true,
		},
		{
			"an accepted control shows that what is wrong matters", []int{1, 2, 1}, []int{b},
			func(c []int) localise.Result {
				if c[b] == 0 {
					return control
				}
				return fails
			}, plant{b: {1, 2}}, true,
		},
		{
			"what is wrong on purpose is not reduced", []int{1, 2, 1}, []int{b},
			func(c []int) localise.Result { return failsIf(c[a] == 1) }, plant{a: {1}}, true,
		},
		{
			// The reduced vector fails because of b=0, which says nothing about the original vector.
			"another cause on the way to the minimal vector", []int{1, 1, 0}, nil,
			func(c []int) localise.Result { return failsIf(c[a] == 1 || c[a] == 0 && c[b] == 0) }, plant{a: {1}}, true,
		},
		{
			"two causes at once", []int{1, 2, 1}, nil,
			func(c []int) localise.Result { return failsIf(c[a] == 1 || c[b] == 2) }, plant{b: {2}}, true,
		},
		{
			// Every conjunction is narrower than the failure.
			"a parity", []int{1, 0, 1}, nil,
			func(c []int) localise.Result { return failsIf((c[a]+c[b]+c[cc])%2 == 0) }, plant{a: {1}, b: {0, 2}, cc: {1}}, true,
		},
	}
	m := modelOf(2, 3, 2, 3, 3) // nothing depends on the last two factors
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := vectorOf(m, append(tt.start, 1, 2)...)
			c, err := localise.Find(t.Context(), start, localise.Search{
				Model: m, Keep: tt.keep, Try: func(_ context.Context, v generators.Vector) (localise.Result, error) { return tt.try(v.Classes), nil },
			})
			require.NoError(t, err)
			require.Equal(t, tt.want, found(c))
			require.Equal(t, tt.exact, c.Exact)
			require.True(t, c.Covers(m, start))
		})
	}
}

func TestNothingMatters(t *testing.T) {
	m := modelOf(2, 3, 2)
	c, err := localise.Find(t.Context(), vectorOf(m, 1, 2, 1), localise.Search{Model: m, Try: plant{}.try(every)})
	require.NoError(t, err)
	require.True(t, c.Always())
	require.Equal(t, m.Baseline(), c.Minimal.Classes)
}

func TestNeededValueIsFound(t *testing.T) {
	m := modelOf(2, 2)
	m.Factors[1].Classes = append(m.Factors[1].Classes, generators.Class{Name: "text", Value: rapid.StringMatching(`[a-z]{8}`)})
	start := generators.Vector{Classes: []int{1, 2}, Values: []string{"1", "boom"}}
	c, err := localise.Find(t.Context(), start, localise.Search{Model: m, Try: func(_ context.Context, v generators.Vector) (localise.Result, error) {
		if v.Values[1] == "boom" {
			return localise.Fails, nil
		}
		return localise.Passes, nil
	}})
	require.NoError(t, err)
	value := "boom"
	require.Equal(t, []localise.Condition{{Factor: 1, Classes: []int{2}, Value: &value}}, c.Conditions)
	require.True(t, c.Exact)
	require.False(t, c.Covers(m, generators.Vector{Classes: []int{1, 2}, Values: []string{"1", "bang"}}))
}

// What is wrong on purpose is part of the condition even if every class of it fails.
func TestInvalidClassIsNamed(t *testing.T) {
	m := modelOf(2, 2)
	m.Factors[1].Classes[1].Kind = generators.Invalid
	c, err := localise.Find(t.Context(), vectorOf(m, 1, 1), localise.Search{Model: m, Keep: []int{1}, Try: plant{}.try(every)})
	require.NoError(t, err)
	require.Equal(t, plant{1: {0, 1}}, found(c))
}

// The document allows some classes only together: they are tried together.
func TestTiedClassesAreJudged(t *testing.T) {
	m := fullModel(oracle.Editions()[0])
	strategy, name := m.Index(generators.Strategy), m.Index(generators.DBName)
	p := plant{strategy: {m.Class(generators.Strategy, "db"), m.Class(generators.Strategy, "instance")}}
	c, err := localise.Find(t.Context(), p.draw(t, m, 0), localise.Search{Model: m, Try: p.try(accepted(m))})
	require.NoError(t, err)
	require.Equal(t, "BackupMethod is Logical and BackupStrategy is db or instance", found(c).in(m))

	p = plant{name: {m.Class(generators.DBName, generators.Absent)}}
	c, err = localise.Find(t.Context(), p.draw(t, m, 0), localise.Search{Model: m, Try: p.try(accepted(m))})
	require.NoError(t, err)
	require.Equal(t, "BackupStrategy is absent or instance", found(c).in(m))
}

// A condition on calls that fail only now and then is not exact.
func TestUnreliableFailureIsNotExact(t *testing.T) {
	m := modelOf(2, 3, 4, 2, 3, 4, 4, 3)
	p := plant{1: {2}, 3: {1}}
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 0))
		start := p.draw(t, m, int(seed))
		c, err := localise.Find(t.Context(), start, localise.Search{Model: m, Seed: seed, Try: func(_ context.Context, v generators.Vector) (localise.Result, error) {
			if p.covers(v) && random.IntN(3) > 0 {
				return localise.Fails, nil
			}
			return localise.Passes, nil
		}})
		require.NoError(t, err)
		require.True(t, c.Covers(m, start))
		require.False(t, c.Exact, "%s, %d of %d", found(c).in(m), c.Failing, c.Contexts)
		require.LessOrEqual(t, c.Tries, 150)
	}
}

// With too small a budget, the search returns what it has found so far.
func TestBudget(t *testing.T) {
	targets := map[string]func(classes []int) bool{
		"one cause":    func(c []int) bool { return c[1] != 0 && c[3] == 1 },
		"other causes": func(c []int) bool { return c[0] == 1 && c[1] != 1 || c[0] == 0 && c[1] == 0 || c[2] == 3 },
	}
	m := modelOf(2, 3, 4, 2, 3)
	start := vectorOf(m, 1, 2, 3, 1, 2)
	for name, fails := range targets {
		t.Run(name, func(t *testing.T) {
			search := func(budget int) (localise.FailingCondition, error) {
				return localise.Find(t.Context(), start, localise.Search{Model: m, Budget: budget, Try: func(_ context.Context, v generators.Vector) (localise.Result, error) {
					if fails(v.Classes) {
						return localise.Fails, nil
					}
					return localise.Passes, nil
				}})
			}
			full, err := search(0)
			require.NoError(t, err)
			for budget := 1; budget <= full.Tries+1; budget++ {
				c, err := search(budget)
				require.LessOrEqual(t, c.Tries, budget)
				require.True(t, c.Covers(m, start))
				require.True(t, fails(c.Minimal.Classes))
				if budget >= full.Tries {
					require.NoError(t, err)
					require.Equal(t, full, c)
					continue
				}
				require.ErrorIs(t, err, localise.ErrBudget)
				require.False(t, c.Exact)
			}
		})
	}
}

func TestFailedTryEndsTheSearch(t *testing.T) {
	m := modelOf(2, 3, 4, 2, 3)
	start := vectorOf(m, 1, 2, 3, 1, 2)
	lost := errors.New("connection lost")
	for after := range int64(20) {
		var tries atomic.Int64
		c, err := localise.Find(t.Context(), start, localise.Search{Model: m, Parallel: 3, Try: func(context.Context, generators.Vector) (localise.Result, error) {
			if tries.Add(1) > after {
				return localise.NoEvidence, lost
			}
			return localise.Fails, nil
		}})
		require.ErrorIs(t, err, lost)
		require.False(t, c.Exact)
		require.True(t, c.Covers(m, start))
	}
}

// What is found, the number of tries, and the order of the failing vectors do not depend on the
// number of tries at once, nor on which of them ends first.
func TestParallelTriesChangeNothing(t *testing.T) {
	m := modelOf(2, 3, 4, 2, 3)
	p := plant{1: {1, 2}, 3: {1}}
	start := vectorOf(m, 1, 2, 3, 1, 2)
	search := func(parallel int) (localise.FailingCondition, []string) {
		var running, tries atomic.Int64
		var failed []string
		c, err := localise.Find(t.Context(), start, localise.Search{
			Model: m, Parallel: parallel,
			Try: func(ctx context.Context, v generators.Vector) (localise.Result, error) {
				require.LessOrEqual(t, running.Add(1), int64(max(parallel, 1)))
				defer running.Add(-1)
				tries.Add(1)
				for range rand.IntN(5) {
					runtime.Gosched()
				}
				return p.try(every)(ctx, v)
			},
			Failed: func(v generators.Vector) {
				require.Zero(t, running.Load())
				failed = append(failed, fmt.Sprint(v))
			},
		})
		require.NoError(t, err)
		require.EqualValues(t, tries.Load(), c.Tries)
		return c, failed
	}
	one, failed := search(1)
	for _, parallel := range []int{0, 2, 7, 100} {
		c, f := search(parallel)
		require.Equal(t, one, c)
		require.Equal(t, failed, f)
	}
}

func TestEachTestCaseIsTriedOnce(t *testing.T) {
	m := modelOf(2, 3, 4, 2, 3)
	p := plant{1: {1, 2}, 3: {1}}
	// The last factor does not change the test case.
	key := func(v generators.Vector) string { return fmt.Sprint(v.Classes[:4]) }
	tried := map[string]bool{}
	c, err := localise.Find(t.Context(), vectorOf(m, 1, 2, 3, 1, 2), localise.Search{Model: m, Key: key, Try: func(ctx context.Context, v generators.Vector) (localise.Result, error) {
		require.False(t, tried[key(v)], "tried twice: %v", v)
		tried[key(v)] = true
		return p.try(every)(ctx, v)
	}})
	require.NoError(t, err)
	require.Equal(t, p, found(c))
	require.Len(t, tried, c.Tries)
}

// On any target whatever, the search ends, keeps to its budget, and covers the vector it started
// from.
func TestFoundConditionCoversTheOriginalVector(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := modelOf(rapid.SliceOfN(rapid.IntRange(1, 4), 1, 5).Draw(t, "classes")...)
		start := vectorOf(m, m.Baseline()...)
		for i, factor := range m.Factors {
			for class := range factor.Classes[1:] {
				factor.Classes[class+1].Kind = rapid.SampledFrom([]generators.ClassKind{
					generators.Valid, generators.Valid, generators.Invalid, generators.Unspecified, generators.OnRequest,
				}).Draw(t, "kind")
			}
			start.Classes[i] = rapid.IntRange(0, len(factor.Classes)-1).Draw(t, factor.Name)
		}
		budget := rapid.IntRange(0, 60).Draw(t, "budget")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "target"), 0))
		c, err := localise.Find(context.Background(), start, localise.Search{
			Model: m, Budget: budget, Keep: rapid.SliceOfNDistinct(rapid.IntRange(0, len(m.Factors)-1), 0, 1, rapid.ID[int]).Draw(t, "keep"),
			Try: func(context.Context, generators.Vector) (localise.Result, error) {
				return localise.Result(random.IntN(int(localise.LowerSeverity) + 1)), nil
			},
		})
		if err != nil {
			require.ErrorIs(t, err, localise.ErrBudget)
			require.Positive(t, budget)
		}
		require.True(t, c.Covers(m, start))
		require.LessOrEqual(t, c.Failing, c.Contexts)
		if budget > 0 {
			require.LessOrEqual(t, c.Tries, budget)
		}
	})
}
