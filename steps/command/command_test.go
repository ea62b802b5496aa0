package command_test

import (
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps/command"
	"github.com/cbspec/cbspec/targets/simulator"
)

func TestMain(m *testing.M) {
	if root, err := filepath.Abs("../.."); os.Getenv("REPOSITORY") == "" && err == nil {
		_ = os.Setenv("REPOSITORY", root) // for the cbspec that the tests run
	}
	testscript.Main(m, map[string]func(){
		"cbspec": func() { os.Exit(command.Main(os.Args[1:], os.DirFS(os.Getenv("REPOSITORY")), os.Stdout, os.Stderr)) },
	})
}

// The scripts in testdata/script say what the command line promises: exit codes, output and files.
// They have one command of their own, "code N cbspec …", which requires that exit code, and two
// conditions: [seeds] holds where CBSPEC_SEEDS asks for the tests that take long, and
// [exists:PATH] where there is such a file.
func TestScripts(t *testing.T) {
	env := map[string]string{"REPOSITORY": os.Getenv("REPOSITORY")}
	serve(t, env, "GOOD", simulator.Options{})
	serve(t, env, "FAULTY", simulator.Options{Faults: []string{"method-any"}})
	serve(t, env, "SIGNED", simulator.Options{
		AccessKeyID: "the-key", AccessKeySecret: "the-secret-of-the-key", ControlToken: "the-control-token", Faults: []string{"method-any"},
	})
	serveRefusals(t, env)
	serveTLS(t, env)
	serveBelow(t, env)
	testscript.Run(t, testscript.Params{
		Dir:       "testdata/script",
		Cmds:      map[string]func(*testscript.TestScript, bool, []string){"code": code},
		Condition: condition,
		Setup: func(e *testscript.Env) error {
			for name, value := range env {
				e.Setenv(name, value)
			}
			e.Setenv("HOME", e.WorkDir)
			return serveResets(e)
		},
	})
}

// serve starts a simulator, and adds its URLs as $NAME and $NAME_CONTROL.
func serve(t *testing.T, env map[string]string, name string, o simulator.Options) {
	t.Helper()
	s, err := simulator.New(o)
	require.NoError(t, err)
	server, err := s.Start(t.Context(), "127.0.0.1:0", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	env[name], env[name+"_CONTROL"] = server.Endpoint, server.ControlURL
}

// serveBelow starts a simulator below a path, and adds the URL of its root as $BELOW. As $NOWHERE
// it adds the URL of a server that knows no path.
func serveBelow(t *testing.T, env map[string]string) {
	t.Helper()
	s, err := simulator.New(simulator.Options{})
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.Handle("/api/rds", http.StripPrefix("/api/rds", s.API()))
	for name, handler := range map[string]http.Handler{"BELOW": mux, "NOWHERE": http.NotFoundHandler()} {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		env[name] = server.URL + "/"
	}
}

// serveTLS starts a simulator behind TLS, and adds its URLs as $TLS and $TLS_CONTROL, and the file
// of its certificate as $TLS_CA.
func serveTLS(t *testing.T, env map[string]string) {
	t.Helper()
	s, err := simulator.New(simulator.Options{})
	require.NoError(t, err)
	api, control := httptest.NewTLSServer(s.API()), httptest.NewTLSServer(s.Control())
	t.Cleanup(api.Close)
	t.Cleanup(control.Close)
	env["TLS"], env["TLS_CONTROL"], env["TLS_CA"] = api.URL, control.URL, filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: api.Certificate().Raw})
	require.NoError(t, os.WriteFile(env["TLS_CA"], certificate, 0o600))
}

// serveRefusals starts a server that refuses every call, and adds its URL as $REFUSES.
func serveRefusals(t *testing.T, env map[string]string) {
	t.Helper()
	var answered atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"RequestId":"DA147739-AEAD-4417-9089-%012d","HostId":"h","Code":"No","Message":"never"}`, answered.Add(1))
	}))
	t.Cleanup(server.Close)
	env["REFUSES"] = server.URL
}

// serveResets starts a server that resets every connection after its first hundred answers, and
// sets its URLs as $RESETS and $RESETS_CONTROL.
func serveResets(e *testscript.Env) error {
	s, err := simulator.New(simulator.Options{})
	if err != nil {
		return err
	}
	api := s.API()
	var answered atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answered.Add(1) > 100 {
			panic(http.ErrAbortHandler)
		}
		api.ServeHTTP(w, r)
	}))
	e.Defer(server.Close)
	control := httptest.NewServer(s.Control())
	e.Defer(control.Close)
	e.Setenv("RESETS", server.URL)
	e.Setenv("RESETS_CONTROL", control.URL)
	return nil
}

// code runs a command and requires its exit code.
func code(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d instead of %d", got, want)
	}
}

// condition reports whether a condition of a script holds.
func condition(name string) (bool, error) {
	if path, is := strings.CutPrefix(name, "exists:"); is {
		_, err := os.Stat(path)
		return err == nil, nil
	}
	if name != "seeds" {
		return false, fmt.Errorf("there is no condition [%s]", name)
	}
	return os.Getenv("CBSPEC_SEEDS") != "", nil
}
