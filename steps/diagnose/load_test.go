package diagnose

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// crowded is a session with a target that can take so many cases at once, and fails more.
type crowded struct {
	session
	failing session
	most    int64
	running atomic.Int64
}

func (c *crowded) Run(ctx context.Context, test targets.Case) (runner.History, error) {
	defer c.running.Add(-1)
	if c.running.Add(1) > c.most {
		return c.failing.Run(ctx, test)
	}
	<-time.After(time.Second) // of the bubble: every case of a round is under way
	return c.session.Run(ctx, test)
}

func TestLoadFindsHowManyCallsAtOnceDoNotFail(t *testing.T) {
	for _, test := range []struct {
		name       string
		most       int64
		few, tried int
	}{
		{"two at once", 1, 1, 8},
		{"more than two", 2, 2, 8},
		{"more than four", 7, 4, 8},
		{"more than are tried", 8, 0, 8},
		{"one at a time", 1, 0, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				good := newBench(t, nil)
				bad := newBench(t, func(_ fakeInstance, _ targets.Call, a targets.Answer) targets.Answer { return failed500(a) })
				result := bad.run(bad.vector())[0]
				f := finding{minimal: result.Case.Case, violation: result.Violations[0]}
				require.Equal(t, judge.NoAnswer, f.violation.Kind)
				s := good.searcher
				s.concurrency = test.tried
				s.session = &crowded{session: s.session, failing: bad.searcher.session, most: test.most}
				require.Equal(t, test.few, s.load(t.Context(), f.minimal, f.violation))
			})
		})
	}
}

// unlucky is a session in which one case in so many fails, whatever runs beside it.
type unlucky struct {
	session
	failing session
	oneIn   int64
	cases   atomic.Int64
}

func (u *unlucky) Run(ctx context.Context, test targets.Case) (runner.History, error) {
	if u.cases.Add(1)%u.oneIn == 0 {
		return u.failing.Run(ctx, test)
	}
	return u.session.Run(ctx, test)
}

// What fails now and then is not due to the load.
func TestLoadIsNotChance(t *testing.T) {
	good := newBench(t, nil)
	bad := newBench(t, func(_ fakeInstance, _ targets.Call, a targets.Answer) targets.Answer { return failed500(a) })
	result := bad.run(bad.vector())[0]
	f := finding{minimal: result.Case.Case, violation: result.Violations[0]}
	for _, oneIn := range []int64{3, 13, 40, 97} {
		s := *good.searcher
		s.concurrency = 16
		s.session = &unlucky{session: good.searcher.session, failing: bad.searcher.session, oneIn: oneIn}
		require.Zero(t, s.load(t.Context(), f.minimal, f.violation), oneIn)
	}
}

func TestAnIntermittentFailureIsAddedOnce(t *testing.T) {
	var next atomic.Bool // the next call fails
	b := newBench(t, func(_ fakeInstance, _ targets.Call, a targets.Answer) targets.Answer {
		if next.Swap(false) {
			return failed500(a)
		}
		return a
	})
	for range 2 {
		next.Store(true)
		b.explain("CB-COMBO-1", b.vector())
	}
	rule, f := b.only()
	require.Equal(t, "CB-PRE-1", rule)
	require.Equal(t, reports.KindIntermittent, f.Kind)
	require.Equal(t, 2, f.Count)
}
