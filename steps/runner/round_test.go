package runner

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

func TestRaceMakesEveryCallOnItsInstance(t *testing.T) {
	f := newFake()
	s, ctx := sessionOf(t, f)
	h, err := s.Race(ctx, Race{Case: on(2, callOn(0), callOn(1), callOn(0))})
	require.NoError(t, err)
	require.Len(t, h.Entries, 3)
	require.Equal(t, []int{0, 1, 0}, []int{h.Entries[0].Instance, h.Entries[1].Instance, h.Entries[2].Instance})
	outcomes := map[targets.Outcome]int{}
	for i, e := range h.Entries {
		outcomes[e.Outcome]++
		require.False(t, e.Completes)
		require.LessOrEqual(t, e.From, e.To)
		require.LessOrEqual(t, e.To, h.Looked[0], "the look comes after the calls")
		require.Equal(t, i, h.Events[i].Step)
		require.Equal(t, e.Outcome, h.Events[i].Decision)
	}
	require.Equal(t, map[targets.Outcome]int{targets.Accepted: 2, targets.Refused: 1}, outcomes)
	require.Equal(t, []int{1, 1}, []int{len(h.New[0]), len(h.New[1])})
	require.Equal(t, [][]int{{1, 0}, {0, 1}, {1, 0}}, newBackups(h.History), "which of the calls made it does not show")
	require.LessOrEqual(t, h.Looked[0], h.Looked[1])
	require.False(t, h.Broken)
	require.False(t, h.Instant)
	require.Subset(t, f.log, []string{"release rm-1", "release rm-2"})
}

func TestRaceWithACallThatIsNotAnswered(t *testing.T) {
	f := newFake()
	f.answer = func(_ context.Context, n int, _ targets.Call) (targets.Answer, error) {
		if n == 0 {
			return targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenStatus, Status: 500, Problem: "a server error"}, nil
		}
		return refused(), nil
	}
	s, ctx := sessionOf(t, f)
	h, err := s.Race(ctx, Race{Case: on(1, callOn(0), callOn(0))})
	require.NoError(t, err)
	require.True(t, h.Broken)
	for _, e := range h.Entries {
		require.Equal(t, e.Outcome == targets.Broken, e.To == unknown, "when it ended is not known")
	}
}

func TestRaceInWhichBackupsAreCompleted(t *testing.T) {
	f := newFake()
	s, ctx := sessionOf(t, f)
	h, err := s.Race(ctx, Race{Case: on(2, callOn(0), callOn(1)), Completing: true})
	require.NoError(t, err)
	completed := map[int]int{}
	for _, e := range h.Entries[2:] {
		require.True(t, e.Completes)
		require.LessOrEqual(t, e.From, e.To)
		completed[e.Instance]++
	}
	for k := range 2 {
		require.GreaterOrEqual(t, completed[k], 1, "once in any case")
		require.LessOrEqual(t, completed[k], completionsPerCall*2)
	}
	f.fails["complete"] = errDisk
	_, err = s.Race(ctx, Race{Case: on(1, callOn(0)), Completing: true})
	require.ErrorIs(t, err, ErrSetup)
}

func TestRaceOfATargetWhoseBackupsAreCompleteAtOnce(t *testing.T) {
	f := newFake()
	s, ctx := sessionOf(t, f)
	f.answer = func(context.Context, int, targets.Call) (targets.Answer, error) {
		f.add("rm-1", targets.LastCompleted)
		return accepted(), nil
	}
	_, err := s.Run(ctx, on(1, callOn(0)))
	require.NoError(t, err)
	f.answer = nil
	h, err := s.Race(ctx, Race{Case: on(1, callOn(0))})
	require.NoError(t, err)
	require.True(t, h.Instant)
}

func TestRaceOfATargetThatShowsNoBackups(t *testing.T) {
	s, ctx := sessionOf(t, withoutLooks{newFake()})
	h, err := s.Race(ctx, Race{Case: on(1, callOn(0))})
	require.NoError(t, err)
	require.Nil(t, h.New)
	require.False(t, h.Events[0].Observed())
}

func TestRaceWaitsForTheBackupsOfItsAcceptedCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.looks = 2
		s, ctx := sessionOf(t, f)
		h, err := s.Race(ctx, Race{Case: on(1, callOn(0))})
		require.NoError(t, err)
		require.Len(t, h.New[0], 1)
		require.Equal(t, 3*firstLook, h.Looked[1]-h.Looked[0])
	})
}

func TestRaceIsMadeOfCalls(t *testing.T) {
	f := newFake()
	s, ctx := sessionOf(t, f)
	_, err := s.Race(ctx, Race{Case: on(1, callOn(0), do(targets.StepComplete))})
	require.EqualError(t, err, "step 2 of a race is not a call")
	require.Empty(t, f.sent)
	require.Equal(t, []string{"provision rm-1", "release rm-1"}, f.log)
}
