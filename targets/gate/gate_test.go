package gate_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/budget"
	"github.com/cbspec/cbspec/targets/gate"
)

// answers is a target that gives a fixed answer.
type answers struct {
	answer targets.Answer
	err    error
	during func()
	calls  int
}

func (a *answers) Send(context.Context, targets.Call) (targets.Answer, error) {
	a.calls++
	if a.during != nil {
		a.during()
	}
	return a.answer, a.err
}

var create = targets.Call{Method: "POST", Params: []targets.Param{{Name: "Action", Value: "CreateBackup"}}}

// once makes one request of the target.
func (a *answers) once(ctx context.Context) (targets.Answer, error) {
	return a.Send(ctx, targets.Call{})
}

// ledger opens a ledger with a limit of three backups.
func ledger(t *testing.T) *budget.Ledger {
	t.Helper()
	l, err := budget.Open(budget.Config{Dir: t.TempDir(), Target: "http://rds.example/", Limit: 3})
	require.NoError(t, err)
	return l
}

func left(t *testing.T, l *budget.Ledger) int {
	t.Helper()
	n, err := l.Left()
	require.NoError(t, err)
	return n
}

func TestEveryRequestCountsUnlessCertainlyNothingWasSent(t *testing.T) {
	throttled := targets.Answer{Outcome: targets.Throttled}
	for _, c := range []struct {
		name   string
		target answers
		call   targets.Call
		left   int
	}{
		{"accepted", answers{answer: targets.Answer{Outcome: targets.Accepted}}, create, 2},
		{"refused", answers{answer: targets.Answer{Outcome: targets.Refused}}, create, 2},
		{"throttled", answers{answer: throttled}, create, 1},
		{"not read", answers{answer: targets.Answer{Outcome: targets.Broken, Unread: true}}, create, 0},
		{"no connection", answers{answer: targets.Answer{Outcome: targets.Lost}}, create, 3},
		{"no answer in time", answers{answer: targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenTimeout}}, create, 2},
		{"a server error", answers{answer: targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenStatus}}, create, 2},
		{"nothing could be sent", answers{err: errors.New("no key")}, create, 3},
		{"no Action", answers{answer: targets.Answer{Outcome: targets.Accepted}}, targets.Call{}, 2},
		{"a Describe operation", answers{answer: targets.Answer{Outcome: targets.Accepted}}, create.With("Action", "DescribeBackups"), 3},
		{"an unknown Action of no instance", answers{answer: targets.Answer{Outcome: targets.Accepted}}, create.With("Action", "Nonsense"), 3},
		{"an unknown Action of an instance", answers{answer: targets.Answer{Outcome: targets.Accepted}},
			create.With("Action", "Nonsense").With("DBInstanceId", "rm-1"), 2},
		{"the Action in other letters", answers{answer: targets.Answer{Outcome: targets.Accepted}}, create.With("Action", "createbackup"), 2},
		{"two Actions", answers{answer: targets.Answer{Outcome: targets.Accepted}},
			targets.Call{Params: []targets.Param{{Name: "Action", Value: "DescribeBackups"}, {Name: "Action", Value: "CreateBackup"}}}, 2},
		{"a raw request", answers{answer: targets.Answer{Outcome: targets.Accepted}}, targets.Call{Wire: "any"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := ledger(t)
			g := gate.New(gate.Config{Ledger: l, Retries: 1, FirstWait: time.Nanosecond})
			_, _ = g.Send(t.Context(), c.call, c.target.once)
			require.Equal(t, c.left, left(t, l))
		})
	}
}

func TestARequestThatIsCancelledCounts(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	l := ledger(t)
	_, err := gate.New(gate.Config{Ledger: l}).Send(ctx, create, (&answers{err: context.Canceled, during: cancel}).once)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 2, left(t, l))
}

// Only who has looked at the backups of the target returns what a call has reserved.
func TestAnObservationReturnsWhatWasNotMade(t *testing.T) {
	for _, c := range []struct {
		name       string
		made, left int
	}{
		{"nothing shows what was made", -1, 1},
		{"nothing was made", 0, 3},
		{"one of two requests made a backup", 1, 2},
		{"both requests made one", 2, 1},
		{"more than was reserved", 9, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := ledger(t)
			g := gate.New(gate.Config{Ledger: l, Retries: 1, FirstWait: time.Nanosecond})
			var r targets.Receipt
			_, err := g.Send(targets.WithReceipt(t.Context(), &r), create, (&answers{answer: targets.Answer{Outcome: targets.Throttled}}).once)
			require.NoError(t, err)
			require.Equal(t, 1, left(t, l))
			require.NoError(t, r.Settle(c.made))
			require.Equal(t, c.left, left(t, l))
		})
	}
}

func TestNothingIsSentWhenTheBudgetIsSpent(t *testing.T) {
	inner := &answers{answer: targets.Answer{Outcome: targets.Accepted}}
	g := gate.New(gate.Config{Ledger: ledger(t)})
	for range 3 {
		_, err := g.Send(t.Context(), create, inner.once)
		require.NoError(t, err)
	}
	_, err := g.Send(t.Context(), create, inner.once)
	require.ErrorIs(t, err, targets.ErrBudget)
	require.Equal(t, 3, inner.calls)
}

// Where the budget is spent, an answer that asks to slow down stands: no wait helps, and a request
// that is not sent is not counted.
func TestTheLastAnswerStandsWhenTheBudgetIsSpent(t *testing.T) {
	for _, answer := range []targets.Answer{
		{Outcome: targets.Throttled, Status: 429}, {Outcome: targets.Broken, Kind: targets.BrokenDropped, Unread: true},
	} {
		synctest.Test(t, func(t *testing.T) {
			inner := &answers{answer: answer}
			g := gate.New(gate.Config{Ledger: ledger(t), Retries: 8, FirstWait: time.Second})
			begun := time.Now()
			a, err := g.Send(t.Context(), create, inner.once)
			require.NoError(t, err)
			require.Equal(t, answer.Outcome, a.Outcome)
			require.Equal(t, 3, inner.calls)
			require.Equal(t, 3, a.Attempts)
			require.Less(t, time.Since(begun), 20*time.Second)
		})
	}
}

func TestReadOnlyLetsOnlyHarmlessCallsPass(t *testing.T) {
	inner := &answers{answer: targets.Answer{Outcome: targets.Refused}}
	g := gate.New(gate.Config{})
	ctx := targets.WithTraffic(t.Context(), &targets.Traffic{ReadOnly: true})
	_, err := g.Send(ctx, create, inner.once)
	require.ErrorIs(t, err, gate.ErrReadOnly)
	require.ErrorIs(t, err, targets.ErrUnmet)
	_, err = g.Send(targets.WithReceipt(ctx, &targets.Receipt{}), create, inner.once)
	require.ErrorIs(t, err, gate.ErrReadOnly)
	require.Zero(t, inner.calls)
	_, err = g.Send(targets.WithReceipt(ctx, &targets.Receipt{Harmless: true}), create, inner.once)
	require.NoError(t, err)
	_, err = g.Send(ctx, create.With("Action", "DescribeBackups"), inner.once)
	require.NoError(t, err)
	require.Equal(t, 2, inner.calls)
}

func TestTheGateCountsWhatNobodyElseCounts(t *testing.T) {
	inner := &answers{answer: targets.Answer{Outcome: targets.Accepted}}
	g := gate.New(gate.Config{})
	var traffic targets.Traffic
	ctx := targets.WithTraffic(t.Context(), &traffic)
	for _, call := range []targets.Call{create, create.With("Action", "DescribeBackups")} {
		_, err := g.Send(ctx, call, inner.once)
		require.NoError(t, err)
	}
	_, err := g.Send(targets.WithReceipt(ctx, &targets.Receipt{}), create, inner.once)
	require.NoError(t, err)
	require.EqualValues(t, 2, traffic.Requests.Load())
	require.EqualValues(t, 1, traffic.Backups.Load())
}

// Whatever becomes of a connection, a request ends when its time is up.
func TestARequestThatDoesNotHeedItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct{ target, receipt, want time.Duration }{
			{time.Second, 0, time.Second}, {time.Second, time.Minute, time.Second}, {time.Minute, time.Second, time.Second},
		} {
			stuck := make(chan struct{})
			g := gate.New(gate.Config{Timeout: c.target})
			begun := time.Now()
			a, err := g.Send(targets.WithReceipt(t.Context(), &targets.Receipt{Timeout: c.receipt}), create,
				func(context.Context) (targets.Answer, error) {
					<-stuck
					return targets.Answer{}, nil
				})
			require.NoError(t, err)
			require.Equal(t, targets.BrokenTimeout, a.Kind)
			require.Equal(t, c.want+250*time.Millisecond, time.Since(begun))
			close(stuck)
		}
	})
}

// A call waits for the rate however long that takes: its own time begins when it is sent.
func TestTheRateHoldsBackRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gate.New(gate.Config{RequestsPerSecond: 0.1, Timeout: time.Second})
		begun := time.Now()
		for range 4 {
			a, err := g.Send(t.Context(), create, (&answers{answer: targets.Answer{Outcome: targets.Accepted}}).once)
			require.NoError(t, err)
			require.Equal(t, targets.Accepted, a.Outcome)
		}
		require.Equal(t, 30*time.Second, time.Since(begun))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := g.Send(ctx, create, nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestATargetHasOneGate(t *testing.T) {
	behind := gate.Around(&answers{})
	_, is := targets.As[targets.Observer](behind)
	require.False(t, is)
	ctx := targets.WithTraffic(t.Context(), &targets.Traffic{ReadOnly: true})
	_, err := behind.Send(ctx, create)
	require.ErrorIs(t, err, gate.ErrReadOnly)
	kept := keeper{}
	require.Equal(t, kept, gate.Around(kept))
}

// keeper is an adapter with a gate of its own.
type keeper struct{ targets.Target }

func (keeper) Gate() *gate.Gate { return nil }
