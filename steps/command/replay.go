package command

import (
	"context"
	"errors"
	"fmt"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
)

type replayCommand struct {
	targetFlags
	File string `arg:"" type:"existingfile" help:"A replay file of a report."`
}

// Run sends a kept case again. Exit code 1 means that it still fails, and 4 that it could not be
// judged.
func (c *replayCommand) Run(ctx context.Context, s streams) error {
	r, err := reports.ReadReplay(c.File)
	if err != nil {
		return usage(err)
	}
	if c.Endpoint == "" && c.Target == "" {
		return usage(errors.New("say which implementation to send the case to, with --endpoint or --target: " +
			"the report shows the whole command beside the failure"))
	}
	c.Edition = r.Edition
	t, err := c.connect(ctx, s.hidden)
	if err != nil {
		return err
	}
	defer t.close()
	out, err := steps.Replay(ctx, steps.ReplayOptions{Target: t.target, Async: t.async}, r)
	if err != nil {
		return err
	}
	show := reports.Visible
	fmt.Fprintf(s.out, "%s %s\n  expected  %s\n  answered  %s\n", show(r.Rule), show(r.Law), show(out.Expected), show(out.Answered))
	if out.Undecided {
		return exit{exitUnmeasured, errors.New("the case was not judged, and may still fail")}
	}
	if out.Reproduced {
		fmt.Fprintln(s.out, "  reproduced: it still fails")
		return exit{code: exitFailed}
	}
	fmt.Fprintln(s.out, "  not reproduced: answered as documented")
	return nil
}
