package selftest_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/format"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/steps/selftest"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// faultsOfChild makes the test program a simulator with these faults, in a process of its own, so
// that its memory does not count as that of the run.
const faultsOfChild = "CBSPEC_TEST_SERVE_FAULTS"

func TestMain(m *testing.M) {
	if faults := os.Getenv(faultsOfChild); faults != "" {
		if err := serveFaults(strings.Split(faults, ",")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serveFaults serves until the standard input ends.
func serveFaults(faults []string) error {
	sim, err := simulator.New(simulator.Options{Faults: faults})
	if err != nil {
		return err
	}
	server, err := sim.Start(context.Background(), "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(server); err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	return server.Close()
}

// child starts a simulator with these faults in a process of its own.
func child(t *testing.T, faults ...string) *simulator.Server {
	program, err := os.Executable()
	require.NoError(t, err)
	c := exec.Command(program)
	c.Env = append(os.Environ(), faultsOfChild+"="+strings.Join(faults, ","))
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	require.NoError(t, err)
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		require.NoError(t, in.Close())
		require.NoError(t, c.Wait())
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	require.NoError(t, err)
	var server simulator.Server
	require.NoError(t, json.Unmarshal(line, &server))
	return &server
}

// Whatever a target answers, a run uses little memory, ends in time, and shows no answer as it is.
func TestHostileAnswers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes about 10 s")
	}
	for _, f := range simulator.Faults() {
		if f.Kind == simulator.HostileAnswer {
			t.Run(f.Name, func(t *testing.T) { testHostileAnswer(t, f.Name) })
		}
	}
}

func testHostileAnswer(t *testing.T, fault string) {
	const (
		timeout   = 100 * time.Millisecond // of a call, so that there are many even if none is answered
		length    = 700 * time.Millisecond // of a run that finds no cause of a failure before
		overtime  = 5 * time.Second        // to release instances and write the report
		maxMemory = 200 << 20
	)
	server := child(t, fault, "physical-refused")
	target, err := steps.Connect(
		rpc.Config{Endpoint: server.Endpoint, Timeout: timeout}, control.Config{URL: server.ControlURL})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), length)
	defer cancel()
	endAtFailure := func(e steps.Event) {
		if e.Kind == "failure" {
			cancel()
		}
	}
	peak := selftest.WatchMemory()
	begun := time.Now()
	r, err := steps.Run(ctx, steps.Options{Target: target, OnEvent: endAtFailure})
	if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		require.NoError(t, err)
	}
	require.Less(t, time.Since(begun), length+overtime)
	used := peak()
	require.Less(t, used, uint64(maxMemory))
	t.Logf("%d requests, %d MB", r.Requests, used>>20)
	requireHarmless(t, r)
}

// requireHarmless checks that no format of the report shows what a target wrote as it is.
func requireHarmless(t *testing.T, r *reports.Report) {
	terminal := func(w io.Writer, r *reports.Report) error {
		return format.WriteTerminal(w, r, format.TerminalOptions{Verbose: true})
	}
	for _, f := range append(format.All(), format.Format{Name: "terminal", Write: terminal}) {
		name := f.Name
		if name == "json" {
			continue // it keeps the bytes of the target
		}
		var b bytes.Buffer
		require.NoError(t, f.Write(&b, r), name)
		require.True(t, utf8.Valid(b.Bytes()), name)
		if i := strings.IndexFunc(b.String(), unprintable); i >= 0 {
			t.Errorf("%s: %q", name, b.String()[max(i-40, 0):min(i+20, b.Len())])
		}
		switch name {
		case "html", "markdown":
			require.NotContains(t, b.String(), "<img src=x", name)
		case "junit":
			require.NoError(t, noMarkup(b.Bytes()), name)
		}
	}
}

// unprintable reports whether a character controls a terminal or changes the direction of writing.
func unprintable(c rune) bool {
	switch {
	case c == '\n' || c == '\t':
		return false
	case c < ' ', c >= 0x7f && c < 0xa0:
		return true
	default:
		return c == 0x061c || c >= 0x200e && c <= 0x200f || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069
	}
}

// noMarkup reads XML and returns an error if the <img> of the target is an element in it.
func noMarkup(text []byte) error {
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if e, is := token.(xml.StartElement); is && e.Name.Local == "img" {
			return errors.New("the <img> of the target is an element")
		}
		if err != nil {
			return err
		}
	}
}
