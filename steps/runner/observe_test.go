package runner

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

func TestBackupsBelongToTheCallThatMadeThem(t *testing.T) {
	f := newFake()
	s, ctx := sessionOf(t, f)
	h, err := s.Run(ctx, on(2, callOn(0), callOn(0), do(targets.StepComplete), callOn(0), callOn(1)))
	require.NoError(t, err)
	require.Equal(t, []targets.Outcome{targets.Accepted, targets.Refused, targets.Accepted, targets.Accepted}, decisions(h))
	require.Equal(t, [][]int{{1, 0}, {0, 0}, {1, 0}, {0, 1}}, newBackups(h), "those from before belong to no call")
	require.Equal(t, []int{0, 1, 3, 4}, []int{h.Events[0].Step, h.Events[1].Step, h.Events[2].Step, h.Events[3].Step})
	require.Equal(t, []string{"app"}, h.Events[0].Databases)
	require.Equal(t, h.Events[2].New[0][0], h.Events[2].Made())
	require.Zero(t, h.Events[1].Made())
}

func TestBackupOfAnotherInstanceIsSeen(t *testing.T) {
	f := newFake()
	f.answer = func(context.Context, int, targets.Call) (targets.Answer, error) {
		f.add("rm-2", targets.LastRunning)
		f.add("rm-2", targets.LastRunning)
		return refused(), nil
	}
	s, ctx := sessionOf(t, f)
	h, err := s.Run(ctx, on(2, callOn(0)))
	require.NoError(t, err)
	require.Equal(t, [][]int{{0, 2}}, newBackups(h))
}

func TestBackupThatShowsLateIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.looks = 1
		s, ctx := sessionOf(t, f)
		begun := time.Now()
		h, err := s.Run(ctx, on(1, callOn(0)))
		require.NoError(t, err)
		require.Equal(t, [][]int{{1}}, newBackups(h))
		require.Equal(t, firstLook, time.Since(begun))
	})
}

func TestBackupThatNeverShowsIsWaitedForWithLessAndLessPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.answer = func(context.Context, int, targets.Call) (targets.Answer, error) { return accepted(), nil }
		s, ctx := sessionOf(t, f)
		var waits []time.Duration
		for range 13 {
			begun := time.Now()
			h, err := s.Run(ctx, on(1, callOn(0)))
			require.NoError(t, err)
			require.Equal(t, [][]int{{0}}, newBackups(h))
			waits = append(waits, time.Since(begun))
		}
		require.GreaterOrEqual(t, waits[0], settleTime)
		require.GreaterOrEqual(t, waits[1], settleTime)
		require.Less(t, waits[2], 10*firstLook, "it showed nothing twice, and was never slow")
		require.Less(t, waits[12], 10*firstLook)
	})
}

// The answer to a slow look is older than the time that has passed.
func TestABackupIsLookedForOnceMoreAfterASlowLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, looks := &Session{}, 0
		require.NoError(t, s.poll(t.Context(), func() (bool, error) {
			looks++
			return looks == 2, targets.Sleep(t.Context(), 2*settleTime)
		}))
		require.Equal(t, 2, looks)
		require.Zero(t, s.patience.missed.Load())
	})
}

func TestPatience(t *testing.T) {
	for _, c := range []struct {
		name            string
		missed, awaited int64
		slowest         time.Duration
		want            time.Duration
	}{
		{"nothing is known", 0, 0, 0, settleTime},
		{"one backup did not show", 1, 0, 0, settleTime},
		{"a few did not, and none was slow", 2, 0, 0, firstLook},
		{"a few did not, and one was slow", 2, 1, 100 * time.Millisecond, 400 * time.Millisecond},
		{"one was very slow", 2, 1, time.Minute, settleTime},
		{"more did not show than showed late", 12, 1, 100 * time.Millisecond, firstLook},
		{"many did not, and as many showed late", 12, 2, 100 * time.Millisecond, 400 * time.Millisecond},
	} {
		var p patience
		p.missed.Store(c.missed)
		p.awaited.Store(c.awaited)
		p.slowest.Store(int64(c.slowest))
		require.Equal(t, c.want, p.limit(), c.name)
	}
}

// A job that was taken and then failed is a refusal, where the target refuses in that way.
func TestRefusalMayBeAJobThatFails(t *testing.T) {
	for _, c := range []struct {
		name     string
		async    bool
		step     targets.Step
		statuses []string // of the backups that the call makes
		want     targets.Outcome
		shown    [][]int
	}{
		{"the job failed", true, wrongCall(), []string{"failed"}, targets.Refused, [][]int{{0}}},
		{"the job runs", true, callOn(0), []string{"running"}, targets.Accepted, [][]int{{1}}},
		{"one of two jobs failed", true, callOn(0), []string{"failed", "running"}, targets.Accepted, [][]int{{1}}},
		{"the target refuses at once", false, callOn(0), []string{"failed"}, targets.Accepted, [][]int{{1}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake()
			f.answer = func(context.Context, int, targets.Call) (targets.Answer, error) {
				for _, status := range c.statuses {
					f.add("rm-1", status)
				}
				return accepted(), nil
			}
			s, ctx := sessionOf(t, f, func(o *Config) { o.Async = c.async })
			h, err := s.Run(ctx, on(1, c.step))
			require.NoError(t, err)
			require.Equal(t, c.want, h.Last().Decision)
			require.Equal(t, targets.Accepted, h.Last().Answer.Outcome)
			require.Equal(t, c.shown, newBackups(h))
		})
	}
}

func TestJobThatShouldFailIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.looks = 3
		f.answer = func(context.Context, int, targets.Call) (targets.Answer, error) {
			f.add("rm-1", "failed")
			return accepted(), nil
		}
		s, ctx := sessionOf(t, f, func(o *Config) { o.Async = true })
		h, err := s.Run(ctx, on(1, wrongCall()))
		require.NoError(t, err)
		require.Equal(t, targets.Refused, h.Last().Decision)
	})
}

func TestAutomaticBackupsOfANewDayBelongToNoCall(t *testing.T) {
	f := newFake()
	f.automatic = []targets.Backup{{ID: "auto", Status: "running"}}
	s, ctx := sessionOf(t, f)
	h, err := s.Run(ctx, on(1, do(targets.StepNextDay), callOn(0), do(targets.StepComplete), callOn(0)))
	require.NoError(t, err)
	require.Equal(t, [][]int{{0}, {1}}, newBackups(h))
	require.Equal(t, "CB-PRE-3", h.Events[0].Expect.Refuse[0].Rule, "the automatic backup is running")
	require.NotEmpty(t, h.Events[1].Expect.Accept)
}

func TestBackupsOfATargetThatShowsNone(t *testing.T) {
	f := newFake()
	s, ctx := sessionOf(t, withoutLooks{f})
	h, err := s.Run(ctx, on(1, callOn(0), callOn(0)))
	require.NoError(t, err)
	require.False(t, h.Events[0].Observed())
	require.NotEmpty(t, h.Events[1].Expect.Refuse, "the accepted backup runs until it is completed")
}

func TestBackupThatEndedDuringAWaitIsNoObstacle(t *testing.T) {
	for status, accepts := range map[string]bool{"completed": true, "running": false} {
		f := newFake()
		s, ctx := sessionOf(t, f)
		h, err := s.RunSoak(ctx, on(1, callOn(0), do(targets.StepWait), callOn(0)), func(context.Context) error {
			bs := f.backups["rm-1"]
			bs[len(bs)-1].Status = status
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, accepts, len(h.Last().Expect.Accept) > 0, status)
	}
	f := newFake()
	s, ctx := sessionOf(t, f)
	_, err := s.RunSoak(ctx, on(1, do(targets.StepWait)), func(context.Context) error { return context.Canceled })
	require.ErrorIs(t, err, context.Canceled)
}

func TestStatusOfABackup(t *testing.T) {
	for status, want := range map[string]string{
		"completed": targets.LastCompleted, "Success": targets.LastCompleted, "FINISHED": targets.LastCompleted,
		"failed": targets.LastFailed, "Failure": targets.LastFailed,
		"running": targets.LastRunning, "": targets.LastRunning, "anything": targets.LastRunning,
	} {
		require.Equal(t, want, backupStatus(targets.Backup{Status: status}), status)
	}
	require.False(t, allFailed(nil))
	require.False(t, allFailed([]targets.Backup{{Status: "failed"}, {Status: "running"}}))
	require.True(t, allFailed([]targets.Backup{{Status: "failed"}, {Status: "Failure"}}))
}

func TestFailedJobOfACallWithoutAValidAnswerIsNoRefusal(t *testing.T) {
	f := newFake()
	f.answer = func(context.Context, int, targets.Call) (targets.Answer, error) {
		f.add("rm-1", "failed")
		return targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenStatus, Status: 500}, nil
	}
	s, ctx := sessionOf(t, f, func(o *Config) { o.Async = true })
	h, err := s.Run(ctx, on(1, callOn(0)))
	require.NoError(t, err)
	require.Equal(t, targets.Broken, h.Last().Decision)
}
