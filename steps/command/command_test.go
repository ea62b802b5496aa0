package command_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/cbspec/cbspec/steps/command"
	"github.com/cbspec/cbspec/targets/simulator"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"cbspec": func() { os.Exit(command.Main(os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// The scripts pin what the command line promises: exit codes, and what is said. "code N cbspec …" wants that very exit code.
func TestScripts(t *testing.T) {
	good, goodControl := serve(t, simulator.Options{})
	faulty, faultyControl := serve(t, simulator.Options{Faults: []string{"method-any"}})
	signed, signedControl := serve(t, simulator.Options{AccessKeyID: "the-key", AccessKeySecret: "the-secret-of-the-key", ControlToken: "the-control-token", Faults: []string{"method-any"}})
	var refusals atomic.Int64
	no := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"RequestId":"DA147739-AEAD-4417-9089-%012d","HostId":"h","Code":"No","Message":"never"}`, refusals.Add(1))
	}))
	t.Cleanup(no.Close)
	testscript.Run(t, testscript.Params{
		Dir:  "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"code": code},
		Setup: func(e *testscript.Env) error {
			for name, value := range map[string]string{
				"GOOD": good, "GOOD_CONTROL": goodControl, "FAULTY": faulty, "FAULTY_CONTROL": faultyControl, "NO": no.URL, "SIGNED": signed, "SIGNED_CONTROL": signedControl, "RESETS": resets(e),
				"HOME": e.WorkDir,
			} {
				e.Setenv(name, value)
			}
			return nil
		},
	})
}

func serve(t *testing.T, o simulator.Options) (endpoint, control string) {
	t.Helper()
	s, err := simulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server, err := s.Start(context.Background(), "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server.Endpoint, server.ControlURL
}

// resets serves what resets every connection after its first hundred answers.
func resets(e *testscript.Env) string {
	var answered atomic.Int64
	s, err := simulator.New(simulator.Options{})
	if err != nil {
		panic(err)
	}
	api := s.API()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answered.Add(1) > 100 {
			panic(http.ErrAbortHandler)
		}
		api.ServeHTTP(w, r)
	}))
	control := httptest.NewServer(s.Control())
	e.Defer(server.Close)
	e.Defer(control.Close)
	e.Setenv("RESETS_CONTROL", control.URL)
	return server.URL
}

// code runs a command and wants its exit code.
func code(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d instead of %d", got, want)
	}
}
