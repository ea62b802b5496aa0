package command_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets/simulator"
)

// hanging is a server that leaves CreateBackup calls unanswered, and the requests to its control
// protocol with one method.
type hanging struct {
	api, control     *httptest.Server
	called, deleting chan struct{} // closed at the first call, and at the first deletion
}

func serveHanging(t *testing.T, method string) *hanging {
	t.Helper()
	sim, err := simulator.New(simulator.Options{})
	require.NoError(t, err)
	api, control := sim.API(), sim.Control()
	s := &hanging{called: make(chan struct{}), deleting: make(chan struct{})}
	called, deleting := sync.OnceFunc(func() { close(s.called) }), sync.OnceFunc(func() { close(s.deleting) })
	s.api = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("Action") == "CreateBackup" {
			called()
			<-r.Context().Done()
			return
		}
		api.ServeHTTP(w, r)
	}))
	t.Cleanup(s.api.Close)
	s.control = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == method {
			deleting()
			<-r.Context().Done()
			return
		}
		control.ServeHTTP(w, r)
	}))
	t.Cleanup(s.control.Close)
	return s
}

// start starts a run in a process of its own that no timeout ends.
func (s *hanging) start(t *testing.T, out string) *exec.Cmd {
	t.Helper()
	test, err := os.Executable()
	require.NoError(t, err)
	program := filepath.Join(t.TempDir(), "cbspec") // by this name the test program is cbspec
	require.NoError(t, os.Symlink(test, program))
	run := exec.Command(program, "run", "--endpoint", s.api.URL, "--control", s.control.URL, "--timeout", "1h", "--out", out)
	run.Stderr = new(strings.Builder)
	require.NoError(t, run.Start())
	return run
}

// skipIgnored skips a test of a signal that whoever started it ignores, as nohup and a shell do for
// what runs in the background. A process that it starts would ignore the signal too.
func skipIgnored(t *testing.T, s os.Signal) {
	t.Helper()
	if signal.Ignored(s) {
		t.Skipf("this process ignores %s", s)
	}
}

func TestTheFirstSignalEndsARunWithAReport(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			skipIgnored(t, sig)
			s, out := serveHanging(t, "none"), t.TempDir()
			run := s.start(t, out)
			<-s.called
			require.NoError(t, run.Process.Signal(sig))
			require.Error(t, run.Wait())
			require.Equal(t, 3, run.ProcessState.ExitCode(), run.Stderr)
			f, err := os.Open(filepath.Join(out, "report.json"))
			require.NoError(t, err)
			defer f.Close()
			r, err := reports.Read(f)
			require.NoError(t, err)
			require.False(t, r.Complete)
			require.Equal(t, "the run was interrupted", r.CutShort)
		})
	}
}

func TestTheSecondSignalEndsTheProcess(t *testing.T) {
	skipIgnored(t, syscall.SIGINT)
	s := serveHanging(t, http.MethodDelete)
	run := s.start(t, t.TempDir())
	<-s.called
	require.NoError(t, run.Process.Signal(syscall.SIGINT))
	<-s.deleting // the first signal has arrived
	require.NoError(t, run.Process.Signal(syscall.SIGINT))
	require.Error(t, run.Wait())
	status, is := run.ProcessState.Sys().(syscall.WaitStatus)
	require.True(t, is)
	require.True(t, status.Signaled(), "exit code %d", run.ProcessState.ExitCode())
}
