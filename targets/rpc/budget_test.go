package rpc

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/budget"
)

// TestMain turns the test program into the run that TestKilledRunsStayWithinTheBudget kills.
func TestMain(m *testing.M) {
	if url := os.Getenv("CBSPEC_TEST_SPEND"); url != "" {
		os.Exit(spend(url, os.Getenv("CBSPEC_TEST_DIR"), os.Getenv("CBSPEC_TEST_CA")))
	}
	os.Exit(m.Run())
}

// spentStatus is the exit status of a run that found the budget spent.
const spentStatus = 7

// spend makes backups until the budget is spent.
func spend(url, dir, ca string) int {
	ledger, err := budget.Open(budget.Config{Dir: dir, Target: url, Limit: killLimit})
	if err != nil {
		return 1
	}
	target, err := New(Config{
		Endpoint: url, CAFile: ca, Ledger: ledger, Timeout: 100 * time.Millisecond, ThrottleWait: time.Microsecond, MaxThrottled: 2,
	})
	if err != nil {
		return 1
	}
	for {
		for _, call := range []targets.Call{plainPost, plainGet, bodyless} {
			if _, err := target.Send(context.Background(), call); errors.Is(err, targets.ErrBudget) {
				return spentStatus
			}
		}
	}
}

var bodyless = targets.Call{Method: "POST", Params: plainGet.Params}

// A server may say that it has not read a call, although it has made a backup. So what is sent
// again is charged too, from the first call on.
func TestNothingIsSentAgainBehindTheBudget(t *testing.T) {
	const limit = 6
	for _, letter := range []byte{'r', 'g'} {
		for _, call := range []targets.Call{plainGet, plainPost, bodyless} {
			t.Run(string(letter)+" "+call.Method, func(t *testing.T) {
				var taken atomic.Int64
				endpoint, ca := listenHTTP2(t, func(f *http2.Framer, stream uint32) (more bool) {
					taken.Add(1)
					return answerHTTP2(f, stream, letter)
				})
				l, err := budget.Open(budget.Config{Dir: t.TempDir(), Target: endpoint, Limit: limit})
				require.NoError(t, err)
				target := connect(t, Config{Endpoint: endpoint, CAFile: ca, Ledger: l})
				for range 2 { // the second call has what the first has left
					a, err := target.Send(t.Context(), call)
					require.NoError(t, err)
					require.Equal(t, targets.BrokenDropped, a.Kind, a.Problem)
				}
				_, err = target.Send(t.Context(), call)
				require.ErrorIs(t, err, targets.ErrBudget)
				require.EqualValues(t, limit, taken.Load())
			})
		}
	}
}

// The dial that follows a request that was sent must not turn it into one that was not.
func TestARequestThatWasSentCountsAlthoughNoNextConnectionIsMade(t *testing.T) {
	for _, letter := range []byte{'r', 'g'} {
		for _, call := range []targets.Call{plainGet, plainPost, bodyless} {
			t.Run(string(letter)+" "+call.Method, func(t *testing.T) {
				endpoint, ca := listenHTTP2(t, func(f *http2.Framer, stream uint32) (more bool) {
					return answerHTTP2(f, stream, letter)
				})
				l, err := budget.Open(budget.Config{Dir: t.TempDir(), Target: endpoint, Limit: 6})
				require.NoError(t, err)
				target := connect(t, Config{Endpoint: endpoint, CAFile: ca, Ledger: l})
				own := target.transport.(*http.Transport)
				dial, dials := own.DialContext, 0
				own.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
					if dials++; dials > 1 {
						return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
					}
					return dial(ctx, network, address)
				}
				_, err = target.Send(t.Context(), call)
				require.NoError(t, err)
				left, err := l.Left()
				require.NoError(t, err)
				require.Less(t, left, 6)
			})
		}
	}
}

// killLimit is the budget of the runs that are killed.
const killLimit = 60

// makers answer calls of which each makes a backup, whatever the answer says.
var makers = map[string]http.HandlerFunc{
	"honest": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"RequestId":"R"}`) },
	"make400": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"RequestId":"R","HostId":"H","Code":"C","Message":"M"}`)
	},
	"make429": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTooManyRequests)
		io.WriteString(w, `{"RequestId":"R","HostId":"H","Code":"Throttling.User","Message":"M"}`)
	},
	"make503": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(http.StatusServiceUnavailable)
	},
	"async": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"RequestId":"R","BackupJobId":"1"}`) },
	"hang":  func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	"slow": func(w http.ResponseWriter, _ *http.Request) {
		for _, c := range []byte(`{"RequestId":"R"}`) {
			w.Write([]byte{c})
			w.(http.Flusher).Flush()
		}
	},
	"reset": onConn(func(c net.Conn) { reset(c) }),
	"duplicate": onConn(func(c net.Conn) {
		io.WriteString(c, okAnswer+okAnswer)
	}),
}

// onConn answers on the connection itself.
func onConn(f func(net.Conn)) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			f(c)
			c.Close()
		}
	}
}

// Two runs at a time spend one budget and are killed at random moments. The server never counts
// more calls than the limit, whatever it answers.
func TestKilledRunsStayWithinTheBudget(t *testing.T) {
	kills := 20
	if testing.Short() {
		kills = 2
	}
	for kind, maker := range makers {
		t.Run(kind, func(t *testing.T) {
			var k killer
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body) // a hang sees the end of the connection only then
				k.took()
				maker(w, r)
			}))
			defer s.Close()
			k.spend(t, s.URL, "", kills)
		})
	}
	t.Run("REFUSED_STREAM", func(t *testing.T) {
		var k killer
		endpoint, ca := listenHTTP2(t, func(f *http2.Framer, stream uint32) (more bool) {
			k.took()
			return answerHTTP2(f, stream, 'r')
		})
		k.spend(t, endpoint, ca, kills)
	})
}

// killer runs processes that spend a budget, and kills them.
type killer struct {
	taken atomic.Int64 // calls that the server counted

	mu       sync.Mutex
	running  []*os.Process
	patience int // calls until the next process is killed
	kills    int // that are left
}

// took counts a call, and kills a process when it is time.
func (k *killer) took() {
	k.taken.Add(1)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.patience--; k.patience > 0 || k.kills == 0 || len(k.running) == 0 {
		return
	}
	k.kills--
	k.patience = 1 + rand.IntN(4)
	victim := k.running[rand.IntN(len(k.running))]
	if rand.IntN(2) == 0 {
		_ = victim.Kill() // while it waits for the answer
		return
	}
	time.AfterFunc(rand.N(3*time.Millisecond), func() { _ = victim.Kill() }) // wherever it is then
}

// spend starts processes, two at a time, until each of them finds the budget spent.
func (k *killer) spend(t *testing.T, url, ca string, kills int) {
	k.kills, k.patience = kills, 2
	dir := t.TempDir()
	program, err := os.Executable()
	require.NoError(t, err)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			for range kills + 2 {
				run := exec.Command(program)
				run.Env = append(os.Environ(), "CBSPEC_TEST_SPEND="+url, "CBSPEC_TEST_DIR="+dir, "CBSPEC_TEST_CA="+ca)
				if k.run(run) == spentStatus {
					return
				}
			}
			t.Error("a run was killed more often than there were kills")
		})
	}
	both.Wait()
	taken := int(k.taken.Load())
	require.LessOrEqual(t, taken, killLimit)
	require.GreaterOrEqual(t, taken, killLimit-2*kills, "a kill costs at most the requests that were reserved")
	require.Less(t, k.kills, kills, "runs were killed")
}

// run runs a process to its end, and returns its exit status.
func (k *killer) run(run *exec.Cmd) int {
	k.mu.Lock()
	if err := run.Start(); err != nil {
		k.mu.Unlock()
		return -1
	}
	k.running = append(k.running, run.Process)
	k.mu.Unlock()
	_ = run.Wait() // the status says it
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, p := range k.running {
		if p == run.Process {
			k.running = append(k.running[:i], k.running[i+1:]...)
			break
		}
	}
	return run.ProcessState.ExitCode()
}
