package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/steps/detect"
	"github.com/cbspec/cbspec/steps/precondition"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/gate"
)

// scopeFlags say what runs, and with how much effort.
type scopeFlags struct {
	Rule        []string      `help:"Rules to run, such as CB-METHOD-3 or CB-QUOTA-*." placeholder:"ID" group:"What runs"`
	Skip        []string      `help:"Rules to leave out." placeholder:"ID" group:"What runs"`
	Tags        []string      `help:"Areas to run, such as BackupMethod or quota." placeholder:"AREA" group:"What runs"`
	Level       []string      `help:"Levels to run: must, should, may." placeholder:"LEVEL" group:"What runs"`
	Phase       []string      `help:"Phases to run: examples, combinations, random, sequences, races, wire." placeholder:"PHASE" group:"What runs"`
	Checks      int           `help:"Random cases per scenario; 0 means 20, or 3 with fixtures." default:"0" group:"How much"`
	Seed        uint64        `help:"Seed of the random cases. The same seed gives the same cases." default:"1" group:"How much"`
	Strength    int           `help:"How many factors the covering arrays combine, 1 to 6." default:"3" group:"How much"`
	Concurrency int           `help:"Cases that run at once; 0 means 16, or what the target file says." default:"0" group:"How much"`
	MaxFindings int           `help:"Stop after this many findings; 0 sets no limit." default:"0" group:"How much"`
	FailFast    bool          `help:"Stop after the first finding." group:"How much"`
	MaxTime     time.Duration `help:"Stop after this time and report what was found; 0 sets no limit." default:"0" group:"How much"`
	Shard       string        `help:"Run part I of N parts." placeholder:"I/N" group:"How much"`
	ReadOnly    bool          `help:"Send only calls that every reading of the document refuses, so that no backup is made." group:"How much"`
	Quota       bool          `help:"Also run the quota rules on fixtures, although that uses up the backups of a day." group:"How much"`
	Corpus      string        `help:"Folder of replay files to run first." type:"existingdir" group:"How much"`
	effortFlags
}

type runCommand struct {
	targetFlags
	scopeFlags
	reportFlags
	HAR    string `name:"har" help:"File for every call and its answer, without secrets." placeholder:"FILE" group:"What comes out"`
	Events string `help:"File for the events of the run, one JSON object per line." placeholder:"FILE" group:"What comes out"`
	Yes    bool   `short:"y" help:"Do not ask before making backups on another host. Needed where there is no terminal to ask on." group:"What comes out"`
}

// Run judges a target and writes the report.
func (c *runCommand) Run(ctx context.Context, s streams) error {
	if err := c.gateFlags.checkLevels(c.Level); err != nil {
		return usage(err)
	}
	o, t, err := c.options(ctx, s)
	if err != nil {
		return err
	}
	defer t.close()
	out, known, err := c.ready(s, o, t)
	if err != nil {
		return err
	}
	if o.MaxTime > 0 { // which begins with the first request, and not only when steps.Run does
		limited, cancel := context.WithTimeout(ctx, o.MaxTime)
		defer cancel()
		ctx = limited
	}
	o.OnPicture = func(name string, page []byte) { out.pictures[name] = page }
	o.OnScript = func(text []byte) { out.scripts = append(out.scripts, text) }
	show, err := c.progress(&o, s)
	if err != nil {
		return usage(err)
	}
	traffic, err := c.traffic(&o, s.hidden)
	if err != nil {
		return usage(err)
	}
	if err := detectEdition(ctx, &o, t.edition); err != nil {
		return errors.Join(err, show.end(), traffic.close())
	}
	r, runErr := steps.Run(ctx, o)
	lost := errors.Join(show.end(), traffic.close())
	if r == nil {
		return errors.Join(runErr, lost)
	}
	r.Warnings = append(r.Warnings, ledgerNotes(t.target)...)
	out.hidden = s.hidden
	r = reports.WithTexts(r, s.hidden.text)
	return beside(c.verdict(r, runErr, c.finish(s, r, known, out)), lost)
}

// ready checks everything that a run needs besides its target, and removes the report of an earlier
// run. Nothing is sent.
func (c *runCommand) ready(s streams, o steps.Options, t connection) (*output, []reports.Waiver, error) {
	if err := c.gateFlags.checkSelection(o); err != nil {
		return nil, nil, usage(err)
	}
	out, known, err := c.reportFlags.ready()
	if err != nil {
		return nil, nil, usage(err)
	}
	if !c.Yes && !o.ReadOnly {
		if err := confirm(s, t); err != nil {
			return nil, nil, err
		}
	}
	if t.embedded && !c.Quiet {
		fmt.Fprintln(s.err, "Judging the embedded simulator; --endpoint URL judges an implementation.")
	}
	return out, known, usage(out.clear())
}

// ledgerNotes says what the owner of a limit of backups must know about its ledger.
func ledgerNotes(t targets.Target) []string {
	k, is := targets.As[gate.Keeper](t)
	if !is || k.Gate().Ledger == nil {
		return nil
	}
	return k.Gate().Ledger.Notes()
}

// beside returns the verdict, or the exit code of lost files where an output of the run was lost.
func beside(verdict, lost error) error {
	if lost == nil {
		return verdict
	}
	if verdict != nil && verdict.Error() != "" {
		lost = errors.Join(verdict, lost)
	}
	return unwritten(lost)
}

// verdict returns the error that the exit code is made from.
func (c *runCommand) verdict(r *reports.Report, runErr, gate error) error {
	measured := effective(r) > 0
	switch {
	case exitCode(gate) == exitUnwritten:
		return gate
	case errors.Is(runErr, steps.ErrEnough) && exitCode(gate) == exitFailed:
		return gate
	case precondition.NotTheAPI(runErr) && c.Target == "" && c.Control == "" && len(c.Instance) == 0:
		return exit{exitUnmeasured, fmt.Errorf("nothing was measured: %w", runErr)} // nor could it be without an instance
	case runErr != nil && (errors.Is(runErr, runner.ErrLost) || precondition.Is(runErr)):
		return exit{exitCutShort, runErr}
	case runErr != nil:
		return exit{exitCutShort, fmt.Errorf("the run was cut short: %s; the report says how far it came", r.CutShort)}
	case !measured && c.ReadOnly:
		return exit{exitUnmeasured, errors.New("nothing was measured: " +
			"a refusal proves a rule only beside an accepted call, which --read-only does not send")}
	case !measured:
		return exit{exitUnmeasured, errors.New("nothing was measured: no rule had a case that could be run and judged")}
	}
	return gate
}

// exitCode returns the exit code of an error, or 0 where it has none.
func exitCode(err error) int {
	if e, ok := errors.AsType[exit](err); ok {
		return e.code
	}
	return 0
}

// effective counts the rules that passed or failed.
func effective(r *reports.Report) int {
	n := 0
	for _, rule := range r.Rules {
		if rule.Verdict == reports.Passed || rule.Verdict == reports.Failed {
			n++
		}
	}
	return n
}

// options returns the options of a run and the target, by the flags.
func (c *runCommand) options(ctx context.Context, s streams) (steps.Options, connection, error) {
	o, err := c.scopeFlags.options()
	if err != nil {
		return o, connection{}, usage(err)
	}
	t, err := c.targetFlags.connect(ctx, s.hidden)
	if err != nil {
		return o, t, err
	}
	if o.Concurrency == 0 {
		o.Concurrency = t.concurrency
	}
	o.ReadOnly = o.ReadOnly || t.refusalsOnly
	if t.edition == auto && o.ReadOnly {
		t.close()
		return o, t, usage(errors.New("--edition auto makes backups to detect the edition: with --read-only, name the edition"))
	}
	o.Target, o.About, o.ReplayFlags = t.target, t.about, t.flags
	o.Async, o.Version = t.async, version()
	if t.edition != auto {
		o.Edition = t.edition
	}
	return o, t, nil
}

// detectEdition asks the target for its edition where that is asked for. It makes backups.
func detectEdition(ctx context.Context, o *steps.Options, edition string) error {
	if edition != auto {
		return nil
	}
	found, err := detect.Edition(ctx, o.Target, o.OnCall)
	if err != nil {
		return err
	}
	o.Edition, o.SentBefore, o.MadeBefore = found.Edition, found.Requests, found.Backups
	o.Notes = append(found.Evidence, "judged by the "+o.Edition+" edition")
	return nil
}

// options returns the options of the flags.
func (f scopeFlags) options() (steps.Options, error) {
	f, err := f.effort()
	if err != nil {
		return steps.Options{}, err
	}
	o := steps.Options{
		Rules: f.Rule, Skip: f.Skip, Areas: f.Tags, Levels: f.Level, Phases: f.Phase, Checks: f.Checks, Seed: f.Seed,
		Strength: f.Strength, Concurrency: f.Concurrency, MaxTime: f.MaxTime, ReadOnly: f.ReadOnly, Quota: f.Quota,
		MaxFindings: f.MaxFindings,
	}
	if f.FailFast {
		o.MaxFindings = 1
	}
	switch {
	case f.Seed == 0:
		return o, errors.New("--seed must be 1 or more")
	case f.Checks < 0 || f.Concurrency < 0:
		return o, errors.New("--checks and --concurrency must be 1 or more, or 0 for the default")
	case f.Strength < 1 || f.Strength > 6:
		return o, errors.New("--strength must be 1 to 6")
	case f.MaxFindings < 0:
		return o, errors.New("--max-findings must be 1 or more, or 0 for no limit")
	case f.MaxTime < 0:
		return o, errors.New("--max-time must not be negative")
	}
	if o.Shard, err = f.shard(); err != nil {
		return o, err
	}
	o.Corpus, err = readCorpus(f.Corpus)
	return o, err
}

// shard returns the part of the run that the flags, or else a CI server, ask for.
func (f scopeFlags) shard() (steps.Shard, error) {
	text := cmp.Or(f.Shard, shardOfCI(os.Getenv))
	if text == "" {
		return steps.Shard{}, nil
	}
	var s steps.Shard
	n, err := fmt.Sscanf(text, "%d/%d", &s.Index, &s.Count)
	if n != 2 || err != nil || s.Index < 1 || s.Index > s.Count {
		return s, fmt.Errorf("--shard %q: write it as 2/5, for the second of five", text)
	}
	return s, nil
}

// readCorpus reads the replay files of a folder. An empty name has none.
func readCorpus(dir string) ([]reports.Replay, error) {
	if dir == "" {
		return nil, nil
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	var corpus []reports.Replay
	for _, file := range files {
		r, err := reports.ReadReplay(file)
		if err != nil {
			return nil, err
		}
		corpus = append(corpus, r)
	}
	return corpus, nil
}

// writable makes the folder and checks that files can be written to it, before anything is sent.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("the report cannot be written: %w", err)
	}
	f, err := os.CreateTemp(dir, ".cbspec-*")
	if err != nil {
		return fmt.Errorf("the report cannot be written: %w", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// shardOfCI returns the shard that a CI server asks for: CI_NODE_INDEX of CI_NODE_TOTAL (GitLab,
// CircleCI and others), or JOB_COMPLETION_INDEX, which counts from 0, of a Kubernetes Indexed Job
// whose manifest sets CBSPEC_SHARDS.
func shardOfCI(env func(string) string) string {
	if n := env("CI_NODE_TOTAL"); env("CI_NODE_INDEX") != "" && n != "" && n != "1" {
		return env("CI_NODE_INDEX") + "/" + n
	}
	if i, err := strconv.Atoi(env("JOB_COMPLETION_INDEX")); err == nil && env("CBSPEC_SHARDS") != "" {
		return fmt.Sprintf("%d/%s", i+1, env("CBSPEC_SHARDS"))
	}
	return ""
}
