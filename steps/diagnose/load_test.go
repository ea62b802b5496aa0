package diagnose

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

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
		kind       judge.Kind
		few, tried int
	}{
		{"two at once", 1, judge.NoAnswer, 1, 8},
		{"more than two", 2, judge.NoAnswer, 2, 8},
		{"more than four", 7, judge.NoAnswer, 4, 8},
		{"more than are tried", 8, judge.NoAnswer, 0, 8},
		{"another kind of failure", 1, judge.WronglyRefused, 0, 8},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				good := newBench(t, nil)
				bad := newBench(t, func(_ fakeInstance, _ targets.Call, a targets.Answer) targets.Answer { return failed500(a) })
				result := bad.run(bad.vector())[0]
				f := finding{minimal: result.Case.Case, violation: result.Violations[0]}
				require.Equal(t, judge.NoAnswer, f.violation.Kind)
				f.violation.Kind = test.kind
				s := good.searcher
				s.concurrency = test.tried
				s.session = &crowded{session: s.session, failing: bad.searcher.session, most: test.most}
				require.Equal(t, test.few, s.load(t.Context(), f))
			})
		})
	}
}
