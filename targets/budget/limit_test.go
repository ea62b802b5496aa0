package budget_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/budget"
)

// server is the URL of a target that takes any HTTP request.
type server string

func (s server) Send(ctx context.Context, _ targets.Call) (targets.Answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, string(s), nil)
	if err != nil {
		return targets.Answer{}, err
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return targets.Answer{Outcome: targets.Broken}, nil
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return targets.Answer{Outcome: targets.Accepted, Status: res.StatusCode}, err
}

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

func TestACallCountsUnlessItCertainlyMadeNoBackup(t *testing.T) {
	cancelled, cancel := context.WithCancel(context.Background())
	for _, c := range []struct {
		name   string
		target answers
		call   targets.Call
		left   int
	}{
		{"accepted", answers{answer: targets.Answer{Outcome: targets.Accepted}}, create, 2},
		{"refused", answers{answer: targets.Answer{Outcome: targets.Refused}}, create, 3},
		{"throttled", answers{answer: targets.Answer{Outcome: targets.Throttled}}, create, 3},
		{"no connection", answers{answer: targets.Answer{Outcome: targets.Lost}}, create, 3},
		{"no answer in time", answers{answer: targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenTimeout}}, create, 2},
		{"a server error", answers{answer: targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenStatus}}, create, 2},
		{"nothing could be sent", answers{err: errors.New("no key")}, create, 3},
		{"cancelled while it is sent", answers{err: context.Canceled, during: cancel}, create, 2},
		{"no Action", answers{answer: targets.Answer{Outcome: targets.Accepted}}, targets.Call{}, 2},
		{"a Describe operation", answers{answer: targets.Answer{Outcome: targets.Accepted}}, create.With("Action", "DescribeBackups"), 3},
		{"two Actions", answers{answer: targets.Answer{Outcome: targets.Accepted}},
			targets.Call{Params: []targets.Param{{Name: "Action", Value: "DescribeBackups"}, {Name: "Action", Value: "CreateBackup"}}}, 2},
		{"a raw request", answers{answer: targets.Answer{Outcome: targets.Accepted}}, targets.Call{Wire: "any"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := context.Background()
			if c.target.during != nil {
				ctx = cancelled
			}
			l := open(t, t.TempDir(), 3, nil, &clock{noon})
			_, _ = budget.Limit(&c.target, l).Send(ctx, c.call)
			require.Equal(t, 1, c.target.calls)
			require.Equal(t, c.left, left(t, l))
		})
	}
}

func TestACallThatPanicsCounts(t *testing.T) {
	l := open(t, t.TempDir(), 1, nil, &clock{noon})
	target := budget.Limit(&answers{during: func() { panic("broken adapter") }}, l)
	require.Panics(t, func() { _, _ = target.Send(context.Background(), create) })
	require.Equal(t, 0, left(t, l))
}

func TestNothingIsSentWhenTheBudgetIsSpent(t *testing.T) {
	inner := &answers{answer: targets.Answer{Outcome: targets.Accepted}}
	target := budget.Limit(inner, open(t, t.TempDir(), 2, nil, &clock{noon}))
	for range 2 {
		_, err := target.Send(context.Background(), create)
		require.NoError(t, err)
	}
	_, err := target.Send(context.Background(), create)
	require.ErrorIs(t, err, targets.ErrBudget)
	require.Equal(t, 2, inner.calls)
}

// full is a target that can do everything.
type full struct{ answers }

func (*full) Provision(context.Context, targets.Condition) (string, error) { return "rm-1", nil }
func (*full) Release(context.Context, string) error                        { return nil }
func (*full) Change(context.Context, string, *string, *[]string) error     { return nil }
func (*full) Complete(context.Context, string, string) error               { return nil }
func (*full) Backups(context.Context, string) ([]targets.Backup, error) {
	return []targets.Backup{}, nil
}
func (*full) NextDay(context.Context, string) error { return nil }
func (*full) Curl(targets.Call) string              { return "curl" }
func (*full) Algorithms() []string                  { return []string{"x"} }

func TestALimitedTargetCanDoWhatItsTargetCan(t *testing.T) {
	l := open(t, t.TempDir(), 1, nil, &clock{noon})
	limited := budget.Limit(&full{}, l)
	require.True(t, has[targets.Provisioner](limited))
	require.True(t, has[targets.Changer](limited))
	require.True(t, has[targets.Completer](limited))
	require.True(t, has[targets.Observer](limited))
	require.True(t, has[targets.DayShifter](limited))
	curler, ok := targets.As[targets.Curler](limited)
	require.True(t, ok)
	require.Equal(t, "curl", curler.Curl(create))
	signer, ok := targets.As[targets.Signer](limited)
	require.True(t, ok)
	require.Equal(t, []string{"x"}, signer.Algorithms())

	less := budget.Limit(&answers{}, l)
	require.False(t, has[targets.Provisioner](less))
	require.False(t, has[targets.Changer](less))
	require.False(t, has[targets.Completer](less))
	require.False(t, has[targets.Observer](less))
	require.False(t, has[targets.DayShifter](less))
	require.False(t, has[targets.Capable](less))
	require.False(t, has[targets.Signer](less))
}

func has[T any](t targets.Target) bool {
	_, ok := targets.As[T](t)
	return ok
}

// TestMain turns the test binary into the run that TestAKilledRunSpendsNoMoreThanItsBudget kills.
func TestMain(m *testing.M) {
	if url := os.Getenv("BUDGET_TEST_URL"); url != "" {
		spend(url, os.Getenv("BUDGET_TEST_DIR"))
		return
	}
	os.Exit(m.Run())
}

func spend(url, dir string) {
	l, err := budget.Open(budget.Config{Dir: dir, Target: "t", Limit: limit})
	if err != nil {
		panic(err)
	}
	target := budget.Limit(server(url), l)
	for {
		if _, err := target.Send(context.Background(), create); errors.Is(err, targets.ErrBudget) {
			os.Stdout.WriteString("spent\n")
			return
		}
	}
}

const limit = 25

// TestAKilledRunSpendsNoMoreThanItsBudget kills a run while the server has a call, and starts it
// again, until a run finds the budget spent. Whenever it is killed, the server never counts more
// than the limit.
func TestAKilledRunSpendsNoMoreThanItsBudget(t *testing.T) {
	if time.Now().UTC().Hour() == 23 && time.Now().UTC().Minute() >= 58 {
		t.Skip("the UTC day ends within two minutes; run the test again after that")
	}
	for _, before := range []bool{true, false} {
		t.Run("kill before it counts "+strconv.FormatBool(before), func(t *testing.T) {
			var counted, runs atomic.Int32
			var victim atomic.Pointer[os.Process]
			kill := func() {
				if n := counted.Load(); n%5 == 4 {
					if p := victim.Swap(nil); p != nil {
						_ = p.Kill()
					}
				}
			}
			srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				if before {
					kill()
				}
				counted.Add(1)
				if !before {
					kill()
				}
			}))
			defer srv.Close()
			dir := t.TempDir()
			for spent := false; !spent; {
				require.Less(t, runs.Add(1), int32(limit+2), "every run makes at least one call")
				run := exec.Command(os.Args[0])
				run.Env = append(os.Environ(), "BUDGET_TEST_URL="+srv.URL, "BUDGET_TEST_DIR="+dir)
				out, err := run.StdoutPipe()
				require.NoError(t, err)
				require.NoError(t, run.Start())
				victim.Store(run.Process)
				line, _ := bufio.NewReader(out).ReadString('\n')
				spent = line == "spent\n"
				err = run.Wait()
				require.Equal(t, spent, err == nil)
			}
			require.LessOrEqual(t, int(counted.Load()), limit)
			require.Greater(t, int(runs.Load()), 2, "runs were killed")
			require.GreaterOrEqual(t, int(counted.Load()), limit-int(runs.Load()), "a kill costs at most one call")
		})
	}
}
