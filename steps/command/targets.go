package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/budget"
	"github.com/cbspec/cbspec/targets/connect"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/fixtures"
	"github.com/cbspec/cbspec/targets/targetfile"
)

type targetsCommand struct {
	Check  targetsCheck  `cmd:"" help:"Show what a run could and could not test on a target, after a few calls that every API refuses. With a control protocol, check that too."`
	Init   targetsInit   `cmd:"" help:"Write a commented target file to start from."`
	Schema targetsSchema `cmd:"" help:"Print the JSON Schema of target files, for editors."`
}

type targetsCheck struct {
	File string `arg:"" optional:"" type:"existingfile" help:"Target file."`
	targetFlags
}

// Run checks what a run would judge: the control protocol, where there is one, and the API. Exit
// code 1 means that something answers wrongly, and 3 that nothing could be judged.
func (c *targetsCheck) Run(ctx context.Context, s streams) error {
	if c.File != "" && c.Target != "" {
		return usage(errors.New("give one target file"))
	}
	c.Target = cmp.Or(c.File, c.Target)
	switch {
	case c.Target == "" && c.Endpoint == "" && c.Control == "":
		return usage(errors.New("give a target file, --endpoint URL or --control URL"))
	case c.Target == "" && c.Endpoint == "":
		s.hidden.add(c.ControlToken)
		client, err := control.New(control.Config{URL: c.Control, Token: c.ControlToken, CAFile: c.CA, Insecure: c.Insecure, Timeout: c.Timeout})
		if err != nil {
			return usage(err)
		}
		if c.Wait > 0 {
			if err := waitFor(ctx, c.Wait, client.Ping); err != nil {
				return err
			}
		}
		return checkControl(ctx, s, client, nil)
	}
	t, err := c.connect(ctx, s.hidden)
	if err != nil {
		return err
	}
	defer t.close()
	if err := c.preflight(ctx, s, t); err != nil {
		return err
	}
	if client, ok := connect.Control(t.target); ok {
		var api targets.Target
		if c.Endpoint != "" {
			api = t.target
		}
		if err := checkControl(ctx, s, client, api); err != nil {
			return err
		}
	}
	return checkTarget(ctx, s, t)
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

// checkTarget prints what instances a target has, and what a run could test.
func checkTarget(ctx context.Context, s streams, t connection) error {
	if pool, is := targets.As[*fixtures.Target](t.target); is {
		said, err := fixtures.Check(ctx, pool)
		for _, line := range said {
			fmt.Fprintf(s.out, "  %s\n", line)
		}
		if err != nil {
			return err
		}
	}
	edition := t.edition
	if edition == auto {
		edition = ""
	}
	rows, err := steps.Plan(ctx, steps.Options{Target: t.target, Edition: edition, ReadOnly: t.refusalsOnly})
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(row steps.PlanRow) bool { return row.Rule == "" })
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
		Control: c.Control, Instance: c.Instance, Local: budget.IsLocal(c.Endpoint),
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
