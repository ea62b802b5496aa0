package steps_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
	"github.com/cbspec/cbspec/targets/targetfile"
)

// maker answers a CreateBackup call, and reports whether it makes a backup.
type maker func(w http.ResponseWriter, r *http.Request, simulator http.Handler) (made bool)

// honest answers as the simulator does.
func honest(w http.ResponseWriter, r *http.Request, simulator http.Handler) (made bool) {
	rec := httptest.NewRecorder()
	simulator.ServeHTTP(rec, r)
	w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
	w.WriteHeader(rec.Code)
	_, _ = w.Write(rec.Body.Bytes())
	return rec.Code == http.StatusOK
}

// hidden makes a backup of every call, and hides it behind an answer.
func hidden(answer http.HandlerFunc) maker {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		answer(w, r)
		return true
	}
}

// status answers with a status and an error document with the Code.
func status(n int, code string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(n)
		_, _ = fmt.Fprintf(w, `{"RequestId":"R","HostId":"H","Code":%q,"Message":"x"}`, code)
	}
}

func unavailable(after string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", after)
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func drop(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// serveMaker starts a simulator whose CreateBackup calls are answered by m, and counts the backups
// that are made.
func serveMaker(t *testing.T, m maker) (api, controlURL string, made *atomic.Int64) {
	t.Helper()
	sim, err := simulator.New(simulator.Options{CompleteAfter: time.Millisecond})
	require.NoError(t, err)
	next := sim.API()
	made = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		action := r.FormValue("Action")
		r.Body = io.NopCloser(bytes.NewReader(body)) // which FormValue has read
		if !strings.Contains(action, "CreateBackup") {
			next.ServeHTTP(w, r)
			return
		}
		made.Add(1) // a call that is not answered is counted too
		if !m(w, r, next) {
			made.Add(-1)
		}
	}))
	t.Cleanup(server.Close)
	c := httptest.NewServer(sim.Control())
	t.Cleanup(c.Close)
	return server.URL, c.URL, made
}

// connectText opens the target of the text of a target file, with a ledger of its own.
func connectText(t *testing.T, text string) targets.Target {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "target.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	f, err := targetfile.Read(path)
	require.NoError(t, err)
	target, err := steps.ConnectFile(f, targetfile.Credentials{}, "cbspec", dir)
	require.NoError(t, err)
	return target
}

// fewRules need one instance at a time: for more than it has, a pool of fixtures waits long.
var fewRules = []string{"CB-PRE-1", "CB-PRE-3", "CB-METHOD-*", "CB-TYPE-*"}

// A run never makes more backups than its budget, in whatever way a server hides that it makes
// them. It ends when the budget is spent, and says so.
func TestARunStaysWithinItsBudget(t *testing.T) {
	const limit = 7
	instances := map[string]string{
		"provisioned": "control: {url: %s}\n",
		"fixtures":    "fixtures: [{id: rm-mysql, engine: MySQL, databases: [app]}]\nobserve: describe # %s\n",
	}
	for kind, maker := range map[string]maker{
		"honest": honest, "make400": hidden(status(400, "X")), "make429": hidden(status(429, "Throttling.User")),
		"make503": hidden(unavailable("0")), "hang": hidden(hang), "reset": hidden(drop),
	} {
		for of, lines := range instances {
			t.Run(kind+", "+of, func(t *testing.T) {
				if testing.Short() && kind != "make400" {
					t.Skip("-short tries one way to hide a backup")
				}
				if moreSeeds(t) == 0 && of == "fixtures" && kind != "make400" {
					t.Skip("a pool of fixtures waits for its instances: set CBSPEC_SEEDS, as .ci/run does")
				}
				t.Parallel()
				api, controlURL, made := serveMaker(t, maker)
				target := connectText(t, fmt.Sprintf("endpoint: %s\nlimits: {backups: %d, timeout: 200ms}\n"+lines, api, limit, controlURL))
				o := steps.Options{Target: target}
				if of == "fixtures" {
					o.Rules = fewRules
				}
				r, err := steps.Run(t.Context(), o)
				require.LessOrEqual(t, made.Load(), int64(limit))
				require.NotZero(t, made.Load())
				require.Equal(t, err != nil, !r.Complete)
				if of == "provisioned" && kind == "honest" {
					require.ErrorIs(t, err, targets.ErrBudget)
					require.Contains(t, r.CutShort, "budget is spent")
					require.Equal(t, limit, r.Backups)
				}
			})
		}
	}
}

// Where the backups are limited, the must rules have them first.
func TestALimitedRunBeginsWithTheMustRules(t *testing.T) {
	api, controlURL, _ := serveMaker(t, honest)
	target := connectText(t, fmt.Sprintf("endpoint: %s\ncontrol: {url: %s}\nlimits: {backups: 60}\n", api, controlURL))
	r, err := steps.Run(t.Context(), steps.Options{Target: target, Checks: 1})
	require.ErrorIs(t, err, targets.ErrBudget)
	judged := map[string]int{}
	for _, rule := range r.Rules {
		if rule.Verdict == reports.Passed || rule.Verdict == reports.Failed {
			judged[rule.Level]++
		}
	}
	require.Greater(t, judged[reports.Must], 5)
	require.Zero(t, judged["may"])
}

// A read-only run makes no backup, neither by its fixtures nor by hooks.
func TestAReadOnlyRunMakesNoBackup(t *testing.T) {
	fixtures := "fixtures: [{id: rm-mysql, engine: MySQL, databases: [app]}]\n"
	for name, lines := range map[string]string{
		"control":  "control: {url: %s}\n",
		"fixtures": fixtures + "observe: describe # %s\n",
		"hooks": fixtures + "hooks: {provision: {shell: 'touch made'}, complete: {shell: 'touch made'}, status: {shell: 'touch made'}," +
			" nextDay: {shell: 'touch made'}} # %s\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api, controlURL, made := serveMaker(t, honest)
			target := connectText(t, fmt.Sprintf("endpoint: %s\n"+lines, api, controlURL))
			r, err := steps.Run(t.Context(), steps.Options{Target: target, ReadOnly: true, Checks: 1, Rules: fewRules})
			require.NoError(t, err)
			require.Zero(t, made.Load())
			require.Zero(t, r.Backups)
		})
	}
}

// The time of a run begins with its first request, and no answer outlasts it.
func TestARunEndsWhenItsTimeIsUp(t *testing.T) {
	drip := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, " "); err != nil {
				return
			}
			w.(http.Flusher).Flush()
		}
	}
	for name, maker := range map[string]maker{
		"a hang": hidden(hang), "a body without an end": hidden(drip), "a throttled call": hidden(unavailable("30")), "a good server": honest,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api, controlURL, _ := serveMaker(t, maker)
			target, err := steps.Connect(rpc.Config{Endpoint: api, Timeout: time.Hour}, control.Config{URL: controlURL})
			require.NoError(t, err)
			r, err := steps.Run(t.Context(), steps.Options{Target: target, MaxTime: 500 * time.Millisecond})
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.False(t, r.Complete)
			require.Equal(t, "the time of the run was up", r.CutShort)
			require.NotEmpty(t, r.LeftOut)
		})
	}
}

// The time of a run ends it too where the control protocol takes longer at every request.
func TestARunWithAnEverSlowerControlEndsWhenItsTimeIsUp(t *testing.T) {
	backups := func(w http.ResponseWriter, n int64, pause time.Duration) {
		_, _ = io.WriteString(w, `{"backups":[`)
		for i := range n {
			_, _ = fmt.Fprintf(w, `{"backupId":"%d","method":"Physical","status":"completed"},`, i)
			if pause > 0 {
				w.(http.Flusher).Flush()
				<-time.After(pause)
			}
		}
		_, _ = io.WriteString(w, `{"backupId":"x"}]}`)
	}
	for name, slower := range map[string]func(w http.ResponseWriter, r *http.Request, n int64) (done bool){
		"every answer is later": func(_ http.ResponseWriter, r *http.Request, n int64) bool {
			select {
			case <-time.After(time.Duration(n) * 10 * time.Millisecond):
			case <-r.Context().Done():
			}
			return false
		},
		"every list is longer": func(w http.ResponseWriter, r *http.Request, n int64) bool {
			if strings.HasSuffix(r.URL.Path, "/backups") {
				backups(w, n*100, 0)
				return true
			}
			return false
		},
		"every list is longer and slower": func(w http.ResponseWriter, r *http.Request, n int64) bool {
			if strings.HasSuffix(r.URL.Path, "/backups") {
				backups(w, n, time.Millisecond)
				return true
			}
			return false
		},
	} {
		t.Run(name, func(t *testing.T) {
			sim, err := simulator.New(simulator.Options{})
			require.NoError(t, err)
			n, next := atomic.Int64{}, sim.Control()
			controlURL := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !slower(w, r, n.Add(1)) {
					next.ServeHTTP(w, r)
				}
			}))
			target := connect(t, rpc.Config{Endpoint: listen(t, sim.API())}, controlURL)
			r, err := steps.Run(t.Context(), steps.Options{Target: target, MaxTime: 300 * time.Millisecond})
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.False(t, r.Complete)
		})
	}
}
