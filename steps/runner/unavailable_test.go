package runner

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

// A status such as 503 on every retry is a failure of the call where other calls are answered, and
// says nothing of it where they are not.
func TestUnavailableIsTheFailureOfACallOrALimit(t *testing.T) {
	busy := targets.Answer{Outcome: targets.Throttled, Status: http.StatusServiceUnavailable, Attempts: 2, Throttled: 1}
	slow := refused()
	slow.Throttled = 1
	throttled := targets.Answer{Outcome: targets.Throttled, Status: http.StatusTooManyRequests}
	calls := func(answers ...targets.Answer) func(int) targets.Answer {
		return func(n int) targets.Answer { return answers[min(n, len(answers)-1)] }
	}
	tests := []struct {
		name  string
		call  func(n int) targets.Answer // answers the n-th time the call is sent
		other targets.Answer             // to a call of an unknown Action
		want  targets.Outcome
		sent  int
	}{
		{"the call alone", calls(busy), refused(), targets.Broken, 7},
		{"other calls too", calls(busy), busy, targets.Throttled, 2},
		{"other calls at times", calls(busy), slow, targets.Throttled, 2},
		{"not for long", calls(busy, busy, accepted()), refused(), targets.Accepted, 5},
		{"429 is never a failure", calls(throttled), refused(), targets.Throttled, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, n := newFake(), 0
			f.answer = func(_ context.Context, _ int, call targets.Call) (targets.Answer, error) {
				if action, _ := call.Get("Action"); action != "CreateBackup" {
					return tt.other, nil
				}
				n++
				return tt.call(n - 1), nil
			}
			s, ctx := sessionOf(t, f)
			a, err := s.Send(ctx, *callOn(0).Call)
			require.NoError(t, err)
			require.Equal(t, tt.want, a.Outcome)
			require.Len(t, f.sent, tt.sent)
			if tt.want == targets.Broken {
				require.Equal(t, "a server error (503) on every retry", a.Problem)
			}
		})
	}
}
