package steps_test

import (
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// keptCall is a kept failure: a call that is to be refused and was accepted, so often of so many
// tries.
func keptCall(reproduced, tries int) reports.Replay {
	call := targets.Call{Method: "GET", Params: []targets.Param{
		{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: targets.InstanceRef(0)}, {Name: "BackupMethod", Value: "Snapshot"},
	}}
	return reports.Replay{
		Rule: "CB-METHOD-3", Edition: "original", Kind: reports.KindWronglyAccepted, Reproduced: reproduced, Tries: tries,
		Case: targets.Case{
			Conditions: []targets.Condition{{Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastNone}},
			Steps:      []targets.Step{{Do: targets.StepCall, Call: &call}},
		},
	}
}

// acceptsEvery serves an API that accepts any BackupMethod in every n-th call, and in no call where
// n is 0.
func acceptsEvery(t *testing.T, n int64) (targets.Target, *atomic.Int64) {
	t.Helper()
	var calls atomic.Int64
	return serveHandler(t, func(api http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if q := r.URL.Query(); calls.Add(1)%max(n, 1) == 0 && n > 0 {
				q.Set("BackupMethod", "Physical")
				r.URL.RawQuery = q.Encode()
			}
			api.ServeHTTP(w, r)
		})
	}), &calls
}

func TestReplayTriesAnIntermittentFailureMoreThanOnce(t *testing.T) {
	for _, c := range []struct {
		name              string
		every             int64
		reproduced, tries int
		want              steps.Replayed
		calls             int64
	}{
		{"it failed each time, and does", 1, 3, 3, steps.Replayed{Reproduced: true}, 1},
		{"it failed each time, and does not", 0, 3, 3, steps.Replayed{}, 1},
		{"it failed now and then, and does", 20, 1, 3, steps.Replayed{Reproduced: true}, 20},
		{"it failed now and then, and does not", 0, 1, 3, steps.Replayed{Unseen: 23}, 23},
		{"it never failed again", 0, 0, 3, steps.Replayed{Unseen: 72}, 72},
	} {
		t.Run(c.name, func(t *testing.T) {
			target, calls := acceptsEvery(t, c.every)
			out, err := steps.Replay(t.Context(), steps.ReplayOptions{Target: target}, keptCall(c.reproduced, c.tries))
			require.NoError(t, err)
			out.Expected, out.Answered = "", ""
			require.Equal(t, c.want, out)
			require.Equal(t, c.calls, calls.Load())
		})
	}
}

func TestReplayMakesMoreRoundsOfAnIntermittentRace(t *testing.T) {
	kept := keptCall(0, 0)
	kept.Rule, kept.Check = "CB-RACE-1", reports.CheckRace
	call := kept.Case.Steps[0].Call.Without("BackupMethod")
	kept.Case.Steps = []targets.Step{{Do: targets.StepCall, Call: &call}, {Do: targets.StepCall, Call: &call}}
	for _, c := range []struct {
		race   *reports.Race
		unseen int
		says   string
	}{
		{nil, 0, "0 of 12 rounds of 2 simultaneous calls)"},
		{&reports.Race{Rounds: 5, Illegal: 5}, 0, "0 of 5 rounds of 2 simultaneous calls; when it was kept, 5 of 5)"},
		{&reports.Race{Rounds: 12, Illegal: 5}, 24, "0 of 24 rounds of 2 simultaneous calls; when it was kept, 5 of 12)"},
	} {
		kept.Race = c.race
		target, _ := acceptsEvery(t, 0)
		out, err := steps.Replay(t.Context(), steps.ReplayOptions{Target: target}, kept)
		require.NoError(t, err)
		require.Equal(t, c.unseen, out.Unseen)
		require.False(t, out.Reproduced)
		require.Contains(t, out.Answered, c.says)
	}
}

// A server that puts calls off says nothing about the failure, and is not asked again and again.
func TestReplayOfATargetThatPutsCallsOff(t *testing.T) {
	s, err := simulator.New(simulator.Options{})
	require.NoError(t, err)
	var calls int
	api := listen(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls++
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	target := connect(t, rpc.Config{Endpoint: api, MaxThrottled: 1}, listen(t, s.Control()))
	out, err := steps.Replay(t.Context(), steps.ReplayOptions{Target: target}, keptCall(0, 3))
	require.NoError(t, err)
	require.True(t, out.Undecided)
	require.Zero(t, out.Unseen)
	require.Equal(t, 2, calls)
}

// Of the files of a report, one is of the failure of a rule and one of the finding: both are the
// same case.
func TestACorpusRunsTheSameFailureOnce(t *testing.T) {
	kept := keptCall(3, 3)
	kept.Fingerprint = "93e30eacc2dfeb5a"
	calls := func(corpus ...reports.Replay) int {
		r := run(t, steps.Options{
			Target: faulty(t, "method-any"), Rules: []string{"CB-METHOD-3"}, Checks: 1, Phases: []string{"examples"}, Corpus: corpus,
		})
		return r.Rules[0].Cases + ruleOf(t, r, "CB-METHOD-3").Failures[0].Count
	}
	require.Equal(t, calls(kept), calls(kept, kept))
	require.Less(t, calls(), calls(kept))
}
