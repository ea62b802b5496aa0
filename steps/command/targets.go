package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/budget"
	"github.com/cbspec/cbspec/targets/connect"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/targetfile"
)

type targetsCommand struct {
	Check  targetsCheck  `cmd:"" help:"Show what a run could and could not test on a target, after one harmless call. With --control, check the control protocol itself."`
	Init   targetsInit   `cmd:"" help:"Write a commented target file to start from."`
	Schema targetsSchema `cmd:"" help:"Print the JSON Schema of target files, for editors."`
}

type targetsCheck struct {
	File         string        `arg:"" optional:"" type:"existingfile" help:"Target file."`
	Control      string        `help:"URL of a control protocol to check." placeholder:"URL"`
	ControlToken string        `help:"Its bearer token." placeholder:"TOKEN"`
	Endpoint     string        `help:"URL of the implementation beside --control: also check that both have the same instances." placeholder:"URL"`
	Wait         time.Duration `help:"Wait until the target of the file answers, at most this long." default:"0"`
}

// Run checks a target file and its target, or a control protocol. Exit code 1 means that something
// answers wrongly.
func (c *targetsCheck) Run(ctx context.Context, s streams) error {
	switch {
	case (c.File == "") == (c.Control == ""):
		return usage(errors.New("give a target file, or --control URL"))
	case c.File != "":
		return c.file(ctx, s)
	}
	client, err := control.New(control.Config{URL: c.Control, Token: c.ControlToken})
	if err != nil {
		return usage(err)
	}
	var api targets.Target
	if c.Endpoint != "" {
		if api, err = rpc.New(rpc.Config{Endpoint: c.Endpoint, UserAgent: userAgent()}); err != nil {
			return usage(err)
		}
	}
	return checkControl(ctx, s, client, api)
}

// checkControl prints what a control protocol does wrong.
func checkControl(ctx context.Context, s streams, client *control.Client, api targets.Target) error {
	findings, err := control.Check(ctx, client, api)
	if err != nil {
		return err
	}
	wrong := 0
	for _, f := range findings {
		if f.Level == control.LevelError {
			wrong++
		}
		fmt.Fprintf(s.out, "%s  %s\n  sent      %s\n  expected  %s\n  got       %s\n  fix       %s\n",
			f.Level, f.Endpoint, f.Sent, f.Expected, f.Got, f.Fix)
	}
	if wrong > 0 {
		return exit{exitFailed, fmt.Errorf("the control protocol has %d errors: fix them first, because every verdict depends on it", wrong)}
	}
	_, err = fmt.Fprintln(s.out, "The control protocol answers as documented.")
	return err
}

func (c *targetsCheck) file(ctx context.Context, s streams) error {
	flags := targetFlags{Target: c.File, Wait: c.Wait}
	t, err := flags.openAnswering(ctx, s.hidden)
	if err != nil {
		return err
	}
	defer t.close()
	if client, ok := connect.Control(t.target); ok {
		if err := checkControl(ctx, s, client, nil); err != nil {
			return err
		}
	}
	rows, err := steps.Plan(ctx, steps.Options{Target: t.target, Edition: t.edition})
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(row steps.PlanRow) bool { return row.Rule == "" })
	a, err := steps.Probe(ctx, t.target)
	if err != nil {
		return fmt.Errorf("%w: %w", targets.ErrUnreachable, err)
	}
	fmt.Fprintf(s.out, "%s at %s\n  an unknown Action: %s\n", t.about.Name, t.about.Endpoint, a)
	could := 0
	for _, row := range rows {
		if row.Inconclusive == "" || row.Phase != "examples" {
			could++
		}
	}
	fmt.Fprintf(s.out, "  %d of %d rules can be tested\n", could, len(rows))
	for _, row := range rows {
		if row.Inconclusive != "" && row.Phase == "examples" {
			fmt.Fprintf(s.out, "  %-15s %s\n", row.Rule, row.Inconclusive)
		}
	}
	return nil
}

type targetsInit struct {
	File      string `arg:"" optional:"" help:"File to write, which must not exist yet; standard output by default."`
	Name      string `help:"Name of the target."`
	Endpoint  string `help:"URL of the implementation." placeholder:"URL"`
	Protocol  string `help:"rpc for Alibaba's protocol, mapped for a protocol of the server's own." enum:"rpc,mapped" default:"rpc"`
	Edition   string `help:"original or current." enum:"original,current" default:"original"`
	Signature string `help:"hmac-sha1, acs3-hmac-sha256 or none." enum:"hmac-sha1,acs3-hmac-sha256,none" default:"hmac-sha1"`
	Control   string `help:"URL of the control protocol. Without it, the file shows fixtures and hooks." placeholder:"URL"`
	Instance  string `help:"Id of the first fixture." placeholder:"ID"`
}

// Run writes a starter file.
func (c *targetsInit) Run(s streams) error {
	text := targetfile.Init(targetfile.Starter{
		Name: c.Name, Endpoint: c.Endpoint, Protocol: c.Protocol, Edition: c.Edition, Signature: c.Signature,
		Control: c.Control, Instance: c.Instance, Local: local(c.Endpoint),
	})
	if c.File == "" {
		_, err := s.out.Write(text)
		return err
	}
	if _, err := os.Stat(c.File); err == nil {
		return usage(fmt.Errorf("%s already exists: choose another name, or remove it", c.File))
	}
	if err := writeFile(c.File, text); err != nil {
		return usage(err)
	}
	_, err := fmt.Fprintf(s.out, "Wrote %s. Fill it in, then run: cbspec targets check %s\n", c.File, c.File)
	return err
}

type targetsSchema struct{}

// Run prints the JSON Schema of target files.
func (targetsSchema) Run(s streams) error {
	_, err := s.out.Write(targetfile.JSONSchema())
	return err
}

type sweepCommand struct {
	targetFlags
}

// Run removes the instances that earlier runs made with a control protocol and left behind.
func (c *sweepCommand) Run(ctx context.Context, s streams) error {
	url := c.Control
	t, err := c.connect(ctx, s.hidden)
	if err != nil {
		return err
	}
	defer t.close()
	if c.Target != "" {
		file, err := targetfile.Read(c.Target)
		if err != nil {
			return usage(err)
		}
		url = file.Control.URL
	}
	p, ok := targets.As[targets.Provisioner](t.target)
	if url == "" || !ok {
		return usage(errors.New("sweep removes only instances that were made with a control protocol: give --control or --target"))
	}
	j, err := budget.OpenJournal(c.Journal)
	if err != nil {
		return usage(err)
	}
	ids, err := j.Pending(url)
	if err != nil {
		return err
	}
	left := 0
	for _, id := range ids {
		if err := p.Release(ctx, id); err != nil {
			left++
			fmt.Fprintf(s.err, "%s: %v\n", id, err)
			continue
		}
		if err := j.Remove(url, id); err != nil {
			return err
		}
	}
	fmt.Fprintf(s.out, "%d instances removed, %d left\n", len(ids)-left, left)
	if left > 0 {
		return exit{code: exitFailed}
	}
	return nil
}
