// Package command is cbspec's command line.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/steps/precondition"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/fixtures"
)

// Exit codes. Scripts and CI jobs rely on them.
const (
	exitPassed     = 0
	exitFailed     = 1
	exitUsage      = 2
	exitCutShort   = 3
	exitUnmeasured = 4
	exitUnseen     = 5
	exitUnwritten  = 6
)

// cli is every command with its flags.
type cli struct {
	NoColor bool `help:"Print no colours. FORCE_COLOR prints them into a pipe too."`

	Run        runCommand        `cmd:"" default:"withargs" help:"Judge an implementation, or the embedded simulator where no endpoint is given. The default command."`
	Judge      judgeCommand      `cmd:"" help:"Judge recorded traffic: HAR files, NDJSON or cassettes of VCR. Sends nothing."`
	Watch      watchCommand      `cmd:"" help:"Judge the traffic that passes: a reverse proxy before a server. Sends nothing of its own."`
	Serve      serveCommand      `cmd:"" help:"Serve a faithful CreateBackup implementation and its control protocol. Faults can be switched on."`
	Init       initCommand       `cmd:"" help:"Write a target file, and on request a small server and a CI job. Asks on a terminal."`
	Help       helpCommand       `cmd:"" help:"Show a guide, or the help of a command."`
	Rules      rulesCommand      `cmd:"" help:"List the rules and what the document states."`
	Editions   editionsCommand   `cmd:"" help:"Show what differs between the editions of the document."`
	Explain    explainCommand    `cmd:"" help:"Explain one rule: its statement, section and level, what it needs, and the faults that prove it."`
	Plan       planCommand       `cmd:"" help:"Show what a run would send and what would stay inconclusive, after a few calls that every API refuses."`
	Replay     replayCommand     `cmd:"" help:"Send a kept failure again and report whether it still fails."`
	Compare    compareCommand    `cmd:"" help:"Show reports side by side: each rule by vendor, what each does where the document is silent, and what changed. Sends nothing; diff compares two targets."`
	Diff       diffCommand       `cmd:"" help:"Send the same cases to two targets and report what they do differently, when, and who is right. Compares targets; compare shows reports."`
	Merge      mergeCommand      `cmd:"" help:"Join the reports of the shards of one run."`
	Targets    targetsCommand    `cmd:"" help:"Write and check target files."`
	Sweep      sweepCommand      `cmd:"" help:"Remove the instances that earlier runs made and left behind. Only instances in the journal are removed."`
	Selftest   selftestCommand   `cmd:"" help:"Prove the harness: every fault of the catalogue must be detected, and no legitimate variation may fail."`
	Schema     schemaCommand     `cmd:"" help:"Print the JSON Schema of report.json."`
	Version    versionCommand    `cmd:"" help:"Print the version, its commit and its date."`
	Completion completionCommand `cmd:"" help:"Print a completion script for bash, zsh or fish."`
	Man        manCommand        `cmd:"" help:"Print the manual page, for man."`
}

// streams are where a command writes.
type streams struct {
	out, err io.Writer // clean: see cleanWriter
	raw      io.Writer // the standard output itself, for documents whose format escapes the texts of a target
	screen   *os.File  // the standard error itself, for questions and progress, which hold no text of a target
	terminal bool      // err is a terminal
	color    bool      // out shows colours
	width    int       // of out, in columns; 0 is not known
	hidden   *hidden
	files    fs.FS // of the repository: guides and examples
}

// newStreams returns the streams of the process. flush writes what is left of them.
func newStreams(out, errOut *os.File, colors bool) (s streams, flush func()) {
	h := &hidden{}
	s = streams{raw: out, screen: errOut, terminal: isTerminal(errOut), color: colors, width: widthOf(out), hidden: h}
	cleanOut, cleanErr := &cleanWriter{to: out, hidden: h, colors: s.color}, &cleanWriter{to: errOut, hidden: h}
	s.out, s.err = cleanOut, cleanErr
	return s, func() { _ = errors.Join(cleanOut.flush(), cleanErr.flush()) }
}

// exit is an error with an exit code. Its text is printed where there is one.
type exit struct {
	code int
	err  error
}

func (e exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e exit) Unwrap() error { return e.err }

// unwritten marks an error of a file that could not be written, although it could be when the run
// began.
func unwritten(err error) error {
	if err == nil {
		return nil
	}
	return exit{exitUnwritten, err}
}

// usage marks an error as one of usage or configuration, which has its own exit code.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return exit{exitUsage, err}
}

const description = `cbspec checks whether an implementation of Alibaba Cloud RDS CreateBackup does what its documentation says.

  cbspec                                              the whole suite against the embedded simulator
  cbspec run --endpoint URL --control URL             judge a server that implements the control protocol
  cbspec run --endpoint URL --instance rm-1           judge as much as one existing instance allows
  cbspec run --target FILE                            judge the target of a target file (see cbspec targets init)
  cbspec serve                                        run a server to develop clients against
  cbspec replay cbspec-report/replays/CB-….json …     send a failure again

Exit codes: 0 the gate was passed, 1 it was not, 2 wrong usage, 3 the target could not be reached or the run was cut short,
4 nothing was tested: no must rule passed or failed, 5 replay did not see a failure that was intermittent,
6 a file could not be written at the end. Every flag can be set by the environment: CBSPEC_ENDPOINT stands for --endpoint.
An empty variable counts as one that is not set.`

// Main runs the program with its arguments and returns the exit code. The files are those of the
// repository that the program shows and writes: guides and examples.
func Main(args []string, files fs.FS, out, errOut *os.File) (code int) {
	ctx, stop := interruptible()
	defer stop()
	log.SetOutput(io.Discard) // where net/http writes what a server sends unasked
	s, flush := newStreams(out, errOut, wantsColors(isTerminal(out), args, os.Getenv))
	defer flush()
	s.files = files
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(s.err, "cbspec: internal error, please report it: %v\n%s", p, debug.Stack())
			code = exitCutShort
		}
	}()
	var c cli
	code = -1
	parser, err := kong.New(&c, kong.Name("cbspec"), kong.Description(description), kong.Writers(s.out, s.err), kong.DefaultEnvars("CBSPEC"),
		kong.Exit(func(n int) { code = n }), kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 110}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(s))
	if err != nil {
		fmt.Fprintln(s.err, "cbspec:", err)
		return exitUsage
	}
	empty := newUnset(parser)
	k, err := parser.Parse(empty.withoutEmpty(args))
	if code >= 0 {
		return code // help was asked for
	}
	if err == nil {
		hideFlags(k, s.hidden)
		err = empty.checkTarget(k)
	}
	if err != nil {
		fmt.Fprintf(s.err, "cbspec: %s%s\n", strings.TrimSpace(err.Error()), mistyped(err, args, parser.Model.Node))
		fmt.Fprintln(s.err, "cbspec --help shows the commands and flags.")
		return exitUsage
	}
	return codeOf(k.Run(), s.err)
}

// hideFlags adds the values of the flags that are secret.
func hideFlags(k *kong.Context, h *hidden) {
	for _, flag := range k.Flags() {
		if slices.Contains([]string{"access-key-secret", "security-token", "control-token"}, flag.Name) {
			h.add(flag.Target.String())
		}
	}
}

// codeOf prints an error and returns its exit code.
func codeOf(err error, errOut io.Writer) int {
	if err == nil {
		return exitPassed
	}
	var e exit
	coded := errors.As(err, &e)
	if text := err.Error(); text != "" {
		fmt.Fprintln(errOut, "cbspec:", text)
	}
	switch {
	case coded:
		return e.code
	case errors.Is(err, targets.ErrUnreachable), errors.Is(err, targets.ErrBudget),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), precondition.Is(err):
		return exitCutShort
	case errors.Is(err, steps.ErrOptions), errors.Is(err, fixtures.ErrFixture):
		return exitUsage
	default:
		return exitFailed
	}
}
