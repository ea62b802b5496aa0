package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/format"
	"github.com/cbspec/cbspec/steps"
)

// pairFlags say which two targets are compared.
type pairFlags struct {
	Target            []string      `help:"Target file. Given twice it names A and B; target files come before endpoints." placeholder:"FILE" type:"existingfile" group:"The targets"`
	Endpoint          []string      `help:"URL of an implementation. Given twice it names A and B." placeholder:"URL" group:"The targets"`
	Control           []string      `help:"URL of the control protocol of each --endpoint, in their order." placeholder:"URL" group:"The targets"`
	Name              []string      `help:"Name of each target in the report, in their order." group:"The targets"`
	Edition           string        `help:"Edition of the document that both are judged by." enum:"original,current" default:"original" group:"The targets"`
	ControlToken      string        `help:"Bearer token of the control protocols." placeholder:"TOKEN" group:"The targets"`
	AccessKeyID       string        `name:"access-key-id" help:"Access key that calls to endpoints are signed with." env:"CBSPEC_ACCESS_KEY_ID,ALIBABA_CLOUD_ACCESS_KEY_ID" group:"The targets"`
	AccessKeySecret   string        `name:"access-key-secret" help:"Its secret." env:"CBSPEC_ACCESS_KEY_SECRET,ALIBABA_CLOUD_ACCESS_KEY_SECRET" group:"The targets"`
	Signature         string        `help:"Signature algorithm: hmac-sha1 (the default with a key), acs3-hmac-sha256 or none." enum:",hmac-sha1,acs3-hmac-sha256,none" default:"" group:"The targets"`
	Timeout           time.Duration `help:"Time limit of one request." default:"10s" group:"The targets"`
	RequestsPerSecond float64       `help:"Requests per second to each target, at most; 0 sets no limit." default:"0" group:"The targets"`
	Wait              time.Duration `help:"Wait until both targets answer, at most this long." default:"0" group:"The targets"`
	CA                string        `name:"ca" help:"PEM file of the certificates to trust." type:"existingfile" group:"The targets"`
}

// targets returns the flags of each target.
func (f pairFlags) targets() ([]targetFlags, error) {
	if len(f.Target)+len(f.Endpoint) != 2 {
		return nil, errors.New("diff compares two targets: give --target or --endpoint twice, or each once")
	}
	if len(f.Control) != 0 && len(f.Control) != len(f.Endpoint) {
		return nil, fmt.Errorf("%d --control for %d --endpoint: give one for each, in their order", len(f.Control), len(f.Endpoint))
	}
	if len(f.Name) != 0 && len(f.Name) != 2 {
		return nil, errors.New("--name: give two, one for each target")
	}
	var list []targetFlags
	for i := range 2 {
		t := targetFlags{
			Engine: "MySQL", Edition: f.Edition, ControlToken: f.ControlToken, AccessKeyID: f.AccessKeyID, AccessKeySecret: f.AccessKeySecret,
			Signature: f.Signature, Timeout: f.Timeout, RequestsPerSecond: f.RequestsPerSecond, Wait: f.Wait, CA: f.CA,
		}
		if i < len(f.Target) {
			t.Target = f.Target[i]
		} else {
			t.Endpoint = f.Endpoint[i-len(f.Target)]
			if len(f.Control) > 0 {
				t.Control = f.Control[i-len(f.Target)]
			}
		}
		if len(f.Name) > 0 {
			t.Name = f.Name[i]
		}
		list = append(list, t)
	}
	return list, nil
}

type diffCommand struct {
	pairFlags
	Rule        []string      `help:"Rules whose cases are compared, such as CB-METHOD-3 or CB-QUOTA-*." placeholder:"ID" group:"What is compared"`
	Skip        []string      `help:"Rules to leave out." placeholder:"ID" group:"What is compared"`
	Phase       []string      `help:"Phases to compare: examples, combinations, random, sequences, wire." placeholder:"PHASE" group:"What is compared"`
	Checks      int           `help:"Random cases per scenario; 0 means 20, or 3 with fixtures." default:"0" group:"What is compared"`
	Seed        uint64        `help:"Seed of the random cases. The same seed gives the same cases." default:"1" group:"What is compared"`
	Strength    int           `help:"How many factors the covering arrays combine, 1 to 6." default:"3" group:"What is compared"`
	Concurrency int           `help:"Cases that run at once; 0 means 16." default:"0" group:"What is compared"`
	MaxTime     time.Duration `help:"Stop after this time and report what was found; 0 sets no limit." default:"0" group:"What is compared"`
	Reference   string        `help:"A or B: the other target is to do what this one does, also where the document is silent. Where this one breaks the document and the other does not, the difference passes." enum:",A,B" default:"" group:"What comes out"`
	Gate        string        `help:"What exit code 0 needs: no difference that is not known (any), or none in which a target breaks the document (document)." enum:"any,document" default:"any" group:"What comes out"`
	Known       string        `help:"File of known differences, each with its aspect as rule, its fingerprint, a reason, an owner and a last day." placeholder:"FILE" group:"What comes out"`
	UpdateKnown bool          `help:"Write the differences of this run to --known. New ones fail this run, and pass later ones." group:"What comes out"`
	Out         string        `help:"Folder for diff.json and diff.html." default:"cbspec-diff" group:"What comes out"`
	Yes         bool          `short:"y" help:"Do not ask before making backups on another host." group:"What comes out"`
}

// Help says what the command is for.
func (diffCommand) Help() string {
	return "Sends the same cases to two targets, A and B, in equal conditions, and reports what they do differently: when, who is right by " +
		"the document, and a minimal case. compare does something else: it shows reports of earlier runs side by side, and sends nothing. " +
		"Exit codes: 0 the gate was passed, 1 it was not, 2 wrong usage, 3 a target could not be reached or the run was cut short, " +
		"4 nothing was compared, 6 a file could not be written."
}

// Run compares two targets and writes what they do differently.
func (c *diffCommand) Run(ctx context.Context, s streams) error {
	known, flags, err := c.ready()
	if err != nil {
		return usage(err)
	}
	var options [2]steps.Options
	for i, f := range flags {
		t, err := f.connect(ctx, s.hidden)
		if err != nil {
			return err
		}
		defer t.close()
		if err := c.confirm(s, t); err != nil {
			return err
		}
		options[i] = steps.Options{
			Target: t.target, About: t.about, Async: t.async, Edition: c.Edition, Version: version(), Rules: c.Rule, Skip: c.Skip,
			Phases: c.Phase, Checks: c.Checks, Seed: c.Seed, Strength: c.Strength, Concurrency: c.Concurrency, MaxTime: c.MaxTime,
		}
	}
	if err := options[0].Validate(); err != nil {
		return usage(err)
	}
	d, runErr := steps.Diff(ctx, options[0], options[1])
	if d == nil {
		return runErr
	}
	d = reports.WithTexts(d, s.hidden.text)
	d.Reference, d.Gate = c.Reference, c.Gate
	return c.conclude(s, d, known, runErr)
}

// ready checks the flags and reads the known differences. Nothing is sent.
func (c *diffCommand) ready() ([]reports.Waiver, []targetFlags, error) {
	switch {
	case c.UpdateKnown && c.Known == "":
		return nil, nil, errors.New("--update-known needs --known FILE")
	case c.Reference != "" && c.Gate == reports.GateDocument:
		return nil, nil, errors.New("--gate document lets pass what --reference fails: where the document is silent; give one of them")
	case c.Seed == 0:
		return nil, nil, errors.New("--seed must be 1 or more")
	case c.MaxTime < 0:
		return nil, nil, errors.New("--max-time must not be negative")
	}
	flags, err := c.targets()
	if err != nil {
		return nil, nil, err
	}
	if err := writable(c.Out); err != nil {
		return nil, nil, fmt.Errorf("--out: %w", err)
	}
	if c.Known == "" {
		return nil, flags, nil
	}
	known, err := reports.ReadKnown(c.Known, reports.Aspects())
	if c.UpdateKnown && errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return known, flags, err
}

func (c *diffCommand) confirm(s streams, t connection) error {
	if c.Yes {
		return nil
	}
	return confirm(s, t)
}

// conclude writes and prints a diff, and holds it against the gate.
func (c *diffCommand) conclude(s streams, d *reports.Diff, known []reports.Waiver, runErr error) error {
	d.Warnings = append(d.Warnings, d.ApplyKnown(known, time.Now())...)
	if c.UpdateKnown {
		blank := reports.Waiver{Reason: "not analysed yet", Owner: "nobody yet", Expires: time.Now().AddDate(0, 1, 0).Format(time.DateOnly)}
		if err := reports.WriteKnown(c.Known, d.Known(known, blank)); err != nil {
			return unwritten(err)
		}
	}
	files := map[string]func(io.Writer, *reports.Diff) error{"diff.json": reports.WriteDiff, "diff.html": format.WriteDiffHTML}
	for name, write := range files {
		err := reports.WriteFile(filepath.Join(c.Out, name), func(w io.Writer) error { return write(w, d) })
		if err != nil {
			return unwritten(err)
		}
	}
	if err := format.WriteDiff(s.out, d, format.TerminalOptions{Color: s.color, Width: s.width, Dir: c.Out}); err != nil {
		return unwritten(err)
	}
	switch failing := d.Failing(); {
	case runErr != nil:
		return exit{exitCutShort, fmt.Errorf("the run was cut short: %s; the report says how far it came", d.CutShort)}
	case d.Compared == 0:
		return exit{exitUnmeasured, errors.New("nothing was compared: the report says what the cases need")}
	case len(failing) > 0:
		return exit{code: exitFailed}
	default:
		return nil
	}
}
