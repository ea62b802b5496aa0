package command

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// targetFlags say what is judged.
type targetFlags struct {
	Endpoint          string        `help:"URL of the implementation. Without it the embedded simulator is judged." placeholder:"URL" group:"The target"`
	Control           string        `help:"URL of its control protocol." placeholder:"URL" group:"The target"`
	ControlToken      string        `help:"Bearer token of the control protocol." placeholder:"TOKEN" group:"The target"`
	Instance          []string      `help:"An existing, active instance to use where there is no control." placeholder:"ID" group:"The target"`
	Engine            string        `help:"Engine of --instance." default:"MySQL" group:"The target"`
	Databases         []string      `help:"Databases of --instance." placeholder:"NAME" group:"The target"`
	Name              string        `help:"What to call the target in the report." group:"The target"`
	Edition           string        `help:"Edition of the document: ${enum}." enum:"original,current" default:"original" group:"The target"`
	AccessKeyID       string        `name:"access-key-id" help:"Access key to sign with." env:"CBSPEC_ACCESS_KEY_ID,ALIBABA_CLOUD_ACCESS_KEY_ID" group:"The target"`
	AccessKeySecret   string        `name:"access-key-secret" help:"Its secret." env:"CBSPEC_ACCESS_KEY_SECRET,ALIBABA_CLOUD_ACCESS_KEY_SECRET" group:"The target"`
	Signature         string        `help:"How to sign: hmac-sha1, acs3-hmac-sha256 or none; hmac-sha1 where there is a key." enum:",hmac-sha1,acs3-hmac-sha256,none" default:"" group:"The target"`
	Refusal           string        `help:"Whether the target refuses at once (sync) or by a job that ends as Failed (async)." enum:"sync,async" default:"sync" group:"The target"`
	Timeout           time.Duration `help:"Of one request." default:"10s" group:"The target"`
	RequestsPerSecond float64       `help:"At most; 0 is no bound." default:"0" group:"The target"`
	CA                string        `name:"ca" help:"PEM file of certificates to trust." type:"existingfile" group:"The target"`
}

// scopeFlags say what runs, and how much of it.
type scopeFlags struct {
	Rule        []string      `help:"Rules to run, such as CB-METHOD-3 or CB-QUOTA-*." placeholder:"ID" group:"What runs"`
	Skip        []string      `help:"Rules to leave out." placeholder:"ID" group:"What runs"`
	Tags        []string      `help:"Areas to run, such as BackupMethod or quota." placeholder:"AREA" group:"What runs"`
	Level       []string      `help:"Levels to run: must, should, may." placeholder:"LEVEL" group:"What runs"`
	Phase       []string      `help:"Phases to run: examples, combinations, random, sequences, races, wire." placeholder:"PHASE" group:"What runs"`
	Checks      int           `help:"Random cases of a scenario." default:"20" group:"How much"`
	Seed        uint64        `help:"Same seed, same cases." default:"1" group:"How much"`
	Strength    int           `help:"How many factors the covering arrays combine, 1 to 6." default:"3" group:"How much"`
	Concurrency int           `help:"Cases tried at once." default:"8" group:"How much"`
	MaxTime     time.Duration `help:"When to stop and report what there is." default:"0" group:"How much"`
	Shard       string        `help:"Run part I of N." placeholder:"I/N" group:"How much"`
	Corpus      string        `help:"Folder of kept failures to try first." type:"existingdir" group:"How much"`
}

type runCommand struct {
	targetFlags
	scopeFlags
	Out     string   `help:"Folder of the report." default:"cbspec-report" group:"What comes out"`
	Report  []string `help:"Further reports: html, markdown, sarif, badge, each with =PATH if elsewhere." placeholder:"FORMAT" group:"What comes out"`
	Gate    string   `help:"What must hold for exit code 0: must, should or conclusive." enum:"must,should,conclusive" default:"must" group:"What comes out"`
	Events  string   `help:"File to write what happens to, a JSON object a line." placeholder:"FILE" group:"What comes out"`
	Quiet   bool     `short:"q" help:"Print nothing but errors." group:"What comes out"`
	Verbose int      `short:"v" type:"counter" help:"Show passed rules; -vv shows every request." group:"What comes out"`
}

// Run judges a target and writes the report.
func (c *runCommand) Run(ctx context.Context, s streams) error {
	o, stop, err := c.options(ctx)
	if err != nil {
		return err
	}
	defer stop()
	if err := writable(c.Out); err != nil {
		return usage(err)
	}
	show := c.progress(&o, s)
	r, runErr := steps.Run(ctx, o)
	show.end()
	if r == nil {
		return runErr
	}
	r.Options.Gate = c.Gate
	if err := c.write(r, o, s); err != nil {
		return usage(err)
	}
	return c.verdict(r, runErr)
}

// verdict turns the outcome into an exit code.
func (c *runCommand) verdict(r *reports.Report, runErr error) error {
	switch {
	case runErr != nil && errors.Is(runErr, trial.ErrLost):
		return exit{exitCutShort, runErr}
	case runErr != nil:
		return exit{exitCutShort, fmt.Errorf("the run was cut short: %s; the report says how far it came", r.CutShort)}
	case effective(r) == 0:
		return exit{exitUnmeasured, errors.New("nothing was measured: no rule had a case that could be tried and judged")}
	}
	if ok, why := passes(r, c.Gate); !ok {
		return exit{exitFailed, why}
	}
	return nil
}

func effective(r *reports.Report) int {
	n := 0
	for _, rule := range r.Rules {
		if rule.Verdict == reports.Passed || rule.Verdict == reports.Failed {
			n++
		}
	}
	return n
}

// passes tells whether a report passes a gate.
func passes(r *reports.Report, gate string) (bool, error) {
	for _, rule := range r.Rules {
		failed := rule.Verdict == reports.Failed && (rule.Level == "must" || rule.Level == "should" && gate != "must")
		if failed || gate == "conclusive" && rule.Verdict == reports.Inconclusive {
			return false, nil
		}
	}
	return true, nil
}

// options turns the flags into those of a run. stop ends what was started for it.
func (c *runCommand) options(ctx context.Context) (steps.Options, func(), error) {
	o, err := c.scopeFlags.options()
	if err != nil {
		return o, nil, usage(err)
	}
	o.Edition, o.Async, o.Version = c.Edition, c.Refusal == "async", version()
	target, about, stop, err := c.targetFlags.connect(ctx)
	if err != nil {
		return o, nil, err
	}
	o.Target, o.About = target, about
	return o, stop, nil
}

func (f scopeFlags) options() (steps.Options, error) {
	o := steps.Options{
		Rules: f.Rule, Skip: f.Skip, Areas: f.Tags, Levels: f.Level, Phases: f.Phase, Checks: f.Checks, Seed: f.Seed, Strength: f.Strength,
		Concurrency: f.Concurrency, MaxTime: f.MaxTime,
	}
	if f.Seed == 0 {
		return o, errors.New("--seed must be 1 or more")
	}
	if f.Checks < 1 || f.Concurrency < 1 {
		return o, errors.New("--checks and --concurrency must be 1 or more")
	}
	if f.Strength < 1 || f.Strength > 6 {
		return o, errors.New("--strength must be 1 to 6")
	}
	if f.Shard != "" {
		if n, err := fmt.Sscanf(f.Shard, "%d/%d", &o.Shard.Index, &o.Shard.Count); n != 2 || err != nil || o.Shard.Index < 1 || o.Shard.Index > o.Shard.Count {
			return o, fmt.Errorf("--shard %q: write it as 2/5, for the second of five", f.Shard)
		}
	}
	if f.Corpus != "" {
		files, err := filepath.Glob(filepath.Join(f.Corpus, "*.json"))
		if err != nil {
			return o, err
		}
		for _, file := range files {
			r, err := readReplay(file)
			if err != nil {
				return o, err
			}
			o.Corpus = append(o.Corpus, r)
		}
	}
	return o, nil
}

// connect makes the target that the flags name.
func (f targetFlags) connect(ctx context.Context) (targets.Target, reports.Target, func(), error) {
	about := reports.Target{Name: f.Name, Endpoint: f.Endpoint}
	none := func() {}
	if f.Endpoint == "" {
		if f.Control != "" || len(f.Instance) > 0 {
			return nil, about, none, usage(errors.New("--control and --instance need --endpoint, the URL of the implementation"))
		}
		return f.embedded(ctx)
	}
	if about.Name == "" {
		if u, err := url.Parse(f.Endpoint); err == nil {
			about.Name = u.Host
		}
	}
	if (f.AccessKeyID == "") != (f.AccessKeySecret == "") {
		return nil, about, none, usage(errors.New("--access-key-id and --access-key-secret belong together: one of them is missing"))
	}
	target, err := steps.Connect(rpc.Config{
		Endpoint: f.Endpoint, Signature: f.Signature, AccessKeyID: f.AccessKeyID, AccessKeySecret: f.AccessKeySecret, Timeout: f.Timeout,
		Concurrency: 64, RequestsPerSecond: f.RequestsPerSecond, CAFile: f.CA, UserAgent: "cbspec/" + version(),
	}, control.Config{URL: f.Control, Token: f.ControlToken, Timeout: f.Timeout})
	if err != nil {
		return nil, about, none, usage(err)
	}
	if len(f.Instance) > 0 && f.Control == "" {
		target = steps.Existing(target, f.Instance, targets.Condition{Engine: f.Engine, Databases: f.Databases})
	}
	return target, about, none, nil
}

// embedded serves the simulator on loopback, with signatures.
func (f targetFlags) embedded(ctx context.Context) (targets.Target, reports.Target, func(), error) {
	const id, secret = "cbspec-embedded-key", "cbspec-embedded-secret"
	about := reports.Target{Name: "embedded simulator"}
	sim, err := simulator.New(simulator.Options{Edition: f.Edition, AccessKeyID: id, AccessKeySecret: secret})
	if err != nil {
		return nil, about, nil, usage(err)
	}
	server, err := sim.Start(ctx, "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		return nil, about, nil, err
	}
	about.Endpoint = server.Endpoint
	target, err := steps.Connect(rpc.Config{Endpoint: server.Endpoint, AccessKeyID: id, AccessKeySecret: secret, Timeout: f.Timeout, Signature: f.Signature},
		control.Config{URL: server.ControlURL, Timeout: f.Timeout})
	if f.Signature == targets.Unsigned {
		_ = server.Close()
		return nil, about, nil, usage(errors.New("--signature none: the embedded simulator checks signatures"))
	}
	return target, about, func() { _ = server.Close() }, err
}

// writable makes the folder, and makes sure that it can be written to, before anything is sent.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("--out: the report cannot be written: %w", err)
	}
	f, err := os.CreateTemp(dir, ".cbspec-*")
	if err != nil {
		return fmt.Errorf("--out: the report cannot be written: %w", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// write writes the report's files and the summary.
func (c *runCommand) write(r *reports.Report, o steps.Options, s streams) error {
	files, err := writeFiles(r, o, c.Out, c.Report)
	if err != nil {
		return err
	}
	if c.Quiet {
		return nil
	}
	if err := reports.WriteTerminal(s.out, r, reports.TerminalOptions{Color: s.color(), Width: s.width(), Verbose: c.Verbose > 0}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "\n  report    %s\n", strings.Join(files, ", "))
	return err
}
