package command

import (
	"context"
	"fmt"

	"github.com/cbspec/cbspec/steps"
)

type replayCommand struct {
	targetFlags
	File string `arg:"" type:"existingfile" help:"A replay file of a report."`
}

// Run sends a kept case again. Exit code 1 means that it still fails.
func (c *replayCommand) Run(ctx context.Context, s streams) error {
	r, err := readReplay(c.File)
	if err != nil {
		return usage(err)
	}
	c.Edition = r.Edition
	t, err := c.connect(ctx)
	if err != nil {
		return err
	}
	defer t.close()
	if len(t.flags) == 0 {
		fmt.Fprintln(s.err, "Sent to the embedded simulator, because neither --endpoint nor --target is given.")
	}
	out, err := steps.Replay(ctx, steps.ReplayOptions{Target: t.target, Async: t.async}, r)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s %s\n  expected  %s\n  answered  %s\n", r.Rule, r.Law, out.Expected, out.Answered)
	if out.Reproduced {
		fmt.Fprintln(s.out, "  reproduced: it still fails")
		return exit{code: exitFailed}
	}
	fmt.Fprintln(s.out, "  not reproduced: answered as documented")
	return nil
}
