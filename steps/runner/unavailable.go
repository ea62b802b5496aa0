package runner

import (
	"context"
	"fmt"

	"github.com/cbspec/cbspec/targets"
)

// unavailableRounds is how often another call has to be answered, and the call not, before the call
// counts as the reason.
const unavailableRounds = 3

// unavailable decides about a call that was answered with a status such as 503 on every retry. If
// other calls are answered meanwhile, the target has no limit of requests but fails at this call.
func (s *sender) unavailable(ctx context.Context, call targets.Call, a targets.Answer, r *targets.Receipt) (targets.Answer, error) {
	if a.Outcome != targets.Throttled || a.Status < 500 {
		return a, nil
	}
	attempts := a.Attempts
	for range unavailableRounds {
		other, err := s.target.Send(targets.WithReceipt(ctx, &targets.Receipt{}), Nonsense())
		if err != nil {
			return a, err
		}
		s.requests.Add(int64(other.Attempts))
		if other.Status == 0 || other.Throttled > 0 || other.Outcome == targets.Throttled {
			return a, nil
		}
		again, err := s.send(ctx, call, r)
		if err != nil {
			return a, err
		}
		attempts += again.Attempts
		again.Attempts = attempts
		if again.Outcome != targets.Throttled {
			return again, nil
		}
		a = again
	}
	a.Outcome, a.Kind, a.Problem = targets.Broken, targets.BrokenStatus, fmt.Sprintf("a server error (%d) on every retry", a.Status)
	return a, nil
}
