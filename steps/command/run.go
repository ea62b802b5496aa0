package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/format"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/steps/detect"
	"github.com/cbspec/cbspec/steps/runner"
)

// scopeFlags say what runs, and how much of it.
type scopeFlags struct {
	Rule        []string      `help:"Rules to run, such as CB-METHOD-3 or CB-QUOTA-*." placeholder:"ID" group:"What runs"`
	Skip        []string      `help:"Rules to leave out." placeholder:"ID" group:"What runs"`
	Tags        []string      `help:"Areas to run, such as BackupMethod or quota." placeholder:"AREA" group:"What runs"`
	Level       []string      `help:"Levels to run: must, should, may." placeholder:"LEVEL" group:"What runs"`
	Phase       []string      `help:"Phases to run: examples, combinations, random, sequences, races, wire." placeholder:"PHASE" group:"What runs"`
	Checks      int           `help:"Random cases of a scenario: 20, or 3 on fixtures." default:"0" group:"How much"`
	Seed        uint64        `help:"Same seed, same cases." default:"1" group:"How much"`
	Strength    int           `help:"How many factors the covering arrays combine, 1 to 6." default:"3" group:"How much"`
	Concurrency int           `help:"Cases tried at once: 16, or what the target file says." default:"0" group:"How much"`
	MaxTime     time.Duration `help:"When to stop and report what there is." default:"0" group:"How much"`
	Shard       string        `help:"Run part I of N." placeholder:"I/N" group:"How much"`
	ReadOnly    bool          `help:"Send only what every reading of the document refuses: no backup is made." group:"How much"`
	Quota       bool          `help:"Try the rules of the quota on fixtures too, though that uses up a day's backups." group:"How much"`
	Corpus      string        `help:"Folder of kept failures to try first." type:"existingdir" group:"How much"`
}

type runCommand struct {
	targetFlags
	scopeFlags
	Out    string   `help:"Folder of the report." default:"cbspec-report" group:"What comes out"`
	Report []string `help:"Beside JSON, JUnit and HTML: markdown, sarif, badge, badge-json, cucumber; each with =PATH if elsewhere." placeholder:"FORMAT" group:"What comes out"`
	HAR    string   `name:"har" help:"File to keep every call and its answer in, secrets removed." placeholder:"FILE" group:"What comes out"`
	gateFlags
	Events  string `help:"File to write what happens to, a JSON object a line." placeholder:"FILE" group:"What comes out"`
	Yes     bool   `short:"y" help:"Make backups on a host that is not this one without asking." group:"What comes out"`
	Quiet   bool   `short:"q" help:"Print nothing but errors." group:"What comes out"`
	Verbose int    `short:"v" type:"counter" help:"Show passed rules; -vv shows every request." group:"What comes out"`
}

// Run judges a target and writes the report.
func (c *runCommand) Run(ctx context.Context, s streams) error {
	o, t, err := c.options(ctx)
	if err != nil {
		return err
	}
	defer t.close()
	if err := writable(c.Out); err != nil {
		return usage(err)
	}
	if !c.Yes && !o.ReadOnly {
		if err := confirm(s, t); err != nil {
			return err
		}
	}
	out, err := newOutput(c.Out, c.Report)
	if err != nil {
		return usage(err)
	}
	known, err := c.gateFlags.read()
	if err != nil {
		return usage(err)
	}
	o.OnPicture = func(name string, page []byte) { out.pictures[name] = page }
	o.OnScript = func(text []byte) { out.scripts = append(out.scripts, text) }
	show := c.progress(&o, s)
	traffic, err := c.traffic(&o, t.secrets)
	if err != nil {
		return usage(err)
	}
	r, runErr := steps.Run(ctx, o)
	show.end()
	if err := traffic.close(); err != nil {
		return usage(err)
	}
	if r == nil {
		return runErr
	}
	if r, err = withoutSecrets(r, t.secrets); err != nil {
		return err
	}
	gate := c.gateFlags.conclude(s, r, known, out, format.TerminalOptions{Color: s.color(), Width: s.width(), Verbose: c.Verbose > 0, Dir: c.Out}, c.Quiet)
	return c.verdict(r, runErr, gate)
}

// verdict turns the outcome into an exit code.
func (c *runCommand) verdict(r *reports.Report, runErr, gate error) error {
	measured := effective(r) > 0
	switch {
	case exitCode(gate) == exitUsage:
		return gate // the report could not be written
	case runErr != nil && errors.Is(runErr, runner.ErrLost):
		return exit{exitCutShort, runErr}
	case runErr != nil:
		return exit{exitCutShort, fmt.Errorf("the run was cut short: %s; the report says how far it came", r.CutShort)}
	case !measured && c.ReadOnly:
		return exit{exitUnmeasured, errors.New("nothing was measured: what must be refused was refused, and why, only an accepted call beside it would tell, which --read-only does not send")}
	case !measured:
		return exit{exitUnmeasured, errors.New("nothing was measured: no rule had a case that could be tried and judged")}
	}
	return gate
}

// exitCode is the code of an error that carries one; 0 for none.
func exitCode(err error) int {
	var e exit
	if errors.As(err, &e) {
		return e.code
	}
	return 0
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

// options turns the flags into those of a run.
func (c *runCommand) options(ctx context.Context) (steps.Options, connection, error) {
	o, err := c.scopeFlags.options()
	if err != nil {
		return o, connection{}, usage(err)
	}
	t, err := c.targetFlags.connect(ctx)
	if err != nil {
		return o, t, err
	}
	if o.Concurrency == 0 {
		o.Concurrency = t.concurrency
	}
	o.ReadOnly = o.ReadOnly || t.refusalsOnly
	if t.edition == auto && o.ReadOnly {
		t.close()
		return o, t, usage(errors.New("--edition auto makes backups to find out which edition a target follows: with --read-only name it, original or current"))
	}
	if t.edition == auto {
		if t.edition, o.Notes, err = detect.Edition(ctx, t.target); err != nil {
			t.close()
			return o, t, err
		}
		o.Notes = append(o.Notes, "so the "+t.edition+" edition is the one that it is judged by")
	}
	o.Target, o.About, o.ReplayFlags, o.Edition, o.Async, o.Version = t.target, t.about, t.flags, t.edition, t.async, version()
	return o, t, nil
}

func (f scopeFlags) options() (steps.Options, error) {
	o := steps.Options{
		Rules: f.Rule, Skip: f.Skip, Areas: f.Tags, Levels: f.Level, Phases: f.Phase, Checks: f.Checks, Seed: f.Seed, Strength: f.Strength,
		Concurrency: f.Concurrency, MaxTime: f.MaxTime, ReadOnly: f.ReadOnly, Quota: f.Quota,
	}
	if f.Seed == 0 {
		return o, errors.New("--seed must be 1 or more")
	}
	if f.Checks < 0 || f.Concurrency < 0 {
		return o, errors.New("--checks and --concurrency must be 1 or more, or 0 for the default")
	}
	if f.Strength < 1 || f.Strength > 6 {
		return o, errors.New("--strength must be 1 to 6")
	}
	if f.Shard == "" {
		f.Shard = shardOfCI(os.Getenv)
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

// shardOfCI reads the shard from what CI servers set: CI_NODE_INDEX of CI_NODE_TOTAL (GitLab, CircleCI and others), or JOB_COMPLETION_INDEX, from 0, of an
// Indexed Job of Kubernetes, whose manifest sets CBSPEC_SHARDS.
func shardOfCI(env func(string) string) string {
	if n := env("CI_NODE_TOTAL"); env("CI_NODE_INDEX") != "" && n != "" && n != "1" {
		return env("CI_NODE_INDEX") + "/" + n
	}
	if i, err := strconv.Atoi(env("JOB_COMPLETION_INDEX")); err == nil && env("CBSPEC_SHARDS") != "" {
		return fmt.Sprintf("%d/%s", i+1, env("CBSPEC_SHARDS"))
	}
	return ""
}
