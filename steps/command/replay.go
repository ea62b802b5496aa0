package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
)

type replayCommand struct {
	targetFlags
	Yes  bool   `short:"y" help:"Do not ask before making backups on another host. Needed where there is no terminal to ask on."`
	File string `arg:"" type:"existingfile" help:"A replay file of a report."`
}

// Help says what the exit codes mean.
func (replayCommand) Help() string {
	return "Without --endpoint and --target, the case is sent to the target that failed, as far as the file names it. " +
		"Exit codes: 1 it still fails, 0 it does not, 4 the answers do not show whether it does, " +
		"5 it was not seen, but did not fail each time when it was kept, so that it may still fail."
}

// Run sends a kept case again.
func (c *replayCommand) Run(ctx context.Context, s streams) error {
	r, err := reports.ReadReplay(c.File)
	if err != nil {
		return usage(err)
	}
	if c.Endpoint == "" && c.Target == "" && c.Control == "" && len(c.Instance) == 0 {
		if err := c.adopt(r.ReplayFlags); err != nil {
			return usage(fmt.Errorf("%s: %w: say where to send the case with --endpoint or --target", c.File, err))
		}
	}
	c.Edition = r.Edition
	t, err := c.connect(ctx, s.hidden)
	if err != nil {
		return err
	}
	defer t.close()
	if !c.Yes {
		if err := confirm(s, t); err != nil {
			return err
		}
	}
	out, err := steps.Replay(ctx, steps.ReplayOptions{Target: t.target, Async: t.async}, r)
	if err != nil {
		return err
	}
	show := reports.Visible
	fmt.Fprintf(s.out, "%s %s\n  sent to   %s\n  expected  %s\n  answered  %s\n",
		show(r.Rule), show(r.Law), show(t.about.Endpoint), show(out.Expected), show(out.Answered))
	switch {
	case out.Undecided:
		return exit{exitUnmeasured, errors.New("the case was not judged, and may still fail")}
	case out.Reproduced:
		fmt.Fprintln(s.out, "  reproduced: it still fails")
		return exit{code: exitFailed}
	case out.Unseen > 0:
		return exit{exitUnseen, fmt.Errorf("not seen in %d tries; it did not fail each time when it was kept, and may still fail", out.Unseen)}
	}
	fmt.Fprintln(s.out, "  not reproduced: answered as documented")
	return nil
}

// adopt sets the flags that a replay file has, which are those of words.
func (f *targetFlags) adopt(words []string) error {
	if len(words) == 0 {
		return errors.New("the file names no target")
	}
	for i := 0; i < len(words); i += 2 {
		values := map[string]*string{
			"--target": &f.Target, "--endpoint": &f.Endpoint, "--control": &f.Control, "--signature": &f.Signature,
			"--refusal": &f.Refusal, "--engine": &f.Engine, "--ca": &f.CA,
		}
		lists := map[string]*[]string{"--instance": &f.Instance, "--databases": &f.Databases}
		switch name := words[i]; {
		case i+1 == len(words):
			return fmt.Errorf("the flag %s of the file has no value", reports.Visible(name))
		case values[name] != nil:
			*values[name] = words[i+1]
		case lists[name] != nil:
			*lists[name] = strings.FieldsFunc(words[i+1], func(r rune) bool { return r == ',' })
		default:
			return fmt.Errorf("the file has the unknown flag %s", reports.Visible(name))
		}
	}
	return nil
}
