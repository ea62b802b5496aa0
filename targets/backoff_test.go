package targets

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBackoffRetriesLessOftenWhenWaitingNeverHelps(t *testing.T) {
	b := &Backoff{Retries: 4, FirstWait: time.Microsecond}
	send := func(throttled int) (Answer, int) {
		sent := 0
		a, err := b.Send(t.Context(), func(context.Context) (Answer, error) {
			if sent++; sent <= throttled {
				return Answer{Outcome: Throttled}, nil
			}
			return Answer{Outcome: Accepted}, nil
		})
		require.NoError(t, err)
		require.Equal(t, sent, a.Attempts)
		return a, sent
	}
	a, sent := send(2)
	require.Equal(t, Accepted, a.Outcome)
	require.Equal(t, 3, sent)
	require.Equal(t, 2, a.Throttled)
	for range 3 {
		a, sent = send(100)
		require.Equal(t, Throttled, a.Outcome)
		require.Equal(t, 5, sent)
	}
	for i := 3; i < 100; i++ {
		_, sent = send(100)
		want := 2
		if i%16 == 0 {
			want = 5 // waiting may help by now
		}
		require.Equal(t, want, sent, i)
	}
	_, sent = send(0)
	require.Equal(t, 1, sent)
	_, sent = send(100)
	require.Equal(t, 2, sent, "an immediate answer says nothing about waiting")
	a, _ = send(1)
	require.Equal(t, Accepted, a.Outcome)
	_, sent = send(100)
	require.Equal(t, 5, sent, "waiting has helped")
}

func TestAServerErrorOnEveryRetryIsABrokenAnswer(t *testing.T) {
	b := &Backoff{Retries: 1, FirstWait: time.Microsecond}
	a, err := b.Send(t.Context(), func(context.Context) (Answer, error) {
		return Answer{Outcome: Throttled, Status: http.StatusServiceUnavailable}, nil
	})
	require.NoError(t, err)
	require.Equal(t, Broken, a.Outcome)
	require.Equal(t, BrokenStatus, a.Kind)
}

func TestABackoffWaitEndsWithItsContext(t *testing.T) {
	b := &Backoff{Retries: 1, FirstWait: time.Hour}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := b.Send(ctx, func(context.Context) (Answer, error) {
		cancel()
		return Answer{Outcome: Throttled}, nil
	})
	require.ErrorIs(t, err, context.Canceled)
}

func TestRetryAfterTakesSecondsOnly(t *testing.T) {
	tests := map[string]time.Duration{
		"": 0, "3": 3 * time.Second, "0": 0, "-1": 0, "soon": 0, "Mon, 23 Nov 2026 00:00:00 GMT": 0,
	}
	for value, wait := range tests {
		require.Equal(t, wait, retryAfter(http.Header{"Retry-After": {value}}), value)
	}
	require.LessOrEqual(t, min(retryAfter(http.Header{"Retry-After": {"99999999999"}}), longestWait), longestWait)
}
