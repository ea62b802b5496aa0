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

func TestABackoffWaitEndsWithItsContext(t *testing.T) {
	b := &Backoff{Retries: 1, FirstWait: time.Hour}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := b.Send(ctx, func(context.Context) (Answer, error) {
		cancel()
		return Answer{Outcome: Throttled}, nil
	})
	require.ErrorIs(t, err, context.Canceled)
}

func TestRetryAfterTakesSecondsAndDates(t *testing.T) {
	const date = "Mon, 23 Nov 2026 00:00:00 GMT"
	tests := map[string]time.Duration{
		"": 0, "3": 3 * time.Second, "0": 0, "-1": 0, "soon": 0, "Mon, 23 Nov 2026 00:00:02 GMT": 2 * time.Second,
		"Sun, 22 Nov 2026 23:00:00 GMT": 0,
	}
	for value, wait := range tests {
		require.Equal(t, wait, retryAfter(http.Header{"Retry-After": {value}, "Date": {date}}), value)
	}
	require.LessOrEqual(t, min(retryAfter(http.Header{"Retry-After": {"99999999999"}}), longestWait), longestWait)
}

func throttledIf(is bool) Outcome {
	if is {
		return Throttled
	}
	return Accepted
}

// A target that lets a number of requests pass each second is sent about as many, and a target that
// throttles a request now and then is sent as many as before.
func TestThePaceIsThatOfTheTarget(t *testing.T) {
	begun := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name    string
		answers func(i int) Outcome // which come every 10 ms
		least   time.Duration
		most    time.Duration
	}{
		{"no limit", func(int) Outcome { return Accepted }, 0, 0},
		{"one in ten", func(i int) Outcome { return throttledIf(i%10 == 9) }, 0, 0},
		{"20 a second", func(i int) Outcome { return throttledIf(i%5 != 0) }, 40 * time.Millisecond, 55 * time.Millisecond},
		{"none", func(int) Outcome { return Throttled }, time.Second, time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var p pace
			for i := range 300 {
				p.answered(tt.answers(i), begun.Add(time.Duration(i)*10*time.Millisecond), time.Second)
			}
			require.GreaterOrEqual(t, p.gap, tt.least)
			require.LessOrEqual(t, p.gap, tt.most)
		})
	}
	t.Run("recovers", func(t *testing.T) {
		p := pace{gap: time.Second, changed: begun}
		for i := range 20 {
			p.answered(Accepted, begun.Add(time.Duration(i)*time.Second), time.Second)
		}
		require.Less(t, p.gap, 200*time.Millisecond)
	})
}
