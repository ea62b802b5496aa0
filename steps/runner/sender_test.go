package runner

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

func TestRequestsAreCounted(t *testing.T) {
	f := newFake()
	f.answer = func(_ context.Context, n int, _ targets.Call) (targets.Answer, error) {
		switch n {
		case 0:
			f.add("rm-1", targets.LastRunning)
			a := accepted()
			a.Attempts, a.Throttled, a.Latency = 3, 2, 5*time.Millisecond
			return a, nil
		default:
			return targets.Answer{Outcome: targets.Throttled, Attempts: 1, Latency: time.Millisecond}, nil
		}
	}
	told := 0
	s, ctx := sessionOf(t, f, func(c *Config) { c.OnCall = func(targets.Call, targets.Answer) { told++ } })
	h, err := s.Run(ctx, on(1, callOn(0), callOn(0)))
	require.NoError(t, err)
	stats := s.Stats()
	require.Equal(t, 2, stats.Calls)
	require.Equal(t, 1, stats.Backups)
	require.Equal(t, 3, stats.Throttled, "two answers before the first result, and one that was the result")
	require.Equal(t, []time.Duration{time.Millisecond, 5 * time.Millisecond}, stats.Latencies)
	// One to provision, one look before, 3 attempts, one look, 1 attempt, one look, one to release.
	require.Equal(t, 9, stats.Requests)
	require.Equal(t, 9, s.Requests())
	require.Equal(t, []int{6, 8}, []int{h.Events[0].Moment.Requests, h.Events[1].Moment.Requests})
	require.Equal(t, 2, told)
}

func TestTargetThatAnswersAgainIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.answer = func(_ context.Context, n int, _ targets.Call) (targets.Answer, error) {
			if n < 3 {
				return targets.Answer{Outcome: targets.Lost, Problem: "no connection"}, nil
			}
			return refused(), nil
		}
		s, ctx := sessionOf(t, f)
		a, err := s.Send(ctx, Nonsense())
		require.NoError(t, err)
		require.Equal(t, targets.Lost, a.Outcome)
		require.NoError(t, ctx.Err())
		require.Len(t, f.sent, 4, "the third question was answered")
	})
}

func TestTargetThatDoesNotAnswerAgainIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.answer = func(context.Context, int, targets.Call) (targets.Answer, error) {
			return targets.Answer{Outcome: targets.Lost, Problem: "no connection"}, nil
		}
		s, ctx := sessionOf(t, f)
		_, err := s.Send(ctx, Nonsense())
		require.ErrorIs(t, err, ErrLost)
		require.ErrorContains(t, err, "after 5 requests: no connection")
		require.ErrorIs(t, context.Cause(ctx), ErrLost, "the whole run ends")
	})
}

func TestTargetThatIsLateForEveryQuestionIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.answer = func(ctx context.Context, n int, _ targets.Call) (targets.Answer, error) {
			if n == 0 {
				return targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenTimeout}, nil
			}
			<-ctx.Done()
			return targets.Answer{}, ctx.Err()
		}
		s, ctx := sessionOf(t, f)
		begun := time.Now()
		_, err := s.Send(ctx, Nonsense())
		require.ErrorIs(t, err, ErrLost)
		require.ErrorContains(t, err, Late)
		require.Equal(t, 4*signOfLife+1500*time.Millisecond, time.Since(begun), "four questions, with pauses between them")
	})
}

// A target that is always slow gives no sign of life faster than that.
func TestSlowTargetIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.answer = func(ctx context.Context, n int, _ targets.Call) (targets.Answer, error) {
			if n == 1 {
				return targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenTimeout}, nil
			}
			a := refused()
			a.Latency = 2 * signOfLife
			return a, targets.Sleep(ctx, a.Latency)
		}
		s, ctx := sessionOf(t, f)
		for range 2 {
			_, err := s.Send(ctx, Nonsense())
			require.NoError(t, err)
		}
		require.Len(t, f.sent, 3)
	})
}

func TestAnswerWithoutAnEndIsLate(t *testing.T) {
	for latency, kind := range map[time.Duration]string{endlessAnswer: targets.BrokenTransport, endlessAnswer + 1: targets.BrokenTimeout} {
		f := newFake()
		f.answer = func(_ context.Context, n int, _ targets.Call) (targets.Answer, error) {
			if n > 0 {
				return refused(), nil
			}
			return targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenTransport, Problem: "endless", Latency: latency, Status: 200}, nil
		}
		s, ctx := sessionOf(t, f)
		a, err := s.Send(ctx, Nonsense())
		require.NoError(t, err)
		require.Equal(t, kind, a.Kind)
		require.Equal(t, kind == targets.BrokenTimeout, a.Problem == Late)
	}
}

// The limit of a call is that of the target, unless it is made to find out more and enough is known
// about the target.
func TestTimeOfACallIsLimitedByWhatIsKnown(t *testing.T) {
	known := func(answered int64, longest time.Duration) *sender {
		s := &sender{}
		s.answered.Store(answered)
		s.longest.Store(int64(longest))
		return s
	}
	throttled := known(20, time.Second)
	throttled.throttled.Store(1)
	for _, c := range []struct {
		name      string
		s         *sender
		impatient bool
		want      time.Duration // 0 is none
	}{
		{"nothing is known", known(0, 0), true, 0},
		{"few calls were answered", known(4, time.Second), true, 0},
		{"enough is known of a slow target", known(5, time.Second), true, 20 * time.Second},
		{"enough is known of a fast target", known(5, time.Millisecond), true, time.Second},
		{"the target asks to slow down", throttled, true, 0},
		{"a call that is judged has no limit", known(99, time.Second), false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := t.Context()
			if c.impatient {
				ctx = Impatient(ctx)
			}
			require.Equal(t, c.want, c.s.limit(ctx))
		})
	}
}

func TestCallThatIsCutByItsLimitGotNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.answer = func(ctx context.Context, n int, _ targets.Call) (targets.Answer, error) {
			if n > 0 {
				return refused(), nil
			}
			<-ctx.Done()
			return targets.Answer{}, ctx.Err()
		}
		s, ctx := sessionOf(t, f)
		s.sender.answered.Store(answersBefore)
		a, err := s.Send(Impatient(ctx), Nonsense())
		require.NoError(t, err)
		require.Equal(t, targets.BrokenTimeout, a.Kind)
		require.Equal(t, Late, a.Problem)
		require.Equal(t, shortestLimit, a.Latency)
		require.NoError(t, ctx.Err())
	})
}

// A slow target is not failed by how fast it was before, even where it left calls unanswered.
func TestSlowAnswerIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const fast, hanging, timeout = 20, 3, 10 * time.Second
		f := newFake()
		n := 0
		f.answer = func(ctx context.Context, _ int, call targets.Call) (targets.Answer, error) {
			if action, _ := call.Get("Action"); action != "CreateBackup" {
				return refused(), nil // a sign of life
			}
			n++
			switch {
			case n <= fast:
				return refused(), nil
			case n <= fast+hanging:
				return targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenTimeout, Latency: timeout}, nil
			}
			return refused(), targets.Sleep(ctx, timeout/2)
		}
		s, ctx := sessionOf(t, f)
		var last targets.Answer
		for range fast + hanging + 1 {
			var err error
			last, err = s.Send(ctx, *callOn(0).Call)
			require.NoError(t, err)
		}
		require.Equal(t, targets.Refused, last.Outcome)
	})
}

// A target does what it implements, as far as it says that it can.
func TestCapabilities(t *testing.T) {
	everything := targets.Capabilities{Provision: true, Observe: true, Complete: true, NextDay: true}
	f := newFake()
	s, _ := sessionOf(t, f)
	require.Equal(t, everything, s.Capabilities())
	require.True(t, s.Changes())
	s, _ = sessionOf(t, onlyCalled{f})
	require.Zero(t, s.Capabilities())
	s, _ = sessionOf(t, boasting{onlyCalled{f}})
	require.Zero(t, s.Capabilities(), "it says more than it implements")
	f.can = targets.Capabilities{Observe: true, Engines: []string{targets.MySQL}}
	s, _ = sessionOf(t, f)
	require.Equal(t, f.can, s.Capabilities())
	require.False(t, s.Changes(), "what cannot be made cannot be changed")
	f.fails["capabilities"] = errDisk
	_, _, err := NewSession(t.Context(), Config{Target: f})
	require.ErrorIs(t, err, errDisk)
}

// boasting says that it can do everything.
type boasting struct{ onlyCalled }

func (boasting) Capabilities(context.Context) (targets.Capabilities, error) {
	return targets.Capabilities{Provision: true, Observe: true, Complete: true, NextDay: true}, nil
}
