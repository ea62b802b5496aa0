package diagnose

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// slow is a target that answers every call of CreateBackup, but not within a limit shorter than its
// own timeout.
type slow struct{ *fake }

func (s slow) Send(ctx context.Context, call targets.Call) (targets.Answer, error) {
	a, err := s.fake.Send(ctx, call)
	action, _ := call.Get("Action")
	if targets.ReceiptOf(ctx).Timeout > 0 && action == "CreateBackup" {
		a = late(a)
	}
	return a, err
}

// A call that is late by the limit of a search does not reproduce a call without an answer.
func TestASlowAnswerReproducesNoMissingOne(t *testing.T) {
	b := newBench(t, nil)
	session, ctx, err := runner.NewSession(t.Context(), runner.Config{Target: slow{b.target}, Edition: b.target.edition})
	require.NoError(t, err)
	for range 20 {
		_, err := session.Send(ctx, runner.Nonsense())
		require.NoError(t, err)
	}
	s := &searcher{session: session, edition: b.target.edition}
	f := finding{minimal: b.vector().Case, violation: judge.Violation{Kind: judge.NoAnswer, Answered: runner.Late}}
	ctx = runner.Impatient(ctx)
	again, err := s.fails(ctx, f.minimal, f.violation)
	require.NoError(t, err)
	require.True(t, again, "a search does not wait")
	tries, failed := s.reproduce(ctx, f)
	require.Equal(t, reproductions, tries)
	require.Zero(t, failed)
}
